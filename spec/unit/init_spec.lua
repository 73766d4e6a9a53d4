-- SPDX-License-Identifier: MIT
local cjson = require("cjson")
local rtk = require("rtk")

describe("rtk", function()
  it("has the null that lua-cjson has", function()
    assert.equal(cjson.null, rtk.null)
  end)

  it("has a version", function()
    assert.truthy(rtk._VERSION:find("^%d+%.%d+%.%d+$"))
  end)

  it("makes clients that keep to themselves", function()
    local first = rtk.new({ api_token = "a", account_id = "x" })
    local second = rtk.new({ api_token = "b", account_id = "y" })
    assert.are_not.equal(first, second)
    assert.are_not.equal(first.meetings, second.meetings)
    assert.equal(first.meetings, first.meetings)
    first:close()
    second:close()
  end)

  it("leaves no global behind", function()
    local before = {}
    for name in pairs(_G) do
      before[name] = true
    end
    for name in pairs(package.loaded) do
      if name:find("^rtk") and name ~= "rtk.core" then package.loaded[name] = nil end
    end
    require("rtk")
    for name in pairs(_G) do
      assert.is_true(before[name], name)
    end
  end)
end)
