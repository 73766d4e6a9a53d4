-- SPDX-License-Identifier: MIT
-- How often faults happen and to whom, in process and over HTTP. What comes of each one is for
-- the fault matrix to say (spec/faults).
local cjson = require("cjson").new()
local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")
local http = require("spec.support.servers.emulator_http")
local process = require("rtk.emulator.server.process")
local rtk = require("rtk")
local server = require("rtk.emulator.server")

local running

-- An emulator of its own for each way: { client, fault(given), count() }, the client without waits.
local ways = {}

function ways.in_process(options)
  local emu = emulator.new()
  local runtime = clients.instant_runtime()
  local given = { runtime = runtime }
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  local client = emu:client(given)
  return {
    client = client,
    waits = runtime.waits,
    fault = function(fault)
      emu:fault(fault)
    end,
  }
end

local function admin(method, call, body)
  local options = "--request " .. method
  if body then options = options .. " --data " .. process.quote(cjson.encode(body)) end
  local status, answer = http.request(running.admin_url .. "/" .. call, options)
  assert(status == 200, answer)
  return cjson.decode(answer).data
end

function ways.served(options)
  admin("POST", "reset")
  local runtime = clients.instant_runtime()
  local given = { runtime = runtime, base_url = running.url, proxy = "", timeout = 60 }
  given.api_token, given.account_id = "any", "0123456789abcdef0123456789abcdef"
  given.app_id = "00000000-0000-4000-8000-000000000001"
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  return {
    client = assert(rtk.new(given)),
    waits = runtime.waits,
    fault = function(fault)
      admin("POST", "faults", fault)
    end,
  }
end

for _, way in ipairs({ "in_process", "served" }) do
  describe("faults, " .. way, function()
    setup(function()
      if way == "served" then running = assert(server.start()) end
    end)

    teardown(function()
      if running then running:stop() end
      running = nil
    end)

    local function count(client)
      return #assert(client.meetings:list())
    end

    it("limit the rate: the client repeats a create, because nothing was executed", function()
      local at = ways[way]()
      at.fault({ kind = "rate_limit", retry_after = 17 })
      at.fault({ kind = "throttled" })
      assert(at.client.meetings:create({ title = "x" }))
      assert.is_true(at.waits[1] >= 17 and at.waits[1] < 19, at.waits[1])
      assert.equal(2, #at.waits)
      assert.equal(1, count(at.client))
    end)

    it("limit the rate for longer than the client waits", function()
      local at = ways[way]()
      at.fault({ kind = "rate_limit", retry_after = 300 })
      local _, _, err = at.client.meetings:create({ title = "x" })
      assert.same(
        { "rate_limit", 429, 971, 300 },
        { err.kind, err.status, err.code, err.retry_after }
      )
    end)

    it("occur as often as requested; other requests succeed", function()
      local at = ways[way]({ max_retries = 0 })
      at.fault({ kind = "status", status = 500, times = 2, operation = "* /meetings" })
      assert.is_nil(at.client.meetings:list())
      assert(at.client.presets:list())
      assert.is_nil(at.client.meetings:create({}))
      assert.equal(0, count(at.client))
    end)

    it("leave a late answer whole", function()
      local at = ways[way]()
      at.fault({ kind = "latency", delay = 0.1 })
      assert.equal("x", at.client.meetings:create({ title = "x" }).title)
    end)

    it("leave a success nothing but its form", function()
      local at = ways[way]()
      at.fault({ kind = "empty" })
      local _, _, err = at.client.meetings:create({ title = "x" })
      assert.same({ "decode", 201, true }, { err.kind, err.status, err.maybe_executed })
      assert.same({ success = true, data = {} }, err.body)
      assert.equal(1, count(at.client))
    end)

    it("happen on a connection that was used before", function()
      local at = ways[way]()
      assert.equal(0, count(at.client))
      at.fault({ kind = "close", after = true, operation = "POST /meetings" })
      local _, _, err = at.client.meetings:create({ title = "x" })
      assert.same({ "connection", 1 }, { err.kind, err.attempts })
      assert.equal(1, count(at.client))
    end)
  end)
end

describe("emulator:fault", function()
  it("refuses connections in process, of which nothing was sent", function()
    local at = ways.in_process({ max_retries = 0 })
    at.fault({ kind = "refuse" })
    local _, message, err = at.client.meetings:create({})
    assert.matches("could not connect to 127.0.0.1: Connection refused", message, 1, true)
    assert.is_false(err.maybe_executed)
  end)

  it("throws the same dice for the same seed", function()
    local function throws(seed)
      local emu = emulator.new({ seed = seed })
      emu:fault({ kind = "status", status = 500, probability = 0.5 })
      local client, thrown = emu:client({ max_retries = 0 }), {}
      for i = 1, 100 do
        thrown[i] = client.meetings:list() and "." or "x"
      end
      return table.concat(thrown)
    end
    local first = throws(1)
    assert.equal(first, throws(1))
    assert.not_equal(first, throws(2))
    local _, failures = first:gsub("x", "")
    assert.is_true(failures > 25 and failures < 75, first)
  end)

  it("can be cleared", function()
    local emu = emulator.new()
    emu:fault({ kind = "close", probability = 1 })
    emu:clear_faults()
    assert(emu:client().meetings:list())
  end)

  it("says what a field must be", function()
    local emu = emulator.new()
    for _, case in ipairs({
      { "delay", "a number of seconds that is not negative", { kind = "latency", delay = -1 } },
      { "bytes", "a whole number from 0 to 2^53", { kind = "truncate", bytes = 0.5 } },
      { "times", "a whole number from 1 to 2^53", { kind = "close", times = 0 } },
      { "probability", "a number from 0 to 1", { kind = "close", probability = 2 } },
      { "status", "an HTTP status from 200 to 599", { kind = "status", status = 99 } },
      { "by", "a whole number up to 2^53", { kind = "wrong_length", by = 1e18 } },
      { "after", "true or false", { kind = "close", after = 1 } },
      { "operation", "a text that is not empty", { kind = "close", operation = "" } },
    }) do
      local ok, message = pcall(emu.fault, emu, case[3])
      assert.is_false(ok)
      local expected = 'field "%s" of fault "%s" must be %s'
      expected = expected:format(case[1], case[3].kind, case[2])
      assert.truthy(message:find(expected, 1, true), message)
    end
  end)

  it("raises for what is no fault, at the caller's line", function()
    local emu = emulator.new()
    for _, fault in ipairs({
      "close",
      {},
      { kind = "closed" },
      { kind = "close", status = 500 },
      { kind = "close", times = 0 },
      { kind = "close", probability = 2 },
      { kind = "status" },
      { kind = "status", status = 20 },
      { kind = "status", status = 500, envelope = "none" },
      { kind = "truncate", after = false },
      { kind = "refuse", after = true },
    }) do
      local ok, message = pcall(function()
        emu:fault(fault)
      end)
      assert.is_false(ok)
      assert.matches("init_spec.lua:%d+:", message)
    end
  end)
end)
