-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")

describe("the emulator's list of recordings", function()
  local api, weekly, daily, first, second

  local function start(meeting)
    return api:data("POST", "/recordings", { meeting_id = meeting }).id
  end

  before_each(function()
    api = calls.new()
    weekly = api:data("POST", "/meetings", { title = "Weekly", persist_chat = true }).id
    daily = api:data("POST", "/meetings", { title = "Daily" }).id
    first = start(weekly)
    api.emulator:advance(60)
    second = start(daily)
  end)

  local function ids(query)
    return api:column("id", "/recordings" .. (query or ""))
  end

  it("is newest first, or in the requested order", function()
    assert.same({ second, first }, ids())
    assert.same({ second, first }, ids("?sort_by=invokedTime&sort_order=DESC"))
    assert.same({ first, second }, ids("?sort_by=invokedTime&sort_order=ASC"))
    assert.equal(400, (api:failure("GET", "/recordings?sort_order=DSC")))
    assert.equal(400, (api:failure("GET", "/recordings?sort_by=invoked_time")))
  end)

  it("has pages", function()
    local _, reply = api:send("GET", "/recordings?per_page=1&page_no=2")
    assert.same({ total_count = 2, start_offset = 2, end_offset = 2 }, reply.paging)
    assert.equal(first, reply.data[1].id)
  end)

  it("shows each recording with its meeting, without configurations", function()
    local meeting = api:data("GET", "/recordings")[2].meeting
    assert.equal(weekly, meeting.id)
    assert.equal("Weekly", meeting.title)
    assert.is_true(meeting.persist_chat)
    assert.is_nil(api:data("GET", "/recordings")[1].start_reason)
  end)

  it("is filtered by meeting", function()
    assert.same({ first }, ids("?meeting_id=" .. weekly))
    assert.same({ first }, ids("?meeting_id=" .. weekly:upper()))
    assert.equal(400, (api:failure("GET", "/recordings?meeting_id=weekly")))
  end)

  it("is filtered by one or more states, however they are written", function()
    assert.same({ first }, ids("?status=RECORDING"))
    assert.same({ second, first }, ids("?status=RECORDING&status=INVOKED"))
    assert.same({ second, first }, ids("?status[]=RECORDING&status[]=INVOKED"))
    assert.same({ second, first }, ids("?status=RECORDING,INVOKED"))
    assert.same({}, ids("?status=UPLOADED"))
    assert.same({
      400,
      'BAD_REQUEST: "status[1]" must be one of '
        .. "[INVOKED, RECORDING, UPLOADING, UPLOADED, ERRORED, PAUSED]",
    }, { api:failure("GET", "/recordings?status=INVOKED&status=DONE") })
  end)

  it("is searched by the meeting's title and id", function()
    assert.same({ first }, ids("?search=week"))
    assert.same({ second }, ids("?search=" .. daily:sub(1, 13)))
    assert.same({}, ids("?search=monthly"))
  end)

  it("is filtered by the time of invocation", function()
    local at = api:data("GET", "/recordings/" .. second).invoked_time
    assert.same({ second }, ids("?start_time=" .. at))
    assert.same({ first }, ids("?end_time=2023-11-14T22:13:30Z"))
    assert.same({}, ids("?start_time=2024-01-01"))
  end)

  it("is what the client lists", function()
    local client = api.emulator:client()
    local page = assert(client.recordings:list({ status = { "RECORDING", "INVOKED" } }))
    assert.equal(2, #page)
    assert.equal(second, page[1].id)
    assert.equal("Daily", page[1].meeting.title)
  end)
end)
