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

  it("says where its version is", function()
    for _, name in ipairs({ "version", "VERSION", "Version" }) do
      local message = clients.misuse_of(function()
        return rtk[name]
      end)
      assert.matches("rtk has its version in rtk._VERSION", message)
    end
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

  it("encodes as request bodies are encoded", function()
    local frozen = setmetatable({}, {
      __pairs = function()
        return next, { b = rtk.array() }, nil
      end,
    })
    assert.equal('{"a":{"b":[]}}', rtk.encode({ a = frozen }))
    assert.equal('[1,null,"x"]', rtk.encode({ 1, rtk.null, "x" }))
    assert.equal("{}", rtk.encode({}))
    local message = clients.misuse_of(rtk.encode, { a = { print } })
    assert.truthy(message:find("value.a[1]: cannot encode a value of type function", 1, true))
    assert.truthy(message:find("spec/", 1, true), message)
  end)

  it("decodes as replies are decoded", function()
    local value = assert(rtk.decode('{"big":9007199254740993,"list":[],"more":[null],"none":null}'))
    if rawget(math, "type") then assert.equal(9007199254740993, value.big) end
    assert.equal('{"list":[]}', rtk.encode({ list = value.list }))
    assert.equal(rtk.null, value.more[1])
    assert.is_nil(value.none)
    local nothing, message = rtk.decode('{"a":')
    assert.is_nil(nothing)
    assert.is_string(message)
    assert.truthy(clients.misuse_of(rtk.decode, nil):find("must be a string", 1, true))
  end)

  it("reads the dates of objects, and says what is none", function()
    assert.equal(1681447568.25, rtk.time("2023-04-14T04:46:08.250Z"))
    assert.is_nil(rtk.time(nil))
    local nothing, message = rtk.time("yesterday")
    assert.is_nil(nothing)
    assert.truthy(message:find("not a date", 1, true))
    assert.truthy(clients.misuse_of(rtk.time, {}):find("must be a string", 1, true))
  end)

  it("sleeps while tasks run", function()
    local order = {}
    local results = rtk.gather({
      function()
        rtk.sleep(0.02)
        order[#order + 1] = "late"
      end,
      function()
        rtk.sleep(0)
        order[#order + 1] = "early"
      end,
    })
    assert.is_true(results[1][1] and results[2][1])
    assert.same({ "early", "late" }, order)
    for _, seconds in ipairs({ -1, math.huge, 0 / 0, "1" }) do
      assert.truthy(clients.misuse_of(rtk.sleep, seconds):find("in seconds", 1, true))
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
