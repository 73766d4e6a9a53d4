-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local query = require("rtk.http.url")

describe("rtk.http.url", function()
  it("sorts names, so that equal tables give equal strings", function()
    assert.equal("a=1&b=2&c=3", query.build({ c = 3, a = 1, b = 2 }))
  end)

  it("writes booleans and whole numbers plainly", function()
    assert.equal(
      "a=true&b=false&c=30&d=30&e=1.5",
      query.build({
        a = true,
        b = false,
        c = 30,
        d = 30.0,
        e = 1.5,
      })
    )
  end)

  it("percent-encodes everything but unreserved characters", function()
    local text = "a b/c?d#e%f+g&h=i é '()!*~-._"
    local encoded = "a%20b%2Fc%3Fd%23e%25f%2Bg%26h%3Di%20%C3%A9%20%27%28%29%21%2A~-._"
    assert.equal("q=" .. encoded, query.build({ q = text }))
    assert.equal("x=a%0D%0Ab%00", query.build({ x = "a\r\nb\0" }))
  end)

  it("encodes names too", function()
    assert.equal("a%20b%26=1", query.build({ ["a b&"] = 1 }))
  end)

  it("repeats the name for each element of an array", function()
    assert.equal("s=LIVE&s=ENDED", query.build({ s = { "LIVE", "ENDED" } }))
    assert.equal("", query.build({ s = {} }))
  end)

  it("joins the names of nested tables with dots", function()
    assert.equal("a.b.c=1&a.d=2", query.build({ a = { b = { c = 1 }, d = 2 } }))
    assert.equal("a.b=1&a.b=2", query.build({ a = { { b = 1 }, { b = 2 } } }))
  end)

  it("sends null and the empty string as an empty value", function()
    assert.equal("a=&b=", query.build({ a = core.null, b = "" }))
    assert.equal("a=&a=x", query.build({ a = { core.null, "x" } }))
  end)

  it("refuses what has no form in a query, naming the place", function()
    for _, case in ipairs({
      { { f = print }, "query.f must be a string, number, boolean or table, got a function" },
      { { a = { b = { 1, print } } }, "query.a.b[2] must be" },
      { { n = 0 / 0 }, "query.n must be a finite number" },
      { { n = math.huge }, "query.n must be a finite number" },
      { { [1] = "x", a = 1 }, "query has a key that is not a name" },
      { { a = { "x", b = 1 } }, "query.a must not have gaps, nor both elements" },
      { { a = { "x", nil, "y" } }, "query.a must not have gaps" },
    }) do
      local ok, message = pcall(query.build, case[1])
      assert.is_false(ok)
      assert.truthy(message:find(case[2], 1, true), message)
    end
  end)

  it("refuses a table that contains itself", function()
    local cycle = {}
    cycle.a = cycle
    assert.is_false(pcall(query.build, { c = cycle }))
  end)
end)
