-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

describe("the emulator's livestreams", function()
  local api, emulator

  local function open(options)
    api = calls.new(options)
    emulator = api.emulator
  end

  before_each(function()
    open()
  end)

  local function create(name)
    return api:data("POST", "/livestreams", { name = name })
  end

  local function start_in_meeting()
    local meeting = api:data("POST", "/meetings", {}).id
    return api:data("POST", "/meetings/" .. meeting .. "/livestreams", {}).id
  end

  it("are created with a key of their own, and wait", function()
    local status, reply = api:send("POST", "/livestreams", { name = "Show" })
    assert.equal(201, status)
    local created = reply.data
    assert.equal("INVOKED", created.status)
    assert.equal("Show", created.name)
    assert.equal(calls.null, created.meeting_id)
    assert.is_false(created.disabled)
    assert.not_equal(created.stream_key, create("Other").stream_key)
    emulator:advance(3)
    local shown = api:data("GET", "/livestreams/" .. created.id).livestream
    assert.equal("IDLE", shown.status)
    assert.equal(created.stream_key, shown.stream_key)
    assert.equal(calls.null, api:data("POST", "/livestreams").name)
  end)

  it("refuse impossible bodies", function()
    assert.equal(400, (api:failure("POST", "/livestreams", { name = 5 })))
    assert.same(
      { 422, '"destinations" is not allowed' },
      { api:failure("POST", "/livestreams", { destinations = {} }) }
    )
  end)

  it("are live during ingest and have viewers while they are live", function()
    local id = create("Show").id
    local path = "/livestreams/" .. id
    local none = { api:failure("GET", path .. "/active-livestream-session") }
    assert.same({ 404, "No active livestream session found for livestream_id " .. id }, none)
    emulator:start_ingest({ id = id })
    emulator:advance(10)
    emulator:add_viewers({ id = id, count = 3 })
    emulator:advance(10)
    emulator:add_viewers({ id = id, count = -2 })
    emulator:advance(10)
    local data = api:data("GET", path .. "/active-livestream-session")
    assert.equal("LIVE", data.livestream.status)
    assert.equal(30, data.session.ingest_seconds)
    assert.equal(40, data.session.viewer_seconds)
    assert.equal(calls.null, data.session.stopped_time)
    emulator:stop_ingest({ id = id })
    emulator:advance(1000)
    local session = api:data("GET", "/livestreams/sessions/" .. data.session.id)
    assert.equal(30, session.ingest_seconds)
    assert.equal(40, session.viewer_seconds)
    assert.equal(id, session.livestream_id)
    assert.is_string(session.stopped_time)
    assert.equal(calls.null, session.err_message)
    assert.equal("IDLE", api:data("GET", path).livestream.status)
  end)

  it("are listed newest first, or in the requested order, in pages", function()
    local first, second = create("a").id, create("b").id
    assert.same({ second, first }, api:column("id", "/livestreams"))
    assert.same({ first, second }, api:column("id", "/livestreams?sort_order=ASC"))
    assert.same({ second, first }, api:column("id", "/livestreams?sort_order=DSC"))
    assert.equal(400, (api:failure("GET", "/livestreams?sort_order=DESC")))
    local _, reply = api:send("GET", "/livestreams?per_page=1&page_no=2")
    assert.same({ total_count = 2, start_offset = 2, end_offset = 2 }, reply.paging)
    assert.equal(first, reply.data[1].id)
  end)

  it("are filtered by state, time and meetings", function()
    local own, other = create("a").id, start_in_meeting()
    emulator:advance(3)
    local function ids(query)
      return api:column("id", "/livestreams?" .. query)
    end
    assert.same({ own }, ids("exclude_meetings=true"))
    assert.same({ other, own }, ids("exclude_meetings=false"))
    assert.same({ other }, ids("status=LIVE"))
    assert.same({}, ids("status=ERRORED"))
    assert.same({ other }, ids("start_time=" .. api:data("GET", "/livestreams")[1].created_at))
    assert.same({}, ids("end_time=2020-01-01"))
    assert.equal(400, (api:failure("GET", "/livestreams?status=OFFLINE")))
  end)

  it("are shown with pages of their sessions", function()
    local id = create("a").id
    for _ = 1, 3 do
      emulator:start_ingest({ id = id })
      emulator:stop_ingest({ id = id })
    end
    local _, reply = api:send("GET", "/livestreams/" .. id .. "?per_page=2")
    assert.equal(id, reply.data.livestream.id)
    assert.equal(2, #reply.data.sessions)
    assert.is_nil(reply.data.session)
    assert.same({ total_count = 3, start_offset = 1, end_offset = 2 }, reply.paging)
  end)

  it("have the shape of the reference with the option documented", function()
    open({ documented = true })
    local _, empty = api:send("GET", "/livestreams")
    assert.same({ paging = { total_count = 0, start_offset = 0, end_offset = 0 } }, empty.data)
    local id = create("a").id
    emulator:start_ingest({ id = id })
    emulator:advance(5)
    local _, list = api:send("GET", "/livestreams")
    assert.equal(id, list.data.id)
    assert.equal("false", list.data.disabled)
    assert.equal(1, list.data.paging.total_count)
    assert.is_nil(list.paging)
    local _, one = api:send("GET", "/livestreams/" .. id)
    assert.equal(5, one.data.session.ingest_seconds)
    assert.equal(1, one.data.paging.total_count)
    assert.is_nil(one.data.sessions)
    assert.is_nil(one.paging)
    local active = api:data("GET", "/livestreams/" .. id .. "/active-livestream-session")
    assert.equal("5", active.session.ingest_seconds)
    assert.is_string(active.session.invoked_time)
    local session = api:data("GET", "/livestreams/sessions/" .. active.session.id)
    assert.equal(5, session.ingest_seconds)
    assert.is_nil(session.invoked_time)
  end)

  it("that do not exist are a 404", function()
    for _, path in ipairs({ "", "/active-livestream-session" }) do
      local status, message = api:failure("GET", "/livestreams/" .. UNKNOWN .. path)
      assert.equal(404, status)
      assert.equal("No livestream found with id " .. UNKNOWN, message)
    end
    assert.equal(404, (api:failure("GET", "/livestreams/sessions/" .. UNKNOWN)))
    assert.equal(400, (api:failure("GET", "/livestreams/sessions/x")))
  end)

  it("raise for calls that make no sense", function()
    local own, of_meeting = create("a").id, start_in_meeting()
    local misuses = {
      { "start_ingest", { id = UNKNOWN } },
      { "start_ingest", { id = of_meeting } },
      { "stop_ingest", { id = own } },
      { "stop_ingest", {} },
      { "add_viewers", { id = own } },
      { "add_viewers", { id = of_meeting, count = 1.5 } },
      { "fail_livestream", { id = own } },
    }
    for _, misuse in ipairs(misuses) do
      local ok, message = pcall(function()
        emulator[misuse[1]](emulator, misuse[2])
      end)
      assert.is_false(ok)
      assert.matches("routes_spec%.lua:%d+: " .. misuse[1], message)
    end
    emulator:start_ingest({ id = own })
    assert.has_error(function()
      emulator:start_ingest({ id = own })
    end)
  end)

  it("are what the client reads, in both drawings", function()
    for _, documented in ipairs({ false, true }) do
      open({ documented = documented })
      local client = emulator:client()
      local made = assert(client.livestreams:create({ name = "a" }))
      emulator:start_ingest({ id = made.id })
      local page = assert(client.livestreams:list())
      assert.equal(made.id, page[1].id)
      assert.equal(1, page.paging.total_count)
      local details = assert(client.livestreams:get(made.id))
      assert.equal("LIVE", details.livestream.status)
      local session = details.session or details.sessions[1]
      assert.equal(session.id, assert(client.livestreams:get_session(session.id)).id)
      assert.equal(session.id, assert(client.livestreams:get_active_session(made.id)).session.id)
    end
  end)
end)
