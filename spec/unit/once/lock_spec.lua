-- SPDX-License-Identifier: MIT
-- rtk.once in memory, and the option `once` of ensure methods. Its kinds in Redis and in a shared
-- dictionary are tried in spec/limits and spec/nginx.

local clients = require("spec.support.clients.clients")
local contract = require("spec.support.asserts.once_contract")
local eight = require("spec.support.clients.eight")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")

describe("rtk.once.memory", function()
  for title, try in pairs(contract) do
    it(title, function()
      try(rtk.once.memory)
    end)
  end

  it("keeps a lock however many others are taken meanwhile", function()
    local once = rtk.once.memory({ wait = 0 })
    once:run("kept", function(lock)
      for number = 1, 25000 do
        once._store:add("lock:k" .. number, "1", 60)
      end
      assert.is_true(lock:is_held())
      assert.is_nil((once:run("kept", function() end)))
    end)
  end)

  -- A store that does what it is asked and then loses its answers.
  local function losing(once, answer)
    local store = once._store
    once._store = setmetatable({
      add = function(_, name, ...)
        local is_added, found = store:add(name, ...)
        if not name:find("^lock:") then return is_added, found end
        return answer(store, name, ...)
      end,
    }, { __index = store })
    return store
  end

  it("takes a lock that its store has at a second attempt, after a lost answer", function()
    local once = rtk.once.memory({ wait = 0 })
    losing(once, function(store, ...)
      return store:add(...)
    end)
    assert.equal("ran", (once:run("k", function()
      return "ran"
    end)))
  end)

  it("leaves no lock behind when its store cannot say whether it was taken", function()
    local once = rtk.once.memory({ wait = 0 })
    local store = losing(once, function(store, ...)
      store:add(...)
      return nil, "timeout"
    end)
    local value, _, err = once:run("k", function() end)
    assert.is_nil(value)
    assert.equal("store", err.reason)
    assert.is_nil(store:get("lock:k"))
  end)

  it("raises for what cannot be right", function()
    local once = rtk.once.memory()
    for _, f in ipairs({
      function()
        rtk.once.memory({ ttl = 0 })
      end,
      function()
        rtk.once.memory({ wait = -1 })
      end,
      function()
        rtk.once.shared_dict({})
      end,
      function()
        rtk.once.disk()
      end,
      function()
        once:run(nil, print)
      end,
      function()
        once:run("k")
      end,
      function()
        once:run("k", print, { ttl = 5 })
      end,
    }) do
      local message = clients.misuse_of(f)
      assert.truthy(message:find("lock_spec", 1, true), message)
    end
  end)
end)

describe("an ensure with once", function()
  local emulator, client, meeting, once

  before_each(function()
    emulator = new_emulator()
    client = emulator:client({ max_retries = 0 })
    meeting = assert(client.meetings:create({ title = "T" }))
    once = rtk.once.memory()
  end)

  -- How often the emulator executed an operation.
  local function executed(operation)
    local count = 0
    for _, entry in ipairs(emulator:journal()) do
      if entry.operation == operation and entry.executed then count = count + 1 end
    end
    return count
  end

  local ensures = {
    ["POST /meetings"] = function(options)
      return client.meetings:ensure({ title = "Class" }, options)
    end,
    ["POST /meetings/{meeting_id}/participants"] = function(options)
      return client.meetings:ensure_participant(meeting.id, {
        custom_participant_id = "ann",
        name = "Ann",
        preset_name = "group_call_host",
      }, options)
    end,
    ["POST /presets"] = function(options)
      return client.presets:ensure(rtk.preset({ name = "teacher" }), options)
    end,
    ["POST /webhooks"] = function(options)
      local body = { url = "https://example.com", name = "w", events = { "meeting.started" } }
      return client.webhooks:ensure(body, options)
    end,
    ["POST /recordings"] = function(options)
      return client.recordings:ensure_started(meeting.id, {}, options)
    end,
    ["POST /meetings/{meeting_id}/livestreams"] = function(options)
      return client.livestreams:ensure_started(meeting.id, {}, options)
    end,
  }

  it("has one after the other do its work, without doubles", function()
    local _, outcomes = eight.times(function()
      return ensures["POST /meetings"]({ once = once })
    end)
    assert.same({ created = 1, unchanged = 7 }, outcomes)
    -- The other one is the meeting of before_each.
    assert.equal(2, executed("POST /meetings"))
  end)

  -- What only ends something has a lock, too.
  local ending = {
    ["PUT /recordings/{recording_id}"] = function(options)
      assert(client.recordings:ensure_started(meeting.id))
      return client.recordings:stop_if_running(meeting.id, options)
    end,
    ["PATCH /meetings/{meeting_id}"] = function(options)
      return client.meetings:close(meeting.id, options)
    end,
    ["POST /meetings/{meeting_id}/active-session/kick-all"] = function(options)
      return client.sessions:reap({ older_than = 0 }, options)
    end,
  }

  -- The key of the lock that a job takes.
  local function key_of(job)
    local found
    local recorder = {
      run = function(_, key)
        found = key
        return nil, "recorded", { kind = "timeout" }
      end,
    }
    assert.is_nil((job({ once = recorder })))
    return found
  end

  for _, jobs in ipairs({ ensures, ending }) do
    for operation, job in pairs(jobs) do
      it("fails when others hold the lock for too long: " .. operation, function()
        -- On the emulator's clock, which no stall of the machine moves.
        client = emulator:client({
          max_retries = 0,
          runtime = clients.emulated_runtime(emulator),
        })
        local before = executed(operation)
        once:run(key_of(job), function()
          local value, message, err = job({ once = once, total_timeout = 0.02 })
          assert.is_nil(value)
          assert.is_string(message)
          assert.same({ "timeout", "locked" }, { err.kind, err.reason })
        end)
        assert.equal(before, executed(operation))
        assert.is_truthy((job({ once = once })))
      end)
    end
  end

  it("has one lock for starting and stopping the recording of a meeting", function()
    local stop = ending["PUT /recordings/{recording_id}"]
    assert.equal(key_of(ensures["POST /recordings"]), key_of(stop))
  end)

  it("does not wait for the ensure of another app", function()
    local keys = {}
    local recorder = {
      run = function(_, key, f)
        keys[#keys + 1] = key
        return f()
      end,
    }
    local other = client:app("00000000-0000-4000-8000-000000000002")
    client.meetings:ensure({ title = "Class" }, { once = recorder })
    other.meetings:ensure({ title = "Class" }, { once = recorder })
    client.meetings:ensure(
      { title = "Class" },
      { once = recorder, app_id = "00000000-0000-4000-8000-000000000002" }
    )
    assert.not_equal(keys[1], keys[2])
    assert.equal(keys[2], keys[3])
  end)

  it("takes a lock of rtk.once only", function()
    for _, value in ipairs({ true, {} }) do
      local message = clients.misuse_of(function()
        client.meetings:ensure({ title = "Class" }, { once = value })
      end)
      assert.truthy(message:find("once", 1, true), message)
    end
  end)
end)
