-- SPDX-License-Identifier: MIT
local misuse = require("rtk.misuse")

describe("rtk.misuse", function()
  it("raises at the first line outside of the library", function()
    local line = debug.getinfo(1, "l").currentline + 2
    local ok, message = pcall(function()
      misuse.raise("wrong")
    end)
    assert.is_false(ok)
    assert.truthy(message:find("misuse_spec.lua:" .. line .. ": wrong", 1, true), message)
  end)

  describe("in a return statement", function()
    local clients = require("spec.support.clients.clients")
    local rtk = require("rtk")
    local shell = require("spec.support.servers.shell")
    local workdir = require("spec.support.servers.workdir")

    local meetings = clients.fake({ {} }).meetings

    local function get()
      return meetings:get()
    end

    it("names the file of the function that is still on the stack", function()
      for _, call in ipairs({ pcall, xpcall }) do
        local _, message = call(get, tostring)
        assert.matches("misuse_spec.lua:%d+: meeting_id must be", message)
      end
      local _, message = pcall(function()
        return get()
      end)
      assert.matches("misuse_spec.lua:%d+: meeting_id must be", message)
    end)

    it("names where the function that gather runs is defined", function()
      local line = debug.getinfo(get, "S").linedefined
      local result = rtk.gather({ get })[1]
      assert.is_false(result[1])
      local expected = ("misuse_spec.lua:%d: meeting_id must be"):format(line)
      assert.truthy(result[2]:find(expected, 1, true), result[2])
      assert.truthy(result[2]:find("called in a return statement", 1, true), result[2])
    end)

    it("names the script that ends in the call, in lua and luajit", function()
      local directory = workdir.new()
      local file = directory .. "/job.lua"
      workdir.write(
        file,
        'local clients = require("spec.support.clients.clients")\n'
          .. "return clients.fake({ {} }).meetings:get()\n"
      )
      for _, lua in ipairs({ "lua5.4", "luajit" }) do
        local path =
          "LUA_PATH='lua/?.lua;lua/?/init.lua;./?.lua;;' LUA_CPATH='build/%s/?.so;;' %s %s"
        local output = shell.run(path:format(lua, lua, shell.quote(file)))
        assert.truthy(output:find("job.lua: meeting_id must be a string", 1, true), output)
      end
      workdir.remove(directory)
    end)

    it("raises without a place in a coroutine where nothing is left of the caller", function()
      local ok, message = coroutine.resume(coroutine.create(get))
      assert.is_false(ok)
      assert.matches("^meeting_id must be a string", message)
    end)
  end)

  it("raises one line of bounded length, whatever names are in it", function()
    local clients = require("spec.support.clients.clients")
    local meetings = clients.fake({ {} }).meetings
    local message = clients.misuse_of(meetings.list, meetings, {}, { ["a\nb\27[31m\0c"] = 5 })
    assert.truthy(message:find("unknown option a b [31m c in options", 1, true), message)
    message = clients.misuse_of(meetings.list, meetings, { [("k"):rep(1e6)] = 5 })
    assert.is_true(#message < 9000)
    assert.matches("unknown query name", message)
  end)

  it("describes a value without showing it", function()
    assert.equal("nothing (nil)", misuse.describe(nil))
    assert.equal("an empty string", misuse.describe(""))
    assert.equal("a string", misuse.describe("secret"))
    assert.equal("a table", misuse.describe({}))
    assert.equal("a userdata (rtk.null)", misuse.describe(require("rtk").null))
    assert.equal("a userdata", misuse.describe(io.stdout))
  end)

  it("accepts the right type", function()
    misuse.check("x", "a", "string")
    local ok, message = pcall(misuse.check, "x", 1, "string")
    assert.is_false(ok)
    assert.truthy(message:find("x must be a string, got a number", 1, true), message)
  end)
end)
