-- SPDX-License-Identifier: MIT
-- Replies of hostile servers to a client on a real socket. The call always ends in time with the
-- right kind of error, in bounded memory and with a printable message, and the client keeps
-- working.

local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local process_stats = require("spec.support.asserts.process_stats")
local assert_call = require("spec.support.asserts.assert_call")
local rawserver = require("spec.support.servers.rawserver")
local replies = require("spec.fixtures.hostile_replies")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

-- Seconds: for replies that end a call by themselves; for the others, which would go on for
-- minutes, more where a machine is too slow to have sent the request by then; much more than that.
local TIMEOUT, SHORT_TIMEOUTS, PATIENCE = 60, { 0.3, 2, 10 }, 30
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

  local function client_of(server, row, timeout)
    return rtk.new({
      api_token = "secret-token",
      account_id = "acc",
      app_id = "app",
      base_url = server.url,
      timeout = timeout,
      max_response_bytes = row.max_response_bytes or LIMIT,
      runtime = clients.instant_runtime(),
    })
  end

  local function assert_outcome(row, value, message, err)
    assert_call.check(value, message, err)
    if row.newer and err and err.kind == row.newer then return end
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

  local function assert_no_harm(row, client)
    collectgarbage()
    local before, started = process_stats.reset_peak(), core.now()
    -- An answer that is lost may be asked for again, one that is wrong may not.
    local is_lost = row[2] == "connection" or row[2] == "timeout"
    local options = { max_retries = is_lost and 0 or 2 }
    local value, message, err = client.meetings:get("m1", nil, options)
    assert.is_true(row[2] ~= "timeout" or core.now() - started < PATIENCE)
    local grown = process_stats.peak() - before
    assert.is_true(grown < SPARE_MEMORY + 3 * (row.max_response_bytes or 0), grown .. " bytes")
    assert_outcome(row, value, message, err)
  end

  -- How many requests the server has seen when the client gave up.
  local function try(row, timeout)
    local server = start(row)
    local client = client_of(server, row, timeout)
    local ok, problem = pcall(function()
      assert_no_harm(row, client)
      if #server:requests() == 0 then return end
      assert.equal(1, #server:requests())
      assert.equal("good", assert(client.meetings:get("m1", nil, { timeout = TIMEOUT })).id)
    end)
    local seen = #server:requests()
    client:close()
    server:stop()
    if not ok then error(problem, 0) end
    return seen
  end

  for _, row in ipairs(replies) do
    it("that answers with " .. row[1] .. " does no harm", function()
      local seen = 0
      for _, timeout in ipairs(row[2] == "timeout" and SHORT_TIMEOUTS or { TIMEOUT }) do
        if seen == 0 then seen = try(row, timeout) end
      end
      assert.is_true(seen > 0)
    end)
  end
end)
