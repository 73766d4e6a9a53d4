-- SPDX-License-Identifier: MIT
-- rtk.map, in virtual time, with the emulator, and in event loops.

local clients = require("spec.support.clients.clients")
local loops = require("spec.support.clients.loops")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")
local virtual_time = require("spec.support.clients.virtual_time")

local has_closing_values = _VERSION >= "Lua 5.4"

-- An iterator over numbers, with how many it has given.
local function counter(last, before)
  local state = { given = 0 }
  return function()
    if before then before(state.given + 1) end
    if state.given == last then return nil end
    state.given = state.given + 1
    return state.given
  end,
    state
end

describe("rtk.tasks.map", function()
  local clock

  virtual_time.around(function(new_clock)
    clock = new_clock
  end)

  -- A function that takes as many seconds as its item says; it notes how many run at once.
  local function worker()
    local state = { running = 0, most = 0, started = 0, ended = 0 }
    return function(seconds)
      state.started = state.started + 1
      state.running = state.running + 1
      state.most = math.max(state.most, state.running)
      rtk.sleep(seconds)
      state.running = state.running - 1
      state.ended = state.ended + 1
      return seconds * 10
    end,
      state
  end

  local function run(items, f, options)
    local found = {}
    for item, value in rtk.map(items, f, options) do
      found[#found + 1] = { item, value }
    end
    return found
  end

  it("refuses a table whose items it would leave out", function()
    for _, list in ipairs({ { a = 1 }, { 1, nil, 3 }, { 1, b = 2 } }) do
      local message = clients.misuse_of(rtk.map, list, print)
      assert.matches("rtk.map works on an array without gaps, or on an iterator", message)
    end
  end)

  it("returns the results as they are ready, with their items", function()
    assert.same({ { 1, 10 }, { 2, 20 }, { 3, 30 } }, run({ 3, 1, 2 }, (worker())))
    assert.equal(1003, clock.now)
  end)

  it("returns them in the order of the items if it is told to", function()
    local f, state = worker()
    assert.same({ { 3, 30 }, { 1, 10 }, { 2, 20 } }, run({ 3, 1, 2 }, f, { ordered = true }))
    assert.equal(1003, clock.now)
    assert.equal(3, state.most)
  end)

  it("works on so many at a time: 8, or `concurrency`", function()
    for concurrency, options in pairs({
      [8] = {},
      [3] = { concurrency = 3 },
      [1] = { concurrency = 1 },
    }) do
      for _, is_ordered in ipairs({ false, true }) do
        options.ordered = is_ordered
        local f, state = worker()
        local items = {}
        for index = 1, 20 do
          items[index] = 1 + index % 3
        end
        assert.equal(20, #run(items, f, options))
        assert.equal(concurrency, state.most)
      end
    end
  end)

  it("takes an item from an iterator only when there is room for it", function()
    for _, is_ordered in ipairs({ false, true }) do
      local items, state = counter(30)
      local taken = 0
      for _ in
        rtk.map(items, function()
          rtk.sleep(1)
        end, { concurrency = 4, ordered = is_ordered })
      do
        taken = taken + 1
        -- A slow loop.
        rtk.sleep(5)
        assert.is_true(state.given <= taken + 4, state.given .. " of " .. taken)
      end
      assert.equal(30, taken)
    end
  end)

  it("returns results while the iterator waits for its next item", function()
    local moments = {}
    local items = counter(2, function(number)
      if number > 1 then rtk.sleep(100) end
    end)
    for item in
      rtk.map(items, function()
        rtk.sleep(1)
      end)
    do
      moments[item] = clock.now - 1000
    end
    assert.same({ 1, 101 }, moments)
  end)

  it("never has the iterator called while it is called", function()
    local is_inside, calls = false, 0
    local items = counter(20, function()
      assert(not is_inside)
      is_inside, calls = true, calls + 1
      rtk.sleep(0.1)
      is_inside = false
    end)
    assert.equal(20, #run(items, (worker())))
    assert.equal(21, calls)
  end)

  it("returns failures with their items, and goes on", function()
    local problem = setmetatable({}, {
      __tostring = function()
        return "problem"
      end,
    })
    local mute = setmetatable({}, { __tostring = error })
    local found = {}
    for item, value, message, err in
      rtk.map({ "a", "b", "c", "d", "e", "f" }, function(item)
        if item == "a" then error("raised", 0) end
        if item == "b" then error(problem) end
        if item == "c" then error() end
        if item == "d" then return nil, "message", "err" end
        if item == "f" then error(mute) end
        return false, nil, 3
      end)
    do
      found[item] = { value, message, err }
    end
    assert.same({ nil, "raised", "raised" }, found.a)
    assert.same({ nil, "problem" }, { found.b[1], found.b[2] })
    assert.equal(problem, found.b[3])
    assert.same({ nil, "an error without a message" }, found.c)
    assert.same({ nil, "message", "err" }, found.d)
    assert.same({ false, nil, 3 }, found.e)
    assert.same({ nil, "an error that cannot be shown" }, { found.f[1], found.f[2] })
    assert.equal(mute, found.f[3])
  end)

  it("raises what the iterator raises, after the results of the items before", function()
    for _, is_ordered in ipairs({ false, true }) do
      local items = counter(9, function(number)
        if number == 4 then error("the list is broken", 0) end
      end)
      local found = {}
      local ok, raised = pcall(function()
        for item in
          rtk.map(items, function()
            rtk.sleep(1)
          end, { ordered = is_ordered })
        do
          found[#found + 1] = item
        end
      end)
      assert.is_false(ok)
      assert.equal("the list is broken", raised)
      assert.equal(3, #found)
    end
  end)

  it("cancels what is under way when the loop is left", function()
    for index = 1, 2 do
      local f, state = worker()
      local items, list = counter(50)
      local results, _, _, closing = rtk.map(items, f, { concurrency = 4, ordered = index == 1 })
      for _ in results, nil, nil, closing do
        if state.ended > 0 then break end
      end
      if not has_closing_values then results:close() end
      rtk.sleep(200)
      assert.equal(1, state.ended)
      assert.is_true(state.started <= 5)
      assert.is_true(list.given <= 5)
      assert.is_nil((results()))
    end
  end)

  it("takes no further item when its loop was left and nobody has closed it", function()
    local f, state = worker()
    local items, list = counter(50)
    -- Without the closing value that Lua 5.4 has.
    local results = rtk.map(items, f, { concurrency = 4 })
    assert.equal(1, (results()))
    rtk.sleep(200)
    assert.is_true(list.given <= 5, list.given)
    assert.is_true(state.most <= 4)
  end)

  if has_closing_values then
    it("goes on in another coroutine when the task is cancelled that waited", function()
      local results = rtk.map({ 50, 60 }, (worker()))
      local task = rtk.spawn(function()
        return results()
      end)
      rtk.sleep(3)
      task:cancel()
      -- What was under way was the task's own.
      local items = {}
      for item, value, message in results do
        assert.is_nil(value)
        assert.equal("the task has ended without a result", message)
        items[#items + 1] = item
      end
      table.sort(items)
      assert.same({ 50, 60 }, items)
    end)

    it("cancels what is under way when the loop raises", function()
      local f, state = worker()
      pcall(function()
        for _ in rtk.map({ 1, 2, 3, 4 }, f) do
          error("left")
        end
      end)
      rtk.sleep(10)
      assert.equal(1, state.ended)
    end)
  end

  it("may be closed from elsewhere, which ends the loop", function()
    local results = rtk.map({ 50, 60 }, (worker()))
    local ended
    local task = rtk.spawn(function()
      for _ in results do
        error("not reached")
      end
      ended = clock.now - 1000
    end)
    rtk.sleep(3)
    results:close()
    task:wait()
    assert.is_true(ended <= 4, ended)
  end)

  it("has nothing to do for an empty list, and ends only once", function()
    for _, items in ipairs({ {}, rtk.array({}), (counter(0)) }) do
      local results = rtk.map(items, error)
      assert.is_nil((results()))
      assert.is_nil((results()))
    end
  end)

  it("may be used in tasks, and in itself", function()
    local sums = rtk.gather({
      function()
        local sum = 0
        for _, value in
          rtk.map({ 1, 2, 3 }, function(outer)
            local inner = 0
            for _, found in
              rtk.map({ 1, 2 }, function(number)
                rtk.sleep(number)
                return number * outer
              end)
            do
              inner = inner + found
            end
            return inner
          end)
        do
          sum = sum + value
        end
        return sum
      end,
      function()
        rtk.sleep(1)
        return 7
      end,
    })
    assert.same({ { n = 2, true, 18 }, { n = 2, true, 7 } }, sums)
    assert.equal(1002, clock.now)
  end)

  it("raises for what it cannot do", function()
    local f = function() end
    for words, arguments in pairs({
      ["what rtk.map works on must be a table"] = { 5, f },
      ["for each item must be a function"] = { {}, 5 },
      ["concurrency must be a whole number"] = { {}, f, { concurrency = 0 } },
      ["unknown option concurency"] = { {}, f, { concurency = 3 } },
      ["ordered must be a boolean"] = { {}, f, { ordered = 1 } },
      ["call rtk.map with a dot"] = { rtk, {}, f },
    }) do
      local message = clients.misuse_of(rtk.map, arguments[1], arguments[2], arguments[3])
      assert.truthy(message:find(words, 1, true), message)
      assert.truthy(message:find("spec/", 1, true), message)
    end
    local message = clients.misuse_of(function()
      return rtk.map({}, f).clos
    end)
    assert.truthy(message:find('did you mean "close"?', 1, true), message)
  end)
end)

-- Makes meetings, adds a participant to each, with a fault; returns their titles.
local function add_to_all(client, emulator, prefetch)
  for number = 1, 25 do
    assert(client.meetings:create({ title = "M" .. number }))
  end
  emulator:fault({
    operation = "POST /meetings/{meeting_id}/participants",
    kind = "status",
    status = 403,
    times = 1,
  })
  local added, failed = 0, 0
  for meeting, participant, message, err in
    rtk.map(client.meetings:each({ per_page = 5 }, { prefetch = prefetch }), function(meeting)
      rtk.sleep(0.001)
      return meeting:add_participant({
        name = "Ann",
        preset_name = "group_call_host",
        custom_participant_id = "ann",
      })
    end, { concurrency = 4 })
  do
    assert.is_string(meeting.title)
    if participant then
      added = added + 1
    else
      assert.is_string(message)
      assert.equal("permission", err.kind)
      failed = failed + 1
    end
  end
  return { added, failed }
end

describe("rtk.map over the pages of a list", function()
  it("works on all items, in plain Lua", function()
    local emulator = new_emulator()
    assert.same({ 24, 1 }, add_to_all(emulator:client(), emulator))
    emulator = new_emulator()
    assert.same({ 24, 1 }, add_to_all(emulator:client(), emulator, 3))
  end)

  it("raises when a page fails, after what is under way", function()
    local emulator = new_emulator()
    local client = emulator:client({ max_retries = 0 })
    for number = 1, 12 do
      assert(client.meetings:create({ title = "M" .. number }))
    end
    local pages, found = 0, 0
    local failing = emulator:client({
      max_retries = 0,
      on_event = function(event)
        if event.type ~= "request" then return end
        pages = pages + 1
        if pages == 3 then
          emulator:fault({ operation = "GET /meetings", kind = "status", status = 503, times = 1 })
        end
      end,
    })
    local ok, message = pcall(function()
      for _ in
        rtk.map(failing.meetings:each({ per_page = 5 }), function()
          rtk.sleep(0.001)
        end)
      do
        found = found + 1
      end
    end)
    assert.is_false(ok)
    assert.truthy(message:find("page 3", 1, true), message)
    assert.equal(10, found)
  end)

  for _, loop in ipairs(loops) do
    it("works on all items, in " .. loop.name, function()
      local emulator = new_emulator()
      local client, found = emulator:client(), nil
      local ticks, is_over = 0, false
      loop.run(function()
        found = add_to_all(client, emulator, 3)
        is_over = true
      end, function()
        while not is_over do
          ticks = ticks + 1
          loop.sleep(0.001)
        end
      end)
      assert.same({ 24, 1 }, found)
      assert.is_true(ticks > 3)
    end)

    it("cancels what is under way when it is closed, in " .. loop.name, function()
      local ended = 0
      loop.run(function()
        local results = rtk.map({ 0.001, 60, 60 }, function(seconds)
          rtk.sleep(seconds)
          ended = ended + 1
        end)
        assert.equal(0.001, (results()))
        results:close()
        assert.is_nil((results()))
      end)
      assert.equal(1, ended)
    end)
  end
end)
