-- SPDX-License-Identifier: MIT
local router = require("rtk.emulator.http.router")

local function with(...)
  local routes = router.new()
  for _, template in ipairs({ ... }) do
    routes:add({ "GET", template, function() end })
  end
  return routes
end

describe("rtk.emulator.http.router", function()
  it("finds a route and the ids in its path", function()
    local route, ids, names = with("/a", "/a/{x}/b/{y}"):find("GET", { "a", "1", "b", "2" })
    assert.equal("/a/{x}/b/{y}", route[2])
    assert.same({ x = "1", y = "2" }, ids)
    assert.same({ "x", "y" }, names)
  end)

  it("prefers a literal segment to an id", function()
    local routes = with("/a/{x}", "/a/literal")
    assert.equal("/a/literal", routes:find("GET", { "a", "literal" })[2])
    assert.equal("/a/{x}", routes:find("GET", { "a", "other" })[2])
  end)

  it("goes back to the id where the literal leads nowhere", function()
    local route, ids = with("/a/literal/b", "/a/{x}/c"):find("GET", { "a", "literal", "c" })
    assert.equal("/a/{x}/c", route[2])
    assert.same({ x = "literal" }, ids)
  end)

  it("forgets ids of branches that lead nowhere", function()
    local _, ids = with("/{x}/b/{y}/c", "/a/{z}/{w}/d"):find("GET", { "a", "b", "2", "d" })
    assert.same({ z = "b", w = "2" }, ids)
  end)

  it("names ids by the route that was found", function()
    local routes = router.new()
    routes:add({ "GET", "/a/{first}" })
    routes:add({ "PUT", "/a/{second}" })
    assert.same({ second = "1" }, select(2, routes:find("PUT", { "a", "1" })))
    assert.same({ first = "1" }, select(2, routes:find("GET", { "a", "1" })))
  end)

  it("finds nothing for other methods, lengths and empty ids", function()
    local routes = with("/a/{x}")
    assert.is_nil(routes:find("POST", { "a", "1" }))
    assert.is_nil(routes:find("GET", { "a" }))
    assert.is_nil(routes:find("GET", { "a", "" }))
    assert.is_nil(routes:find("GET", { "a", "1", "b" }))
    assert.is_nil(routes:find("GET", {}))
  end)

  it("refuses two routes for one method and path", function()
    assert.has_error(function()
      with("/a/{x}", "/a/{y}")
    end, "two routes for one method and path")
  end)
end)
