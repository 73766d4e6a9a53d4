-- SPDX-License-Identifier: MIT
local retry = require("rtk.retry")

describe("rtk.retry", function()
  local function wait(err, call, max_wait)
    call = call or {}
    return retry.wait(err, {
      is_repeatable = call.repeatable ~= false,
      attempt = call.attempt or 1,
      max_retries = call.max_retries or 2,
    }, max_wait or 60)
  end

  it("knows which operations may be sent twice", function()
    for _, method in ipairs({ "GET", "PUT", "PATCH", "DELETE" }) do
      assert.is_true(retry.is_repeatable(method, method .. " /meetings"))
    end
    assert.is_false(retry.is_repeatable("POST", "POST /meetings"))
    assert.is_false(retry.is_repeatable("POST"))
    local token = "POST /meetings/{meeting_id}/participants/{participant_id}/token"
    assert.is_true(retry.is_repeatable("POST", token))
  end)

  it("backs off longer with each attempt, with a random part", function()
    for attempt, longest in ipairs({ 0.5, 1, 2, 4, 8, 8 }) do
      local seconds = wait(
        { status = 503, kind = "server" },
        { attempt = attempt, max_retries = 9 }
      )
      assert.is_true(seconds <= longest and seconds >= longest / 2, tostring(seconds))
    end
  end)

  it("tries again after lost connections, timeouts, 408, 429 and 5xx", function()
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

  it("takes other answers as they are", function()
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

  it("obeys Retry-After up to the longest wait, and gives up beyond it", function()
    assert.equal(17, wait({ kind = "rate_limit", status = 429, retry_after = 17 }))
    assert.equal(0, wait({ kind = "rate_limit", status = 429, retry_after = 0 }))
    assert.is_nil(wait({ kind = "rate_limit", status = 429, retry_after = 61 }, nil, 60))
  end)

  it("reads Retry-After as seconds or as a date", function()
    assert.equal(17, retry.after("17"))
    assert.equal(1.5, retry.after("1.5"))
    assert.equal(37, retry.after("Sun, 06 Nov 1994 08:49:37 GMT", 784111740))
    assert.equal(0, retry.after("Sun, 06 Nov 1994 08:49:37 GMT", 999999999))
    assert.equal(951827696, retry.after("Tue, 29 Feb 2000 12:34:56 GMT", 0))
    for _, garbage in ipairs({ "soon", "", "-5", "1e9", "Sun, 06 Foo 1994 08:49:37 GMT" }) do
      assert.is_nil(retry.after(garbage, 0), garbage)
    end
    assert.is_nil(retry.after(nil))
  end)
end)
