-- SPDX-License-Identifier: MIT
-- meetings:ensure, with the emulator and its faults.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new

local ONE = "/meetings/{meeting_id}"
local STEPS = { "GET /meetings", "POST /meetings", "GET " .. ONE, "PATCH " .. ONE }

describe("meetings:ensure", function()
  local emulator, client

  local function start(options, client_options)
    emulator = new_emulator(options)
    client = emulator:client(client_options or { max_retries = 0 })
  end

  before_each(function()
    start()
  end)

  local function ensure(changes, options)
    local body = { title = "Class 7" }
    for name, value in pairs(changes or {}) do
      body[name] = value
    end
    return client.meetings:ensure(body, options)
  end

  -- The meetings of the title that can be joined, and all of them.
  local function count()
    local active, all = 0, 0
    for meeting in client.meetings:each() do
      if meeting.title == "Class 7" then
        all = all + 1
        if meeting.status == "ACTIVE" then active = active + 1 end
      end
    end
    return active, all
  end

  local function lose(operation, changes)
    clients.lose_answer(emulator, operation, changes)
  end

  it("creates a meeting, and leaves it alone afterwards", function()
    local created, outcome = ensure({ record_on_start = true })
    assert.equal("created", outcome)
    assert.is_true(created.record_on_start)
    for _, changes in ipairs({ {}, { record_on_start = true }, { status = "ACTIVE" } }) do
      local found
      found, outcome = ensure(changes)
      assert.same({ "unchanged", created.id }, { outcome, found.id })
    end
    assert.same({ 1, 1 }, { count() })
  end)

  it("compares the title exactly, on all pages", function()
    for index = 1, 120 do
      assert(client.meetings:create({ title = "Class 7" .. index }))
    end
    assert(client.meetings:create({ title = "class 7" }))
    local created, outcome = ensure()
    assert.equal("created", outcome)
    for index = 121, 240 do
      assert(client.meetings:create({ title = "Class 7" .. index }))
    end
    local found
    found, outcome = ensure()
    assert.same({ "unchanged", created.id }, { outcome, found.id })
  end)

  it("updates what differs, at every depth, and keeps the rest", function()
    for _, patch in ipairs({ "merge", "replace" }) do
      start({ patch = patch })
      local created = assert(ensure({
        ai_config = { transcription = { keywords = { "a", "b" }, language = "en-US" } },
        recording_config = { max_seconds = 60 },
      }))
      for _, changes in ipairs({
        { recording_config = { max_seconds = 60 } },
        { ai_config = { transcription = { keywords = { "a", "b" } } } },
      }) do
        assert.equal("unchanged", select(2, ensure(changes)))
      end
      local wanted = { ai_config = { transcription = { keywords = { "a" } } }, persist_chat = true }
      local updated, outcome = ensure(wanted)
      assert.same({ "updated", created.id }, { outcome, updated.id })
      local meeting = assert(client.meetings:get(created.id))
      assert.equal("a", meeting.ai_config.transcription.keywords[1])
      assert.equal(1, #meeting.ai_config.transcription.keywords)
      assert.equal("en-US", meeting.ai_config.transcription.language)
      assert.equal(60, meeting.recording_config.max_seconds)
      assert.is_true(meeting.persist_chat)
      assert.equal("unchanged", select(2, ensure(wanted)))
    end
  end)

  it("takes the oldest that is ACTIVE, else the oldest, and can make it ACTIVE again", function()
    local ids = {}
    for index = 1, 3 do
      ids[index] = assert(client.meetings:create({ title = "Class 7" })).id
    end
    assert(client.meetings:update(ids[1], { status = "INACTIVE" }))
    assert.equal(ids[2], assert(ensure()).id)
    assert.same({ 2, 3 }, { count() })
    for _, id in ipairs(ids) do
      assert(client.meetings:update(id, { status = "INACTIVE" }))
    end
    assert.equal(ids[1], assert(ensure()).id)
    local opened, outcome = ensure({ status = "ACTIVE" })
    assert.same({ ids[1], "updated", "ACTIVE" }, { opened.id, outcome, opened.status })
    start()
    local created
    created, outcome = ensure({ status = "INACTIVE" })
    assert.same({ "created", "INACTIVE" }, { outcome, created.status })
  end)

  it("leaves others alone that were there before it looked, however often it looks", function()
    local ids = {}
    for index = 1, 3 do
      ids[index] = assert(client.meetings:create({ title = "Class 7" })).id
    end
    for _ = 1, 3 do
      local meeting, outcome = ensure({ title = "Class 7" })
      assert.same({ ids[1], "unchanged" }, { meeting.id, outcome })
    end
    assert.equal("updated", select(2, ensure({ persist_chat = true })))
    assert.same({ 3, 3 }, { count() })
    for index = 2, 3 do
      local other = assert(client.meetings:get(ids[index]))
      assert.same({ "ACTIVE", false }, { other.status, other.persist_chat })
      assert(other:close())
    end
    assert.same({ 1, 3 }, { count() })
    assert.equal(ids[1], assert(ensure()).id)
  end)

  it("creates one although the answer was lost", function()
    lose("POST /meetings")
    assert.equal("created", select(2, ensure()))
    assert.same({ 1, 1 }, { count() })
    start(nil, { max_retries = 2 })
    lose("POST /meetings", { after = false })
    assert.equal("created", select(2, ensure()))
    assert.same({ 1, 1 }, { count() })
  end)

  it("says what it has created when a later call fails", function()
    local lists = 0
    client = emulator:client({
      max_retries = 0,
      on_event = function(event)
        if event.type ~= "request" or event.operation ~= "GET /meetings" then return end
        lists = lists + 1
        if lists == 2 then lose("GET /meetings") end
      end,
    })
    local meeting, _, err = ensure()
    assert.is_nil(meeting)
    assert.equal(assert(ensure()).id, err.done.created.id)
  end)

  it("lets the older one be ACTIVE when another program creates one at the same time", function()
    for event_type, is_older in pairs({ request = true, response = false }) do
      start()
      local other
      client = emulator:client({
        on_event = function(event)
          if event.operation ~= "POST /meetings" or event.type ~= event_type then return end
          other = other or emulator:client().meetings:create({ title = "Class 7" })
        end,
      })
      local meeting, outcome = ensure()
      assert.equal(is_older, meeting.id == other.id)
      assert.equal(is_older and "unchanged" or "created", outcome)
      assert.equal("ACTIVE", assert(client.meetings:get(meeting.id)).status)
      assert.same({ 1, 2 }, { count() })
    end
  end)

  it("returns the error of the step that failed", function()
    for _, operation in ipairs(STEPS) do
      emulator:fault({ operation = operation, kind = "status", status = 403, times = 1 })
      local meeting, message, err = ensure({ persist_chat = operation:find("PATCH") ~= nil })
      if operation == "GET " .. ONE then
        -- A list shows this field, so that nothing else had to be read.
        assert.is_truthy(meeting)
        emulator:clear_faults()
      else
        assert.is_nil(meeting)
        assert.is_string(message)
        assert.equal("permission", err.kind)
      end
      if operation == "POST /meetings" then assert(ensure()) end
    end
  end)

  it("raises for what cannot be right", function()
    for _, arguments in ipairs({
      {},
      { {} },
      { { title = "" } },
      { { title = 5 } },
      { { title = "T" }, { wait = 5 } },
      { { title = "T" }, { reconcile = ensure } },
    }) do
      local message = clients.misuse_of(function()
        client.meetings:ensure(arguments[1], arguments[2])
      end)
      assert.truthy(message:find("meeting_spec", 1, true), message)
    end
  end)
end)
