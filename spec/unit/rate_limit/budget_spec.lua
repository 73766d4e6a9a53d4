-- SPDX-License-Identifier: MIT
local budget = require("rtk.rate_limit.budget")

describe("rtk.rate_limit.budget", function()
  -- Sends as many requests as may go at once; each is answered, unless observation is false.
  local function send(state, now, most, observation)
    for count = 1, most do
      local seconds = budget.admit(state, now, false)
      if seconds > 0 then return count - 1, seconds end
      if observation ~= false then budget.observe(state, now, observation or "ok - -") end
    end
    return most
  end

  local function first(state)
    return state.policies[1]
  end

  it("lets half of the quota pass at full speed", function()
    local state = budget.new(100, 300, 0.05)
    local sent, seconds = send(state, 10, 1000)
    assert.equal(50, sent)
    assert.is_true(seconds > 0)
  end)

  it("spreads the rest over what is left of the window", function()
    local state = budget.new(100, 300, 0.05)
    local now, waits = 0, {}
    send(state, 0, 50)
    while now < 299 do
      local seconds = budget.admit(state, now, false)
      now = now + seconds
      if seconds > 0 then waits[#waits + 1] = seconds end
    end
    table.sort(waits)
    assert.is_true(waits[#waits] < 2.5 * waits[1], "from " .. waits[1] .. " to " .. waits[#waits])
    assert.is_true(#waits >= 43 and #waits <= 46, #waits .. " waits")
  end)

  it("keeps the reserve for calls with priority", function()
    local state = budget.new(100, 300, 0.05)
    budget.observe(state, 0, "ok - - default 100 300 5 200")
    assert.is_true(budget.admit(state, 0, false) > 199)
    for _ = 1, 5 do
      assert.equal(0, budget.admit(state, 0, true))
    end
    assert.is_true(budget.admit(state, 0, true) > 199)
  end)

  it("never reserves more than half of a small quota", function()
    for quota = 1, 4 do
      local state = budget.new(quota, 60, 0.5)
      local sent = 0
      for now = 0, 59 do
        if budget.admit(state, now, false) == 0 then sent = sent + 1 end
      end
      assert.equal(math.ceil(quota / 2), sent)
    end
  end)

  it("does not pace calls with priority", function()
    local state = budget.new(100, 300, 0.05)
    assert.equal(50, (send(state, 0, 100)))
    for _ = 1, 50 do
      assert.equal(0, budget.admit(state, 0, true))
    end
  end)

  it("learns quota and window, and forgets what it assumed", function()
    local state = budget.new(1200, 300, 0.05)
    budget.admit(state, 0, false)
    budget.observe(state, 1, "ok - - default 40 10 39 10")
    assert.equal(1, #state.policies)
    assert.same({ "default", 40, 10, 39 }, {
      first(state).name,
      first(state).quota,
      first(state).window,
      first(state).remaining,
    })
    assert.equal(19, (send(state, 1, 100)))
  end)

  it("takes the lowest value of the replies within a window, in any order", function()
    local state = budget.new(100, 300, 0)
    budget.observe(state, 0, "ok - - default 100 300 80 300")
    budget.observe(state, 1, "ok - - default 100 300 60 299")
    budget.observe(state, 1, "ok - - default 100 300 70 299")
    assert.equal(60, first(state).remaining)
  end)

  it("assumes that requests without an answer are not counted yet", function()
    local state = budget.new(100, 300, 0)
    assert.equal(10, (send(state, 0, 10, false)))
    budget.observe(state, 1, "ok - - default 100 300 70 299")
    assert.equal(70 - 9, first(state).remaining)
  end)

  it("gives back requests that certainly were not sent, and only those", function()
    local state = budget.new(100, 300, 0)
    budget.admit(state, 0, false)
    budget.admit(state, 0, false)
    budget.observe(state, 0, "unsent - -")
    assert.same({ 99, 1 }, { first(state).remaining, first(state).pending })
    budget.observe(state, 0, "lost - -")
    assert.same({ 99, 0 }, { first(state).remaining, first(state).pending })
  end)

  it("starts a new window when the old one is over, at the latest that replies allow", function()
    local state = budget.new(100, 10, 0)
    budget.observe(state, 0, "ok - - default 100 10 0 10")
    budget.observe(state, 3.5, "ok - - default 100 10 0 7")
    budget.observe(state, 4.1, "ok - - default 100 10 0 6")
    local seconds = budget.admit(state, 9, false)
    assert.is_true(seconds > 1.09 and seconds < 1.5, seconds)
    assert.equal(0, budget.admit(state, 9 + seconds, false))
    assert.equal(99, first(state).remaining)
  end)

  it("starts a new window as soon as a reply shows one", function()
    local state = budget.new(100, 10, 0)
    budget.observe(state, 0, "ok - - default 100 10 0 10")
    budget.observe(state, 9.5, "ok - - default 100 10 99 10")
    assert.equal(0, budget.admit(state, 9.5, false))
    assert.equal(98, first(state).remaining)
  end)

  it("counts requests without an answer in the new window, once", function()
    local state = budget.new(100, 10, 0)
    assert.equal(30, (send(state, 9, 30, false)))
    assert.equal(0, budget.admit(state, 20, false))
    assert.same({ 69, 30 }, { first(state).remaining, first(state).late })
    assert.equal(0, budget.admit(state, 31, false))
    assert.equal(98, first(state).remaining)
  end)

  it("forgets requests that never get an answer after one more window", function()
    local state = budget.new(1200, 300, 0)
    local sent, ends = 0, 0
    for now = 0, 3000, 0.5 do -- half of the quota
      assert.equal(0, budget.admit(state, now, false), "at " .. now)
      if now >= ends then
        sent, ends = 0, now + 300
      end
      sent = sent + 1
      local observation = ("ok - 0 default 1200 300 %d %d"):format(
        1200 - sent,
        math.ceil(ends - now)
      )
      if now * 2 % 20 ~= 0 then budget.observe(state, now, observation) end
    end
    assert.is_true(first(state).pending + first(state).late <= 2 * 600 / 20)
  end)

  it("assigns an answer to the window of its request", function()
    local state = budget.new(100, 10, 0)
    assert.equal(10, (send(state, 9, 10, false)))
    assert.equal(5, (send(state, 20, 5, false)))
    budget.observe(state, 21, "ok - 12")
    budget.observe(state, 21, "ok - 1")
    assert.same({ 4, 9 }, { first(state).pending, first(state).late })
  end)

  it("works without headers", function()
    local state = budget.new(100, 10, 0)
    budget.admit(state, 0, false)
    budget.observe(state, 2, "ok - -")
    assert.is_true(first(state).window_end >= 12)
  end)

  describe("after an exceeded limit", function()
    it("blocks everything until Retry-After has passed, then starts a new window", function()
      local state = budget.new(100, 300, 0.05)
      budget.admit(state, 0, false)
      budget.observe(state, 0, "refused 300 - default 100 300 0 300")
      for _, now in ipairs({ 0, 100, 299 }) do
        assert.is_true(math.abs(300 - now - budget.admit(state, now, true)) < 1e-6)
      end
      assert.equal(0, budget.admit(state, 302, false))
      assert.equal(99, first(state).remaining)
    end)

    it("blocks for one window when the reply does not say how long", function()
      local state = budget.new(100, 300, 0.05)
      budget.observe(state, 5, "refused - -")
      assert.equal(300, budget.admit(state, 5, true))
    end)

    it("is not misled by late replies", function()
      local state = budget.new(100, 300, 0.05)
      send(state, 0, 3, false)
      budget.observe(state, 0, "refused 300 - default 100 300 0 300")
      budget.observe(state, 1, "ok - - default 100 300 1 40")
      assert.is_true(budget.admit(state, 200, true) > 99)
    end)

    it("keeps the budget when the reply says that some is left", function()
      local state = budget.new(100, 300, 0)
      budget.observe(state, 0, "refused 2 - default 100 300 90 300")
      assert.equal(2, budget.admit(state, 0, true))
      assert.equal(0, budget.admit(state, 2, false))
      assert.equal(89, first(state).remaining)
    end)

    it("does not retry at once after 0 seconds", function()
      local state = budget.new(100, 300, 0)
      budget.observe(state, 0, "refused 0 -")
      assert.equal(1, budget.admit(state, 0, true))
    end)
  end)

  describe("with several policies", function()
    it("obeys the tightest", function()
      local state = budget.new(1200, 300, 0)
      budget.observe(state, 0, "ok - - long 1000 300 900 300 short 10 2 9 2")
      local now, sent = 0, 0
      while now < 10 do
        local seconds = budget.admit(state, now, false)
        if seconds == 0 then
          sent = sent + 1
          budget.observe(state, now, "ok - -")
        end
        now = now + seconds
      end
      assert.is_true(sent >= 40 and sent <= 60, sent .. " in five windows of 10")
    end)

    it("forgets one that replies no longer name, once its window is over", function()
      local state = budget.new(1200, 300, 0)
      budget.observe(state, 0, "ok - - a 100 300 99 300 b 10 10 9 10")
      budget.observe(state, 5, "ok - - a 100 300 98 295")
      assert.equal(2, #state.policies)
      budget.observe(state, 12, "ok - - a 100 300 97 288")
      assert.equal(1, #state.policies)
    end)

    it("keeps few policies, however many a server names", function()
      local state = budget.new(1200, 300, 0)
      for i = 1, 100 do
        budget.observe(state, 0, ("ok - - p%d 100 300 99 300"):format(i))
      end
      assert.equal(8, #state.policies)
    end)
  end)

  it("returns the time to spread those who wait for the end of a block", function()
    for seconds, expected in pairs({ [1] = 1, [5] = 1, [60] = 6, [3600] = 360 }) do
      local state = budget.new(1200, 300, 0.05)
      budget.observe(state, 100, "refused " .. seconds .. " -")
      local wait, spread = budget.admit(state, 100, true)
      assert.same({ seconds, expected }, { wait, spread })
    end
    local state = budget.new(1200, 300, 0.05)
    send(state, 0, 1200)
    local wait, spread = budget.admit(state, 0, false)
    assert.is_true(wait > 0)
    assert.is_nil(spread)
  end)

  it("gives waiters slots, so that they do not all ask at once", function()
    local state = budget.new(1200, 300, 0.05)
    assert.equal(600, (send(state, 0, 2000)))
    local at, asks = {}, 0
    for i = 1, 200 do
      at[i] = budget.admit(state, 0, false)
    end
    for now = 0, 99 do
      for i = 1, 200 do
        if at[i] <= now then
          asks = asks + 1
          at[i] = now + budget.admit(state, now, false)
        end
      end
    end
    assert.is_true(asks < 200 * 100 / 10, asks .. " questions")
  end)
end)
