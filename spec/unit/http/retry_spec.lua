-- SPDX-License-Identifier: MIT
local retry = require("rtk.http.retry")
local shell = require("spec.support.servers.shell")

describe("rtk.http.retry", function()
  local function wait(err, call, max_wait, left)
    call = call or {}
    return retry.delay(err, {
      operation = { is_repeatable = call.repeatable ~= false },
      attempt = call.attempt or 1,
      max_retries = call.max_retries or 2,
    }, max_wait or 60, left)
  end

  -- The shortest and the longest of many waits for the same Retry-After.
  local function bounds(seconds, max_wait, left)
    local shortest, longest = math.huge, 0
    for _ = 1, 1000 do
      local found = wait({ kind = "rate_limit", retry_after = seconds }, nil, max_wait, left)
      shortest, longest = math.min(shortest, found), math.max(longest, found)
    end
    return shortest, longest
  end

  it("backs off by a random time up to a ceiling that doubles with each attempt", function()
    for attempt, ceiling in ipairs({ 0.5, 1, 2, 4, 8, 8 }) do
      local shortest, longest = math.huge, 0
      for _ = 1, 200 do
        local seconds = wait({ kind = "server" }, { attempt = attempt, max_retries = 9 })
        shortest, longest = math.min(shortest, seconds), math.max(longest, seconds)
      end
      assert.is_true(longest < ceiling and longest > ceiling / 2, longest)
      assert.is_true(shortest >= 0 and shortest < ceiling / 2, shortest)
    end
  end)

  it("never backs off longer than the longest wait", function()
    for _ = 1, 50 do
      local seconds = wait({ kind = "server" }, { attempt = 5, max_retries = 9 }, 0.1)
      assert.is_true(seconds <= 0.1, seconds)
    end
  end)

  it("retries after lost connections, timeouts, 408, 429 and 5xx", function()
    for _, err in ipairs({
      { kind = "connection" },
      { kind = "connection", status = 200 },
      { kind = "timeout" },
      { kind = "timeout", status = 200 },
      { kind = "server", status = 408 },
      { kind = "rate_limit", status = 429 },
      { kind = "rate_limit", status = 200 },
      { kind = "server", status = 500 },
      { kind = "server", status = 524 },
    }) do
      assert.is_number(wait(err))
    end
  end)

  it("does not retry after other responses", function()
    for _, err in ipairs({
      { kind = "conflict", status = 409 },
      { kind = "invalid", status = 400 },
      { kind = "not_found", status = 404 },
      { kind = "authentication", status = 400 },
      { kind = "tls" },
      { kind = "too_large" },
      { kind = "decode", status = 200 },
      { kind = "cancelled" },
    }) do
      assert.is_nil(wait(err))
    end
  end)

  it("stops after max_retries", function()
    assert.is_number(wait({ kind = "connection" }, { attempt = 2, max_retries = 2 }))
    assert.is_nil(wait({ kind = "connection" }, { attempt = 3, max_retries = 2 }))
    assert.is_nil(wait({ kind = "connection" }, { attempt = 1, max_retries = 0 }))
  end)

  it("never repeats a creating request that may have been executed", function()
    local lost = { kind = "connection", maybe_executed = true }
    assert.is_nil(wait(lost, { repeatable = false }))
    assert.is_number(wait(lost, { repeatable = true }))
    assert.is_number(wait({ kind = "connection", maybe_executed = false }, { repeatable = false }))
    assert.is_number(wait({ kind = "rate_limit", status = 429 }, { repeatable = false }))
  end)

  it("does what the API says of itself, but never repeats a creating request in doubt", function()
    local function says(retryable, more)
      local err = { kind = "server", status = 503, errors = { { retryable = retryable } } }
      for name, value in pairs(more or {}) do
        err[name] = value
      end
      return err
    end
    assert.is_number(wait(says(nil)))
    assert.is_nil(wait(says(false)))
    assert.is_number(wait(says(true, { kind = "invalid", status = 400 })))
    assert.is_nil(wait(says(true, { maybe_executed = true }), { repeatable = false }))
  end)

  it("respects Retry-After up to the longest wait, and gives up beyond it", function()
    local seconds = wait({ kind = "rate_limit", status = 429, retry_after = 60 }, nil, 60)
    assert.equal(60, seconds)
    assert.is_nil(wait({ kind = "rate_limit", status = 429, retry_after = 61 }, nil, 60))
  end)

  it("adds a random part to Retry-After, of a second or a tenth of it", function()
    for seconds, most in pairs({ [0] = 1, [0.25] = 1, [1] = 1, [10] = 1, [50] = 5, [300] = 30 }) do
      local shortest, longest = bounds(seconds, 600)
      assert.is_true(shortest >= seconds and shortest < seconds + most / 10, shortest)
      assert.is_true(longest < seconds + most and longest > seconds + most * 0.9, longest)
    end
  end)

  it("keeps the sum within the longest wait", function()
    local shortest, longest = bounds(59.5, 60)
    assert.is_true(shortest >= 59.5 and longest <= 60 and longest > 59.9, longest)
    shortest, longest = bounds(0, 0)
    assert.equal(0, shortest)
    assert.equal(0, longest)
  end)

  it("leaves time for the attempt when a deadline is near", function()
    local shortest, longest = bounds(1.5, 60, 2)
    assert.is_true(shortest >= 1.5 and longest <= 1.75 and longest > 1.7, longest)
    shortest, longest = bounds(5, 60, 2)
    assert.equal(5, shortest)
    assert.equal(5, longest)
  end)

  describe("jitter", function()
    it("covers the whole range", function()
      local tenths = {}
      for _ = 1, 2000 do
        local fraction = retry.jitter()
        assert.is_true(fraction >= 0 and fraction < 1, fraction)
        tenths[math.floor(fraction * 10)] = true
      end
      for tenth = 0, 9 do
        assert.is_true(tenths[tenth], "no " .. tenth .. " tenths")
      end
    end)

    it("differs between processes and does not touch the host's random numbers", function()
      local program = [[local before = math.random(1e9) math.randomseed(1)
        local expected = math.random(1e9) math.randomseed(1)
        io.write(require("rtk.http.retry").jitter(), " ", tostring(math.random(1e9) == expected))]]
      local lua = shell.lua()
      local command = ("LUA_CPATH='build/%s/?.so' %s -e %s"):format(lua, lua, shell.quote(program))
      local first, second = shell.check(command), shell.check(command)
      assert.not_equal(first, second)
      assert.truthy(first:find(" true$"), first)
    end)
  end)
end)
