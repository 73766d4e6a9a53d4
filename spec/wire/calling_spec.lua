-- SPDX-License-Identifier: MIT
-- How methods are called: with a colon, and with no argument that they would ignore. What is wrong
-- is said at the caller's line, about every kind of object that users get.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")

-- Plain Lua 5.1 has no tasks, and does not tell how many parameters a function has.
local has_tasks = require("rtk.core").yieldable_through_pcall

describe("a call", function()
  local emulator, client, meeting

  before_each(function()
    emulator = new_emulator()
    client = emulator:client()
    meeting = assert(client.meetings:create({ title = "T" }))
  end)

  -- The message without its place, which must be here.
  local function misuse_of(f, ...)
    local arguments = { ... }
    local ok, message = pcall(function()
      local value = f(arguments[1], arguments[2], arguments[3], arguments[4], arguments[5])
      return value
    end)
    assert.is_false(ok)
    local text = message:match("calling_spec.lua:%d+: (.*)$")
    return assert(text, message)
  end

  it("with a dot says that it needs a colon, whatever it is of", function()
    local lock
    local once = rtk.once.memory()
    once:run("key", function(held)
      lock = held
    end)
    local receiver = rtk.webhook.receiver()
    local task = has_tasks and rtk.spawn(function() end) or {}
    local page = client.meetings:list()
    for name, method in pairs({
      ["page:next"] = page.next,
      ["page:each"] = page.each,
      ["task:wait"] = task.wait,
      ["task:cancel"] = task.cancel,
      ["once:run"] = once.run,
      ["lock:extend"] = lock.extend,
      ["lock:is_held"] = lock.is_held,
      ["receiver:on"] = receiver.on,
      ["receiver:handle"] = receiver.handle,
      ["receiver:verify"] = receiver.verify,
      ["receiver:serve"] = receiver.serve,
      ["receiver:resume"] = receiver.resume,
    }) do
      for _, first in ipairs({ false, {}, "text" }) do
        local expected = ("call %s with a colon, not with a dot"):format(name)
        assert.equal(expected, misuse_of(method, first or nil))
      end
    end
    assert.equal(1, #page)
  end)

  it("of the emulator with a dot says so, too", function()
    for _, name in ipairs({ "advance", "client", "fault", "clear_faults", "journal", "reset" }) do
      local expected = ("call emulator:%s with a colon, not with a dot"):format(name)
      -- In plain 5.1 the check would hide the callers of all other mistakes.
      if has_tasks then assert.equal(expected, misuse_of(emulator[name], {})) end
    end
  end)

  it("with an argument that would be ignored says what the method takes", function()
    local options = { timeout = 5 }
    local meetings = client.meetings
    local expected = "client:request takes one table, in which options stand beside path"
    assert.equal(expected, misuse_of(client.request, client, { path = "/x" }, options))
    -- nil is none.
    assert(meeting:reload(options, nil, nil))
    assert(meetings:list({}, options, nil, nil, nil))
    if not has_tasks then return end
    for _, case in ipairs({
      {
        "client.meetings:list takes no more than (query, options)",
        meetings.list,
        {},
        {},
        options,
      },
      {
        "client.meetings:get takes no more than (meeting_id, query, options)",
        meetings.get,
        meeting.id,
        {},
        {},
        options,
      },
    }) do
      assert.equal(case[1], misuse_of(case[2], meetings, case[3], case[4], case[5], case[6]))
    end
    expected = "reload of rtk.Meeting takes no more than (options)"
    assert.equal(expected, misuse_of(meeting.reload, meeting, nil, options))
    expected = "update of rtk.Meeting takes no more than (body, options)"
    assert.equal(expected, misuse_of(meeting.update, meeting, {}, {}, options))
  end)

  it("with an object in the place of its id says so", function()
    local is_meeting = "meeting_id must be a string, got a table (rtk.Meeting): pass its id"
    assert.equal(is_meeting, misuse_of(client.meetings.get, client.meetings, meeting))
    assert.equal(is_meeting, misuse_of(client.meetings.close, client.meetings, meeting))
    assert.equal(
      is_meeting,
      misuse_of(client.recordings.ensure_started, client.recordings, meeting)
    )
    local app = client.apps:list()[1]
    local is_app = "app_id must be a string, got a table (rtk.App): pass its id"
    assert.equal(is_app, misuse_of(client.app, client, app))
    local is_body = "meeting_id must be a string, got a table:"
      .. " ids come first, one after the other, then a table"
    assert.equal(is_body, misuse_of(client.meetings.update, client.meetings, { title = "U" }))
    local is_option = "app_id must be a string, got a table"
    assert.equal(is_option, misuse_of(client.meetings.list, client.meetings, {}, { app_id = {} }))
  end)

  it("of the emulator with options that are no table says so", function()
    local modules = { emulator = new_emulator, server = require("rtk.emulator.server").start }
    for what, f in pairs(modules) do
      local expected = ("the options of %s %s must be a table"):format(
        what == "emulator" and "an" or "a",
        what
      )
      assert.equal(expected, misuse_of(f, 5))
    end
    assert.equal("the options of a client must be a table", misuse_of(emulator.client, emulator, 5))
    local expected = "call new of rtk.emulator with a dot, not with a colon"
    assert.equal(expected, misuse_of(new_emulator, require("rtk.emulator"), {}))
  end)

  it("that fails shows no more than the start of a long path", function()
    local long = ("x"):rep(100000)
    local _, message, err = client.meetings:get(long)
    assert.equal("invalid", err.kind)
    assert.is_true(#message < 1000)
    assert.truthy(message:find("GET /meetings/" .. ("x"):rep(200), 1, true))
    local failing = clients.fake({ { failure = "connection" } }, { max_retries = 0 })
    message = select(2, failing.meetings:get(long))
    assert.is_true(#message < 1000)
  end)
end)
