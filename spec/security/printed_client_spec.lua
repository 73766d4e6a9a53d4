-- SPDX-License-Identifier: MIT
-- The fields and metatables of a client never lead to credentials, headers or bodies, sent or
-- received.

local blocking = require("rtk.runtime.blocking")
local loops = require("spec.support.clients.loops")
local openresty = require("spec.support.servers.openresty")
local printed_client = require("spec.support.asserts.printed_client")
local redis_server = require("spec.support.servers.redis_server")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

describe("a client that is printed in full", function()
  local redis = redis_server.around()
  local server, closed

  setup(function()
    closed = redis_server.start("--requirepass redis-password-secret")
  end)

  teardown(function()
    closed:stop()
  end)

  before_each(function()
    server = printed_client.serve()
  end)

  after_each(function()
    server:stop()
  end)

  -- Options of a client, without those that are named and with others.
  local function options(changes)
    local all = printed_client.options(server.port)
    for name, value in pairs(changes or {}) do
      all[name] = value ~= "none" and value or nil
    end
    return all
  end

  local variants = {
    ["with a token"] = function()
      return options()
    end,
    ["with basic credentials"] = function()
      return options({
        api_token = "none",
        basic = { organization_id = "organization", api_key = "legacy-key-secret" },
        base_url = "http://127.0.0.1:" .. server.port .. "/v2",
        ca_file = "none",
        ca_pem = workdir.read("/etc/ssl/certs/ca-certificates.crt"),
      })
    end,
    ["with a limiter in Redis"] = function()
      closed:cli("-a redis-password-secret --no-auth-warning set rtk:rate_limit:1 garbage")
      return options({
        rate_limit = rtk.rate_limit.redis({
          port = closed.port,
          password = "redis-password-secret",
          timeout = 30,
        }),
      })
    end,
    ["with a runtime of its own"] = function()
      return options({ runtime = blocking })
    end,
  }

  for title, make in pairs(variants) do
    it("shows nothing secret " .. title .. ", in plain Lua", function()
      local printed, is_done = printed_client.new(make()), false
      local results = rtk.gather({
        function()
          printed:call()
          is_done = true
        end,
        function()
          return printed:look_until(function()
            return is_done
          end, function(seconds)
            printed.client._channel.runtime:sleep(seconds)
          end)
        end,
      })
      assert.is_true(results[1][1], results[1][2])
      assert.is_true(results[2][1], results[2][2])
      assert.is_true(results[2][2] > 1, results[2][2])
      assert.same({ id = "found" }, printed:call_in_doubt())
      for _, name in ipairs({ "request", "response", "retry", "wait", "reconcile" }) do
        assert.is_true(printed.types[name], name)
      end
      assert.equal(title:find("Redis") ~= nil, printed.types.limiter == true)
      printed:look("at the end")
      printed.client:close()
      printed:look("when it is closed")
    end)

    for _, loop in ipairs(loops) do
      if title ~= "with a runtime of its own" then
        it("shows nothing secret " .. title .. ", in " .. loop.name, function()
          local printed, is_done, looks = printed_client.new(make()), false, 0
          loop.run(function()
            printed:call()
            is_done = true
          end, function()
            looks = printed:look_until(function()
              return is_done
            end, loop.sleep)
          end)
          assert.is_true(looks > 1, looks)
        end)
      end
    end
  end

  it("shows nothing secret while others got their results and it still waits", function()
    -- One of several calls may be refused more than once.
    local printed, left = printed_client.new(options({ max_retries = 5 })), 4
    local function call()
      printed:call()
      left = left - 1
      printed:look("when a call is over")
    end
    local results = rtk.gather({ call, call, call, call })
    for index = 1, 4 do
      assert.is_true(results[index][1], results[index][2])
    end
    assert.equal(0, left)
  end)

  it("shows nothing secret on an emulator", function()
    local emulator = require("rtk.emulator").new()
    local printed, is_done
    local given = {
      api_token = "api-token-secret",
      headers = { ["X-Own"] = "header-secret" },
      rate_limit = rtk.rate_limit.memory(),
      on_event = function(event)
        printed:look(event.type, event)
      end,
    }
    printed = setmetatable({ looks = 0 }, {
      __index = getmetatable(printed_client.new(options())).__index,
    })
    printed.client = emulator:client(given)
    local results = rtk.gather({
      function()
        local meeting = assert(printed.client.meetings:create({ title = "body-secret" }))
        assert(meeting:update({ title = "body-secret" }))
        is_done = true
      end,
      function()
        printed:look("while a call is in flight")
      end,
    })
    assert.is_true(results[1][1], results[1][2])
    assert.is_true(results[2][1], results[2][2])
    assert.is_true(is_done)
    assert.is_true(printed.looks > 4, printed.looks)
  end)

  it("has every option set", function()
    local set = { transport = true, on_event = true }
    for _, make in pairs(variants) do
      for name in pairs(make()) do
        set[name] = true
      end
    end
    local text =
      workdir.read("lua/rtk/config/options.lua"):match("class rtk.ClientOptions(.-)%-%-%-@class")
    for name in text:gmatch("@field ([%w_]+)%?") do
      assert.is_true(set[name], name)
    end
    assert.is_string(redis.path)
  end)
end)

-- nginx has a Lua of its own: the one that runs the specs makes no difference.
if shell.lua() == "luajit" then
  describe("a client that is printed in full inside nginx", function()
    it("shows nothing secret while calls are in flight", function()
      local server = printed_client.serve()
      local nginx = openresty.start({ http = "lua_shared_dict limits 64k;" })
      finally(function()
        nginx:remove()
        server:stop()
      end)
      local result = nginx:run(([[
        local printed_client = require("spec.support.asserts.printed_client")
        local options = printed_client.options(%d)
        options.rate_limit = require("rtk").rate_limit.shared_dict { name = "limits" }
        options.max_retries = 5 -- one of several calls may be refused more than once
        local printed, left, failures = printed_client.new(options), 3, {}
        for _ = 1, 3 do
          ngx.thread.spawn(function()
            local ok, message = pcall(printed.call, printed)
            left = left - 1
            if not ok then failures[#failures + 1] = message end
          end)
        end
        local looks = printed:look_until(function()
          return left == 0
        end, ngx.sleep)
        return { failures, looks }
      ]]):format(server.port))
      assert.same({}, result[1])
      assert.is_true(result[2] > 1, result[2])
    end)
  end)
end
