-- SPDX-License-Identifier: MIT
-- Limiters against the emulator's rate limit in simulated time.
local random = require("spec.support.data.random")
local rtk = require("rtk")
local simulation = require("spec.support.clients.limit_simulation")

local LIMIT = { quota = 1200, window = 300, block = 300 }

local dice

-- Seconds between two bounds.
local function between(least, most)
  return function()
    return least + dice:below(1000) / 1000 * (most - least)
  end
end

local function own()
  return rtk.rate_limit.memory()
end

local function shared(options)
  local limiter = rtk.rate_limit.memory(options)
  return function()
    return limiter
  end
end

local function run(given)
  given.rate_limit = given.rate_limit or LIMIT
  return simulation.run(given)
end

describe("limiters in simulated time", function()
  before_each(function()
    dice = random.new(7)
  end)

  it("are needed: five clients without one get thousands of 429s", function()
    local result = run({ clients = 5, calls = 1000, latency = between(0.01, 0.1) })
    assert.is_true(result.refused > 3000, result.refused)
  end)

  it("that are shared let 5,000 calls pass in five windows without a 429", function()
    local result =
      run({ clients = 5, calls = 1000, latency = between(0.01, 0.1), limiter = shared() })
    assert.equal(0, result.refused)
    assert.is_true(result.now > 1200 and result.now < 1500, result.now)
  end)

  it("that are not shared learn enough from replies", function()
    local result = run({ clients = 5, calls = 1000, latency = between(0.01, 0.1), limiter = own })
    assert.equal(0, result.refused)
    assert.is_true(result.now < 1500, result.now)
  end)

  it("cause no 429 when many requests are in flight for long", function()
    local result = run({ clients = 200, calls = 20, latency = between(0, 20), limiter = shared() })
    assert.equal(0, result.refused)
  end)

  it("cause no 429 when answers are lost", function()
    local result = run({
      clients = 20,
      calls = 200,
      latency = between(0, 1),
      limiter = shared(),
      lose = function()
        return dice:chance(5)
      end,
    })
    assert.equal(0, result.refused)
  end)

  it("cause no 429 when replies have no headers", function()
    local result = run({
      clients = 20,
      calls = 200,
      latency = between(0, 1),
      limiter = shared(),
      headers = function()
        return {}
      end,
    })
    assert.equal(0, result.refused)
  end)

  it("cause no 429 with other quotas, windows and rhythms", function()
    for _, limit in ipairs({ { 5, 10 }, { 100, 10 }, { 1200, 2 }, { 3500, 300 } }) do
      local result = run({
        clients = 5,
        calls = limit[1] < 100 and 20 or 1000,
        rate_limit = { quota = limit[1], window = limit[2], block = limit[2] },
        latency = between(0, limit[2] / 100),
        limiter = shared(),
        starts = function(i)
          return i * limit[2] / 7
        end,
        pause = function()
          return dice:chance(1) and limit[2] / 3 or 0
        end,
      })
      assert.equal(0, result.refused, limit[1] .. " in " .. limit[2])
    end
  end)

  it("do not slow down clients that need little", function()
    local result = run({ clients = 5, calls = 100, latency = between(0.01, 0.1), limiter = own })
    for _, admitted in ipairs(result.admitted) do
      assert.equal(0, admitted.waited)
    end
  end)

  it("spread the rest of the quota instead of stalling until the window ends", function()
    local result = run({ clients = 4, calls = 1000, limiter = shared(), seconds = 299 })
    local longest, last = 0, 0
    for _, admitted in ipairs(result.admitted) do
      longest, last = math.max(longest, admitted.at - last), admitted.at
    end
    assert.is_true(longest < 2, longest)
    assert.is_true(last > 295, last)
  end)

  it("admit waiting calls in turn", function()
    local longest = 0
    local result =
      run({ clients = 20, calls = 60, limiter = shared(), latency = between(0.01, 0.1) })
    for _, admitted in ipairs(result.admitted) do
      longest = math.max(longest, admitted.waited)
    end
    -- About 1.8 requests per second for 20 clients.
    assert.is_true(longest < 2 * 20 / 1.8, longest)
  end)

  it("let calls with priority pass while bulk calls wait", function()
    local longest = { [true] = 0, [false] = 0 }
    local function has_priority(client)
      return client.index == 1
    end
    local result = run({
      clients = 20,
      calls = 200,
      limiter = shared(),
      latency = between(0.01, 0.1),
      priority = has_priority,
      pause = function(client)
        return has_priority(client) and 5 or 0
      end,
    })
    for _, admitted in ipairs(result.admitted) do
      local prior = has_priority(admitted.client)
      longest[prior] = math.max(longest[prior], admitted.waited)
    end
    assert.equal(0, result.refused)
    assert.equal(0, longest[true])
    assert.is_true(longest[false] > 1, longest[false])
  end)

  it("keep the reserve for priority calls, however much others spend", function()
    local prior = run({
      clients = 6,
      calls = 400,
      limiter = own,
      latency = between(0.01, 0.1),
      starts = function(i)
        return i == 6 and 150 or 0
      end,
      priority = function(client)
        return client.index == 6
      end,
      pause = function(client)
        return client.index == 6 and 3 or 0
      end,
    })
    assert.equal(0, prior.refused)
    for _, admitted in ipairs(prior.admitted) do
      if admitted.client.index == 6 then assert.equal(0, admitted.waited) end
    end
  end)

  it("wait out a block that another client caused, and go on after it", function()
    local result = run({
      clients = 6,
      calls = 400,
      latency = between(0.01, 0.05),
      limiter = function(i)
        return i < 6 and own() or nil
      end,
      starts = function(i)
        return i < 6 and 20 or 0
      end,
      pause = function(client)
        return client.index == 6 and 0 or 0.2
      end,
      rate_limit = { quota = 300, window = 300, block = 300 },
    })
    -- The client without a limiter uses up the quota; the others meet the block once each.
    local during = 0
    for _, admitted in ipairs(result.admitted) do
      local is_blocked = admitted.at > 21 and admitted.at < 300
      if admitted.client.index < 6 and is_blocked then during = during + 1 end
    end
    assert.is_true(during <= 5, during)
    assert.equal(2400, #result.admitted)
  end)
end)
