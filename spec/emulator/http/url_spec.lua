-- SPDX-License-Identifier: MIT
local url = require("rtk.emulator.http.url")

describe("rtk.emulator.http.url", function()
  it("decodes percent signs in either case", function()
    assert.equal("a b/é", url.decode("a%20b%2F%c3%A9"))
    assert.equal("100%", url.decode("100%"))
  end)

  it("splits a path before it decodes", function()
    assert.same({ "a", "b/c", "d" }, url.segments("/a/b%2Fc/d"))
    assert.same({ "a", "" }, url.segments("/a/"))
    assert.same({ "", "a" }, url.segments("//a"))
  end)

  it("reads a query into lists of values", function()
    assert.same({ a = { "1", "2" }, b = { "x y" } }, url.query("a=1&b=x+y&a=2"))
    assert.same({ ["a b"] = { "+&=" } }, url.query("a%20b=%2B%26%3D"))
    assert.same({ a = { "" }, b = { "" }, c = { "d=e" } }, url.query("a&b=&c=d=e"))
  end)

  it("reads an absent or empty query as none", function()
    assert.same({}, url.query(nil))
    assert.same({}, url.query(""))
    assert.same({}, url.query("&&"))
  end)
end)
