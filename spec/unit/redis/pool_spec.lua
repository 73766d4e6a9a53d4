-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local pools = require("rtk.redis.pool")
local virtual_time = require("spec.support.clients.virtual_time")

describe("rtk.redis.pool", function()
  local clock, pool

  before_each(function()
    clock = virtual_time.start()
    pool = pools.new()
  end)

  after_each(function()
    clock:stop()
  end)

  local function link(generation, name)
    local made = { name = name or "here", is_open = true, works = true }
    made.generation = generation or core.generation()
    function made.is_alive()
      return made.works
    end
    function made.close()
      made.is_open = false
    end
    return made
  end

  it("returns the connection that was used last", function()
    local one, two = link(), link()
    pool:put(one)
    pool:put(two)
    assert.equal(two, pool:take("here"))
    assert.equal(one, pool:take("here"))
    assert.is_nil(pool:take("here"))
  end)

  it("returns only connections to the given node", function()
    local here, there = link(), link(nil, "there")
    pool:put(here)
    pool:put(there)
    assert.equal(here, pool:take("here"))
    assert.is_nil(pool:take("here"))
    assert.equal(there, pool:take("there"))
  end)

  it("closes connections beyond its size", function()
    local links, open = {}, 0
    for index = 1, 50 do
      links[index] = link()
      pool:put(links[index])
    end
    for _, each in ipairs(links) do
      if each.is_open then open = open + 1 end
    end
    assert.equal(16, open)
  end)

  it("closes broken connections until one works", function()
    local good, bad, worse = link(), link(), link()
    pool:put(good)
    pool:put(bad)
    pool:put(worse)
    bad.works, worse.works = false, false
    assert.equal(good, pool:take("here"))
    assert.is_false(bad.is_open)
    assert.is_false(worse.is_open)
    assert.is_true(good.is_open)
  end)

  it("closes connections that were idle for a minute", function()
    local old, new = link(), link()
    pool:put(old)
    clock.now = clock.now + 40
    pool:put(new)
    clock.now = clock.now + 40
    assert.equal(new, pool:take("here"))
    assert.is_nil(pool:take("here"))
    assert.is_false(old.is_open)
  end)

  it("closes connections of the parent process without using them", function()
    local inherited, used = link(core.generation() - 1), link(core.generation() - 1)
    pool:put(inherited)
    assert.is_false(inherited.is_open)
    used.generation = core.generation()
    pool:put(used)
    used.generation = core.generation() - 1
    used.is_alive = nil
    assert.is_nil(pool:take("here"))
    assert.is_false(used.is_open)
  end)
end)
