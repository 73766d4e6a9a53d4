-- SPDX-License-Identifier: MIT
-- meetings:ensure_participant, with the emulator and its faults.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")

local LIST = "GET /meetings/{meeting_id}/participants"
local ADD = "POST /meetings/{meeting_id}/participants"
local ONE = "/meetings/{meeting_id}/participants/{participant_id}"
local TOKEN = "POST " .. ONE .. "/token"

describe("meetings:ensure_participant", function()
  local emulator, client, meeting

  local function new_meeting(options, client_options)
    emulator = new_emulator(options)
    client = emulator:client(client_options or { max_retries = 0 })
    meeting = assert(client.meetings:create({ title = "T" }))
  end

  before_each(function()
    new_meeting()
  end)

  local function body(changes)
    local fields =
      { custom_participant_id = "ann", name = "Ann", preset_name = "group_call_participant" }
    for name, value in pairs(changes or {}) do
      fields[name] = value
    end
    return fields
  end

  local function ensure(changes, options)
    return client.meetings:ensure_participant(meeting.id, body(changes), options)
  end

  local function add(changes)
    return assert(client.meetings:add_participant(meeting.id, body(changes)))
  end

  -- All of the custom id, from all pages.
  local function all(custom_id)
    local found = {}
    for participant in client.meetings:each_participant(meeting.id) do
      if participant.custom_participant_id == (custom_id or "ann") then
        found[#found + 1] = participant
      end
    end
    return found
  end

  local function lose(operation, changes)
    clients.lose_answer(emulator, operation, changes)
  end

  local function may_join(participant)
    assert.is_string(participant.token)
    assert(emulator:join({ token = participant.token }))
  end

  it("adds a participant, and finds it afterwards with a fresh token", function()
    local added, outcome = ensure()
    assert.equal("created", outcome)
    may_join(added)
    local found
    found, outcome = ensure()
    assert.equal("found", outcome)
    assert.equal(added.id, found.id)
    assert.not_equal(added.token, found.token)
    may_join(found)
    assert.equal(1, #all())
  end)

  it("compares the custom id exactly, on all pages", function()
    for index = 1, 230 do
      add({ custom_participant_id = "ann" .. index })
    end
    add({ custom_participant_id = "Ann" })
    assert.equal("created", select(2, ensure()))
    for index = 231, 460 do
      add({ custom_participant_id = "ann" .. index })
    end
    assert.equal("found", select(2, ensure()))
    assert.equal(1, #all())
  end)

  it("updates what differs from the body, and only that", function()
    local added = assert(ensure({ picture = "https://example.com/a.png" }))
    for _, changes in ipairs({
      { name = "Ann B." },
      { name = "Ann B.", preset_name = "group_call_host" },
      { name = "Ann B.", preset_name = "group_call_host", picture = rtk.null },
    }) do
      local found, outcome = ensure(changes)
      assert.equal("found", outcome)
      assert.equal(added.id, found.id)
      assert.equal("Ann B.", found.name)
      assert.equal(changes.preset_name or "group_call_participant", found.preset_name)
      assert.equal(
        changes.picture ~= rtk.null and "https://example.com/a.png" or nil,
        found.picture
      )
      may_join(found)
      local sent = #emulator:journal()
      assert(ensure(changes))
      assert.equal(sent + 2, #emulator:journal())
    end
  end)

  it("takes a known id first, without reading the list", function()
    local added = assert(ensure())
    for _, arguments in ipairs({
      { nil, { participant_id = added.id } },
      { { participant_id = added.id } },
    }) do
      local sent = #emulator:journal()
      local found, outcome = ensure(arguments[1], arguments[2])
      assert.same({ added.id, "found" }, { found.id, outcome })
      may_join(found)
      assert.equal(sent + 2, #emulator:journal())
    end
  end)

  it("looks further when the known id is gone or somebody else's", function()
    local other = add({ custom_participant_id = "bob" })
    local added, outcome = ensure(nil, { participant_id = other.id })
    assert.equal("created", outcome)
    assert(added:delete())
    local again
    again, outcome = ensure(nil, { participant_id = added.id })
    assert.equal("created", outcome)
    assert.not_equal(added.id, again.id)
    assert.same({ 1, 1 }, { #all("bob"), #all() })
  end)

  it("adds one although the answer was lost", function()
    lose(ADD)
    local added, outcome = ensure()
    assert.equal("created", outcome)
    may_join(added)
    assert.equal(1, #all())
    new_meeting(nil, { max_retries = 2 })
    lose(ADD, { after = false })
    added, outcome = ensure()
    assert.equal("created", outcome)
    may_join(added)
    assert.equal(1, #all())
  end)

  it("lets the oldest of doubles stay, and deletes what a dead program left", function()
    local oldest = add()
    add()
    add({ custom_participant_id = "bob" })
    add()
    local found, outcome = ensure()
    assert.same({ oldest.id, "found" }, { found.id, outcome })
    assert.same({ 1, 1 }, { #all(), #all("bob") })
    -- The program ends after it has added one and before it looks again.
    new_meeting()
    emulator:fault({ operation = ADD, kind = "status", status = 500, after = true })
    emulator:fault({ operation = LIST, kind = "status", status = 403, times = 1, after = true })
    assert.is_nil((ensure()))
    emulator:clear_faults()
    add()
    assert(ensure())
    assert.equal(1, #all())
  end)

  it("lets the older one stay when another program adds one at the same time", function()
    for event_type, is_older in pairs({ request = true, response = false }) do
      new_meeting()
      local other
      client = emulator:client({
        on_event = function(event)
          if event.operation ~= ADD or event.type ~= event_type then return end
          other = other or emulator:client().meetings:add_participant(meeting.id, body())
        end,
      })
      local participant, outcome = ensure()
      assert.equal(is_older, participant.id == other.id)
      assert.equal(is_older and "found" or "created", outcome)
      assert.equal(participant.id, all()[1].id)
      assert.equal(1, #all())
      may_join(participant)
    end
  end)

  it("begins again when the participant is deleted meanwhile", function()
    local added = assert(ensure())
    local results = rtk.gather({
      function()
        return ensure()
      end,
      function()
        return client.meetings:delete_participant(meeting.id, added.id)
      end,
    })
    assert.is_true(results[1][1], tostring(results[1][2]))
    may_join(results[1][2])
    assert.equal("created", results[1][3])
    assert.equal(1, #all())
  end)

  it("goes before others at the rate limit with all of its calls", function()
    local asked = {}
    client = emulator:client({
      rate_limit = {
        admit = function(_, request)
          asked[#asked + 1] = request.priority
          return 0
        end,
        observe = function() end,
      },
    })
    assert(ensure())
    assert(ensure({ name = "Ann B." }))
    assert.truthy(#asked >= 5)
    for _, priority in ipairs(asked) do
      assert.is_true(priority)
    end
    asked = {}
    assert(ensure(nil, { priority = false }))
    assert.is_false(asked[1])
  end)

  it("returns the error of the step that failed", function()
    for _, operation in ipairs({ LIST, ADD, TOKEN, "PATCH " .. ONE }) do
      emulator:fault({ operation = operation, kind = "status", status = 403, times = 1 })
      local changes = operation:find("PATCH") and { name = "Ann B." }
      local participant, message, err = ensure(changes)
      assert.is_nil(participant)
      assert.is_string(message)
      assert.equal("permission", err.kind)
      if operation == ADD then assert(ensure()) end
    end
    local participant, message = ensure({ preset_name = "no such preset" })
    assert.is_nil(participant)
    assert.truthy(message:find("preset", 1, true))
    local err
    participant, message, err = client.meetings:ensure_participant(
      "00000000-0000-4000-8000-00000000000f",
      body(),
      { participant_id = "00000000-0000-4000-8000-00000000000e" }
    )
    assert.is_nil(participant)
    assert.is_string(message)
    assert.equal("not_found", err.kind)
  end)

  it("says what it has added when a later call fails", function()
    local lists = 0
    client = emulator:client({
      max_retries = 0,
      on_event = function(event)
        if event.type ~= "request" or event.operation ~= LIST then return end
        lists = lists + 1
        if lists == 2 then lose(LIST) end
      end,
    })
    local participant, _, err = ensure()
    assert.is_nil(participant)
    assert.equal(all()[1].id, err.done.created.id)
    may_join(err.done.created)
  end)

  it("keeps to the time for all of its calls", function()
    local started = 0
    for index = 1, 250 do
      add({ custom_participant_id = "ann" .. index })
    end
    client = emulator:client({
      on_event = function(event)
        if event.type == "request" then started = started + 1 end
        rtk.sleep(0.06)
      end,
    })
    local participant, _, err = ensure(nil, { total_timeout = 0.1 })
    assert.is_nil(participant)
    assert.equal("timeout", err.kind)
    assert.truthy(started < 4)
  end)

  it("raises for what cannot be right", function()
    for _, arguments in ipairs({
      { meeting.id },
      { meeting.id, {} },
      { nil, body() },
      { meeting.id, body(), { wait = 5 } },
      { meeting.id, body(), { participant_id = 5 } },
      { meeting.id, body(), { reconcile = ensure } },
    }) do
      local message = clients.misuse_of(function()
        client.meetings:ensure_participant(arguments[1], arguments[2], arguments[3])
      end)
      assert.truthy(message:find("participant_spec", 1, true), message)
    end
  end)
end)
