-- SPDX-License-Identifier: MIT
local budget = require("rtk.rate_limit.budget")
local budget_codec = require("rtk.rate_limit.budget_codec")
local random = require("spec.support.data.random")

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

  -- The words of a budget that is valid at time 1000, with some replaced.
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

  it("rejects text that is not a budget", function()
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

  it("rejects numbers out of bounds", function()
    -- blocked, then name, quota, window, remaining, window_end, confirmed, next_slot, last_slot...
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

  it("rejects a block that ends more than a day ahead", function()
    local DAY = 86400
    assert.is_table(read(changed({ ("%.0f"):format((1000 + DAY) * 1e6) })))
    assert.is_nil(read(changed({ ("%.0f"):format((1000 + DAY) * 1e6 + 2) })))
    for _, place in ipairs({ 6, 12 }) do
      assert.is_nil(read(changed({ [place] = ("%.0f"):format((1000 + DAY + 3) * 1e6) })))
    end
  end)

  it("reads what it wrote after any replies, and never blocks for more than a day", function()
    local dice = random.new(4711)
    local words = { "ok", "refused", "lost", "unsent", "-", "a", "b", "nan", "inf", "1e308" }
    local numbers =
      { "0", "1", "-5", "86400", "86401", "0.5", "1e9", "1e10", "99999999999999999999" }
    local function observation()
      local parts = { dice:pick(words) }
      for index = 2, 1 + dice:below(20) do
        parts[index] = dice:chance(30) and dice:pick(words) or dice:pick(numbers)
      end
      return table.concat(parts, dice:chance(5) and "\t" or " ")
    end
    local state, now = budget.new(1200, 300, 0.05), 1000
    for _ = 1, 3000 do
      if dice:chance(50) then
        budget.observe(state, now, observation())
      else
        local seconds = budget.admit(state, now, dice:chance(30))
        assert.is_true(seconds >= 0 and seconds <= 86402, seconds)
      end
      local text = budget_codec.pack(state)
      state = assert(budget_codec.unpack(text, 0.05, now), text)
      now = now + dice:below(3000) / 10
    end
  end)
end)
