-- SPDX-License-Identifier: MIT
local cjson = require("cjson")
local clients = require("spec.support.clients.clients")
local rtk = require("rtk")

describe("rtk", function()
  it("has the null that lua-cjson has", function()
    assert.equal(cjson.null, rtk.null)
  end)

  it("has a version", function()
    assert.truthy(rtk._VERSION:find("^%d+%.%d+%.%d+$"))
  end)

  it("makes independent clients", function()
    local first = rtk.new({ api_token = "a", account_id = "x" })
    local second = rtk.new({ api_token = "b", account_id = "y" })
    assert.are_not.equal(first, second)
    assert.are_not.equal(first.meetings, second.meetings)
    assert.equal(first.meetings, first.meetings)
    first:close()
    second:close()
  end)

  it("names the right form when dot and colon are mixed up", function()
    local client = clients.fake({ { json = { data = { id = "m1" } } } })
    local meeting = client.meetings:get("m1")
    local recording = client.recordings:get("r1")
    for words, call in pairs({
      ["call rtk.new with a dot"] = { rtk.new, rtk, {} },
      ["call rtk.gather with a dot"] = { rtk.gather, rtk, {} },
      ["call client.meetings:get with a colon"] = { client.meetings.get, "m1" },
      ["call client.meetings:create with a colon"] = { client.meetings.create, { title = "T" } },
      ["call client.webhooks:list with a colon"] = { client.webhooks.list, client },
      ["call client:request with a colon"] = { client.request, { path = "/x" } },
      ["call update of rtk.Meeting with a colon"] = { meeting.update, { title = "T" } },
      ["call stop of rtk.Recording with a colon"] = { recording.stop },
    }) do
      local message = clients.misuse_of(call[1], call[2], call[3])
      assert.truthy(message:find(words, 1, true), message)
      assert.falsy(message:find("lua/rtk/", 1, true), message)
    end
  end)

  it("sets no globals", function()
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
