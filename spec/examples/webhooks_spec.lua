-- SPDX-License-Identifier: MIT
-- The receivers in examples/webhooks, with deliveries that an emulator signs.

local cjson = require("cjson").new()
local core = require("rtk.core")
local emulator_server = require("rtk.emulator.server")
local process = require("spec_process")
local redis_server = require("spec.support.servers.redis_server")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local EVENTS = { "recording.statusUpdate", "meeting.started", "meeting.ended" }

describe("an example of a receiver", function()
  local served, client, key_url, later

  setup(function()
    served = assert(emulator_server.start({ port = 0, emulator = { webhook_retries = { 0.2 } } }))
    key_url = served.url:match("^(http://[^/]+)") .. "/.well-known/webhooks.json"
    client = rtk.new({
      api_token = "any",
      account_id = "a",
      app_id = require("rtk.emulator").new().app_id,
      base_url = served.url,
    })
  end)

  teardown(function()
    served:stop()
  end)

  before_each(function()
    later = {}
  end)

  after_each(function()
    for _, f in ipairs(later) do
      f()
    end
  end)

  local function wait_for(f)
    local deadline = core.now() + 120
    local found = f()
    while not found and core.now() < deadline do
      core.sleep(0.05)
      found = f()
    end
    return found
  end

  local function wait_for_port(port)
    assert.is_true(wait_for(function()
      return select(2, shell.run("curl -s -o /dev/null http://127.0.0.1:" .. port .. "/")) == 0
    end))
  end

  -- Registers a receiver, and lets a recording happen.
  local function record(url)
    local webhook = assert(client.webhooks:ensure({ url = url, name = "n", events = EVENTS }))
    later[#later + 1] = function()
      webhook:delete()
    end
    local meeting = assert(client.meetings:create({ title = "T" }))
    return assert(meeting:start_recording())
  end

  it("takes events in nginx", function()
    local directory, port = workdir.new(), process.free_ports(1)[1]
    local root = shell.check("pwd")
    local conf = shell
      .read("examples/webhooks/nginx.conf")
      :gsub(":8081;", ":" .. port .. ";")
      :gsub("%$prefix/../..", root)
      :gsub("error_log stderr", "error_log error.log")
    workdir.write(directory .. "/nginx.conf", conf)
    local command = "env -u LUA_PATH -u LUA_CPATH RTK_KEY_URL=%s "
      .. "nginx -p %s -c nginx.conf -e error.log -g '%s'"
    local as_root = shell.check("id -u") == "0" and "user root;" or ""
    command = command:format(key_url, directory, as_root)
    shell.check(command)
    later[#later + 1] = function()
      shell.run(command .. " -s stop")
      workdir.remove(directory)
    end
    wait_for_port(port)
    local url = "http://127.0.0.1:" .. port
    local recording = record(url .. "/webhooks")
    assert.truthy(wait_for(function()
      return shell.run("curl -s " .. url .. "/recordings"):find(recording.id, 1, true)
    end))
  end)

  it("takes events as a CGI program, once, with Redis", function()
    local redis = redis_server.start()
    later[#later + 1] = function()
      redis:stop()
    end
    local body = '{"event":"meeting.ended","meeting":{"id":"m1"}}'
    local key = core.new_private_key()
    local directory = workdir.new()
    later[#later + 1] = function()
      workdir.remove(directory)
    end
    local answer = cjson.encode({ data = { publicKey = key:public_pem() } })
    workdir.write(directory .. "/key", answer)
    workdir.write(directory .. "/body", body)
    local rawserver = require("spec.support.servers.rawserver")
    local keys = rawserver.start({
      "read",
      "send",
      ("HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n"):format(
        #answer
      ),
      "file",
      directory .. "/key",
    })
    later[#later + 1] = function()
      keys:stop()
    end
    local headers = rtk.webhook.sign(body, key:private_pem())
    local function deliver(length)
      local command = "env REDIS_PORT=%d RTK_KEY_URL=%s/key CONTENT_LENGTH=%d "
        .. "HTTP_RTK_SIGNATURE=%s HTTP_RTK_UUID=%s HTTP_RTK_WEBHOOK_ID=%s "
        .. "%s examples/webhooks/cgi.lua <%s/body"
      return shell.check(
        command:format(
          redis.port,
          keys.url,
          length or #body,
          headers["rtk-signature"],
          headers["rtk-uuid"],
          headers["rtk-webhook-id"],
          shell.lua(),
          directory
        )
      )
    end
    local first = deliver()
    assert.truthy(first:find("meeting m1 ended", 1, true), first)
    assert.truthy(first:find("Status: 200\r\n", 1, true), first)
    local second = deliver()
    assert.falsy(second:find("meeting m1 ended", 1, true), second)
    assert.truthy(second:find("Status: 200\r\n", 1, true), second)
    -- The key was kept in Redis.
    assert.equal(1, #keys:requests())
    local cut_off = deliver(#body - 1)
    assert.truthy(cut_off:find("Status: 503\r\n", 1, true), cut_off)
  end)

  -- Debian's lua-http is for Lua 5.1 to 5.3.
  if shell.lua() ~= "luajit" then return end

  it("takes events in cqueues with lua-http", function()
    local log, port = workdir.new(), nil
    local command = "RTK_KEY_URL=%s %s examples/webhooks/cqueues.lua >%s/log 2>&1 & echo $!"
    local pid = tonumber(shell.check(command:format(key_url, shell.lua(), log)))
    later[#later + 1] = function()
      process.kill(pid, 15)
      workdir.remove(log)
    end
    assert.is_true(
      wait_for(function()
        port = workdir.read(log .. "/log"):match("^(%d+)\n")
        return port ~= nil
      end),
      workdir.read(log .. "/log")
    )
    local transport = assert(core.transport({ proxy = "" }))
    local too_long = {
      method = "POST",
      url = "http://127.0.0.1:" .. port .. "/webhooks",
      headers = { "Content-Type: application/json" },
      body = ("x"):rep(256 * 1024 + 1),
      timeout = 60,
      connect_timeout = 60,
      max_response_bytes = 65536,
    }
    assert(transport:submit(too_long))
    assert.equal(413, transport:step(60)[1].status)
    transport:close()
    record("http://127.0.0.1:" .. port .. "/webhooks")
    assert.truthy(
      wait_for(function()
        return workdir.read(log .. "/log"):find("rtk.ReceivedEvent recording.statusUpdate", 1, true)
      end),
      workdir.read(log .. "/log")
    )
  end)
end)
