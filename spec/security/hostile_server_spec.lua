-- SPDX-License-Identifier: MIT
-- Replies that no good server gives, to a client on a real socket. Whatever comes, the
-- call ends in time with the right kind, in bounded memory, with a message fit for a
-- log; and the same client goes on working.

local clients = require("spec.support.clients")
local core = require("rtk.core")
local memory = require("spec.support.memory")
local outcome = require("spec.support.outcome")
local rawserver = require("spec.support.rawserver")
local replies = require("spec.fixtures.hostile_replies")
local rtk = require("rtk")
local shell = require("spec.support.shell")
local workdir = require("spec.support.workdir")

local TIMEOUT = 5 -- seconds, unless a reply is to run into it
local SLACK = 3 -- seconds that a loaded machine may take longer
local LIMIT = 2 ^ 20 -- bytes of a reply
local GOOD = [[HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{"data":{"id":"good"}}]]

-- Beyond its limit a reply may take some memory in libcurl and Lua, as may the specs
-- before it in what Lua collects late.
local SPARE_MEMORY = 48 * 2 ^ 20

describe("a hostile server", function()
  local directory

  setup(function()
    directory = workdir.new()
    shell.check(([[cd %s
      head -c 50000000 /dev/zero | gzip > gzip
      gzip < gzip > nested
      printf '\170\234' > deflate
      gzip -dc gzip | gzip -n | tail -c +11 >> deflate]]):format(directory))
  end)

  teardown(function()
    workdir.remove(directory)
  end)

  -- The server's script for a row: the hostile reply first, then good ones.
  local function start(row)
    local script = { "read" }
    for index = 3, #row do
      local step = row[index]
      script[#script + 1] = type(step) == "string" and step:gsub("^{(%l+)}$", directory .. "/%1")
        or step
    end
    return rawserver.start(script, { "read", "send", GOOD, "again" })
  end

  local function client_of(server, row)
    return rtk.new({
      api_token = "secret-token",
      account_id = "acc",
      app_id = "app",
      base_url = server.url,
      timeout = row.timeout or TIMEOUT,
      max_response_bytes = row.max_response_bytes or LIMIT,
      runtime = clients.instant_runtime(),
    })
  end

  local function assert_outcome(row, value, message, err)
    outcome.check(value, message, err)
    if row[2] == "value" then
      assert.truthy(value, message)
      local response = rtk.response(value)
      assert.is_nil(response.request_id)
      assert.is_nil(response.headers["cf-ray"])
      return
    end
    assert.equal(row[2], err and err.kind or "value", message)
    assert.equal(1, err.attempts)
  end

  for _, row in ipairs(replies) do
    it("that answers with " .. row[1] .. " does no harm", function()
      local server = start(row)
      local client = client_of(server, row)
      finally(function()
        client:close()
        server:stop()
      end)
      collectgarbage()
      local before = memory.start()
      local started = core.now()
      -- An answer that is lost may be asked for again, one that is wrong may not.
      local is_lost = row[2] == "connection" or row[2] == "timeout"
      local options = { max_retries = is_lost and 0 or 2 }
      local value, message, err = client.meetings:get("m1", nil, options)
      assert.is_true(core.now() - started < (row.timeout or TIMEOUT) + SLACK)
      local grown = memory.peak() - before
      assert.is_true(grown < SPARE_MEMORY + 3 * (row.max_response_bytes or 0), grown .. " bytes")
      assert_outcome(row, value, message, err)
      assert.equal(1, #server:requests())
      local good = assert(client.meetings:get("m1", nil, { timeout = TIMEOUT }))
      assert.equal("good", good.id)
    end)
  end
end)
