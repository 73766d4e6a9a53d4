-- SPDX-License-Identifier: MIT
-- The decisions of the limiter when several calls ask at once, each in a coroutine that waits until
-- the spec lets Redis reply or fail.
local core = require("rtk.core")
local rtk = require("rtk")
local virtual_time = require("spec.support.clients.virtual_time")

local LOST = "redis is out of reach (timeout): limiting in this process alone"
local ALONE = "redis did not answer (timeout): decided in this process alone"
local BACK = "redis is back, the limit is shared again"

describe("rtk.rate_limit.redis, asked by many at once,", function()
  local clock, limiter, asked

  before_each(function()
    clock = virtual_time.start()
    limiter, asked = rtk.rate_limit.redis({ pause = 5, quota = 100 }), 0
    local link = { is_reused = true }
    function link.call(_, command)
      if command == "SCRIPT" then return "sha" end
      return coroutine.yield()
    end
    function link.release() end
    function link.close() end
    function limiter._client._connector.open()
      asked = asked + 1
      return link
    end
  end)

  after_each(function()
    clock:stop()
  end)

  -- Asks; the outcome is filled in when the limiter has decided.
  local function ask()
    local outcome = {}
    outcome.co = coroutine.create(function()
      outcome.seconds, outcome.note = limiter:admit({ now = core.now(), priority = false })
    end)
    assert(coroutine.resume(outcome.co))
    return outcome
  end

  local function answer(outcome)
    assert(coroutine.resume(outcome.co, "125000 0 0"))
    assert.equal(0.125, outcome.seconds)
    return outcome.note
  end

  local function fail(outcome)
    assert(coroutine.resume(outcome.co, nil, "timeout"))
    assert.equal(0, outcome.seconds)
    return outcome.note
  end

  -- Whether somebody who asks now is answered by this process alone.
  local function is_alone()
    local before = asked
    local outcome = ask()
    if asked > before then answer(outcome) end
    return asked == before
  end

  it("reports once that Redis is lost, for all callers", function()
    local one, two, three = ask(), ask(), ask()
    assert.equal(LOST, fail(one))
    assert.is_nil(fail(two))
    assert.is_nil(fail(three))
    assert.is_true(is_alone())
  end)

  it("does not consider Redis lost when other calls got replies meanwhile", function()
    local slow, quick = ask(), ask()
    assert.is_nil(answer(quick))
    assert.equal(ALONE, fail(slow))
    assert.is_false(is_alone())
  end)

  it("does not consider Redis lost because of a failure from before it was back", function()
    local first, slow = ask(), ask()
    assert.equal(LOST, fail(first))
    clock.now = clock.now + 5
    assert.equal(BACK, answer(ask()))
    assert.equal(ALONE, fail(slow))
    assert.is_false(is_alone())
  end)

  it("takes a late reply as a sign that Redis is back, and reports it", function()
    local late, lost = ask(), ask()
    assert.equal(LOST, fail(lost))
    assert.is_true(is_alone())
    assert.equal(BACK, answer(late))
    assert.is_false(is_alone())
  end)

  it("lets one call ask after a pause, while the others decide alone", function()
    fail(ask())
    clock.now = clock.now + 4.9
    assert.is_true(is_alone())
    clock.now = clock.now + 0.1
    local first = ask()
    assert.is_nil(first.seconds)
    assert.is_true(is_alone())
    assert.is_nil(fail(first))
    clock.now = clock.now + 4.9
    assert.is_true(is_alone())
    clock.now = clock.now + 0.1
    assert.equal(BACK, answer(ask()))
    assert.is_false(is_alone())
  end)

  it("asks again one pause after the caller that asked was given up", function()
    fail(ask())
    clock.now = clock.now + 5
    ask()
    assert.is_true(is_alone())
    clock.now = clock.now + 5
    assert.equal(BACK, answer(ask()))
  end)
end)
