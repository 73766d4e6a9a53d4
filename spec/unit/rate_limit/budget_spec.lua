-- SPDX-License-Identifier: MIT
local budget = require("rtk.rate_limit.budget")
local budget_codec = require("rtk.rate_limit.budget_codec")
local random = require("spec.support.data.random")

describe("rtk.rate_limit.budget", function()
  -- Sends as many as may go at once; each is answered unless told otherwise.
  local function send(state, now, most, reading)
    for count = 1, most do
      local seconds = budget.admit(state, now, false)
      if seconds > 0 then return count - 1, seconds end
      if reading ~= false then budget.observe(state, now, reading or "ok - -") end
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

  it("does not make calls with priority keep pace", function()
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

  it("takes the least that replies tell within a window, in whatever order they come", function()
    local state = budget.new(100, 300, 0)
    budget.observe(state, 0, "ok - - default 100 300 80 300")
    budget.observe(state, 1, "ok - - default 100 300 60 299")
    budget.observe(state, 1, "ok - - default 100 300 70 299")
    assert.equal(60, first(state).remaining)
  end)

  it("reckons that requests on their way are not counted yet", function()
    local state = budget.new(100, 300, 0)
    assert.equal(10, (send(state, 0, 10, false)))
    budget.observe(state, 1, "ok - - default 100 300 70 299")
    assert.equal(70 - 9, first(state).remaining)
  end)

  it("gives back what certainly was not sent, and only that", function()
    local state = budget.new(100, 300, 0)
    budget.admit(state, 0, false)
    budget.admit(state, 0, false)
    budget.observe(state, 0, "unsent - -")
    assert.same({ 99, 1 }, { first(state).remaining, first(state).pending })
    budget.observe(state, 0, "lost - -")
    assert.same({ 99, 0 }, { first(state).remaining, first(state).pending })
  end)

  it("begins a new window when the old one is over, at the latest that replies allow", function()
    local state = budget.new(100, 10, 0)
    budget.observe(state, 0, "ok - - default 100 10 0 10")
    budget.observe(state, 3.5, "ok - - default 100 10 0 7")
    budget.observe(state, 4.1, "ok - - default 100 10 0 6")
    local seconds = budget.admit(state, 9, false)
    assert.is_true(seconds > 1.09 and seconds < 1.5, seconds)
    assert.equal(0, budget.admit(state, 9 + seconds, false))
    assert.equal(99, first(state).remaining)
  end)

  it("begins a new window as soon as a reply shows one", function()
    local state = budget.new(100, 10, 0)
    budget.observe(state, 0, "ok - - default 100 10 0 10")
    budget.observe(state, 9.5, "ok - - default 100 10 99 10")
    assert.equal(0, budget.admit(state, 9.5, false))
    assert.equal(98, first(state).remaining)
  end)

  it("charges the new window with requests that are on their way, once", function()
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
      local reading = ("ok - 0 default 1200 300 %d %d"):format(1200 - sent, math.ceil(ends - now))
      if now * 2 % 20 ~= 0 then budget.observe(state, now, reading) end
    end
    assert.is_true(first(state).pending + first(state).late <= 2 * 600 / 20)
  end)

  it("takes an answer for that of a request as old as it says", function()
    local state = budget.new(100, 10, 0)
    assert.equal(10, (send(state, 9, 10, false)))
    assert.equal(5, (send(state, 20, 5, false)))
    budget.observe(state, 21, "ok - 12")
    budget.observe(state, 21, "ok - 1")
    assert.same({ 4, 9 }, { first(state).pending, first(state).late })
  end)

  it("does without headers", function()
    local state = budget.new(100, 10, 0)
    budget.admit(state, 0, false)
    budget.observe(state, 2, "ok - -")
    assert.is_true(first(state).ends >= 12)
  end)

  describe("after a refusal", function()
    it("holds everything back until Retry-After has passed, then begins anew", function()
      local state = budget.new(100, 300, 0.05)
      budget.admit(state, 0, false)
      budget.observe(state, 0, "refused 300 - default 100 300 0 300")
      for _, now in ipairs({ 0, 100, 299 }) do
        assert.is_true(math.abs(300 - now - budget.admit(state, now, true)) < 1e-6)
      end
      assert.equal(0, budget.admit(state, 302, false))
      assert.equal(99, first(state).remaining)
    end)

    it("waits for one window when nothing says how long", function()
      local state = budget.new(100, 300, 0.05)
      budget.observe(state, 5, "refused - -")
      assert.equal(300, budget.admit(state, 5, true))
    end)

    it("is not misled by replies that were on their way", function()
      local state = budget.new(100, 300, 0.05)
      send(state, 0, 3, false)
      budget.observe(state, 0, "refused 300 - default 100 300 0 300")
      budget.observe(state, 1, "ok - - default 100 300 1 40")
      assert.is_true(budget.admit(state, 200, true) > 99)
    end)

    it("keeps the budget when the reply says that there is some left", function()
      local state = budget.new(100, 300, 0)
      budget.observe(state, 0, "refused 2 - default 100 300 90 300")
      assert.equal(2, budget.admit(state, 0, true))
      assert.equal(0, budget.admit(state, 2, false))
      assert.equal(89, first(state).remaining)
    end)

    it("does not try again at once when told 0 seconds", function()
      local state = budget.new(100, 300, 0)
      budget.observe(state, 0, "refused 0 -")
      assert.equal(1, budget.admit(state, 0, true))
    end)
  end)

  describe("with several policies", function()
    it("keeps to the tightest", function()
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

    it("keeps few, however many a server names", function()
      local state = budget.new(1200, 300, 0)
      for i = 1, 100 do
        budget.observe(state, 0, ("ok - - p%d 100 300 99 300"):format(i))
      end
      assert.equal(8, #state.policies)
    end)
  end)

  it("says over how long to spread those who wait for the end of a block", function()
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

  it("lines up those who wait, so that not all ask at once", function()
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

describe("rtk.rate_limit.budget_codec", function()
  it("writes and reads a budget", function()
    local state = budget.new(1200, 300, 0.05)
    budget.admit(state, 1763722123.123456, false)
    budget.observe(state, 1763722124.5, "ok - - a 100 300 99 300 b 10 10 9 10")
    budget.observe(state, 1763722124.75, "refused 17 -")
    local text, now = budget_codec.pack(state), 1763722125
    local read = budget_codec.unpack(text, 0.05, now)
    for _, policy in ipairs(state.policies) do
      for name, value in pairs(policy) do
        -- To the microsecond.
        if type(value) == "number" then policy[name] = math.floor(value * 1e6 + 0.5) / 1e6 end
      end
    end
    assert.same(state, read)
    assert.equal(text, budget_codec.pack(budget_codec.unpack(text, 0.05, now)))
  end)

  it("writes numbers that no locale changes", function()
    local state = budget.new(7, 0.5, 0.05)
    budget.admit(state, 1763722123.123456, false)
    assert.not_matches("[.,e]", budget_codec.pack(state))
  end)

  -- The words of a budget that is good at the time 1000, with other ones at some places.
  local function changed(changes)
    local state = budget.new(1200, 300, 0.05)
    budget.admit(state, 1000, false)
    local words = {}
    for word in budget_codec.pack(state):gmatch("%S+") do
      words[#words + 1] = word
    end
    for place, word in pairs(changes) do
      words[place] = word
    end
    return table.concat(words, " ")
  end

  local function read(text)
    return budget_codec.unpack(text, 0.05, 1000)
  end

  it("takes no text for a budget that is none", function()
    assert.is_table(read(changed({})))
    for _, text in ipairs({ "", " ", "0", "nonsense", "0 ?", ("0 "):rep(5000), "1e308 ? 1" }) do
      assert.is_nil(read(text))
    end
    for _, value in ipairs({ 17, 0 / 0, true, {}, false }) do
      assert.is_nil(read(value))
    end
    assert.is_nil(read(nil))
    assert.is_nil(read(changed({}) .. " b"))
    assert.is_nil(read(changed({ [12] = "" })))
    assert.is_nil(read("0" .. changed({}):sub(2):rep(9)))
  end)

  it("takes no number that cannot be", function()
    -- blocked, then name, quota, window, remaining, ends, confirmed, next_at, turn, pending...
    for place = 1, 12 do
      for _, word in ipairs({ "nan", "inf", "-inf", "1e308", "0x10", "1.5", "1,5", "", "\255" }) do
        -- Names are taken as they are, of the letters that they may have.
        local is_name = place == 2 and word:find("^[%w.?-]+$")
        if not is_name then assert.is_nil(read(changed({ [place] = word })), place .. word) end
      end
    end
    local huge, negative = ("9"):rep(40), "-1"
    for place = 1, 12 do
      if place ~= 2 then assert.is_nil(read(changed({ [place] = huge })), place) end
      if place ~= 2 and place ~= 5 then
        assert.is_nil(read(changed({ [place] = negative })), place)
      end
    end
    assert.is_nil(read(changed({ [3] = "0" })))
    assert.is_nil(read(changed({ [4] = "0" })))
  end)

  it("takes no block that would end more than a day ahead", function()
    local DAY = 86400
    assert.is_table(read(changed({ ("%.0f"):format((1000 + DAY) * 1e6) })))
    assert.is_nil(read(changed({ ("%.0f"):format((1000 + DAY) * 1e6 + 2) })))
    for _, place in ipairs({ 6, 12 }) do
      assert.is_nil(read(changed({ [place] = ("%.0f"):format((1000 + DAY + 3) * 1e6) })))
    end
  end)

  it(
    "reads what it wrote, whatever replies say, and holds up nobody for more than a day",
    function()
      local dice = random.new(4711)
      local words = { "ok", "refused", "lost", "unsent", "-", "a", "b", "nan", "inf", "1e308" }
      local numbers =
        { "0", "1", "-5", "86400", "86401", "0.5", "1e9", "1e10", "99999999999999999999" }
      local function reading()
        local parts = { dice:pick(words) }
        for index = 2, 1 + dice:below(20) do
          parts[index] = dice:chance(30) and dice:pick(words) or dice:pick(numbers)
        end
        return table.concat(parts, dice:chance(5) and "\t" or " ")
      end
      local state, now = budget.new(1200, 300, 0.05), 1000
      for _ = 1, 3000 do
        if dice:chance(50) then
          budget.observe(state, now, reading())
        else
          local seconds = budget.admit(state, now, dice:chance(30))
          assert.is_true(seconds >= 0 and seconds <= 86402, seconds)
        end
        local text = budget_codec.pack(state)
        state = assert(budget_codec.unpack(text, 0.05, now), text)
        now = now + dice:below(3000) / 10
      end
    end
  )
end)
