-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local rooms = require("spec.support.clients.emulator_room")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

describe("those who took part in the emulator's sessions", function()
  local api, room, ann

  before_each(function()
    api = calls.new()
    room = rooms.new(api)
    room:add("Ann", "group_call_host")
    ann = room:join("Ann")
    room:join("Bob")
    api.emulator:advance(60)
    room:join("Cid")
    api.emulator:advance(60)
    room:leave("Bob")
  end)

  local function list(query)
    return api:data("GET", room.session_path .. "/participants" .. (query or ""))
  end

  local function names(query)
    local found = {}
    for i, participant in ipairs(list(query).participants) do
      found[i] = participant.display_name
    end
    return found
  end

  it("are listed newest first, with the pages inside the data", function()
    local shown = list("?per_page=2")
    assert.equal("Cid", shown.participants[1].display_name)
    assert.same({ total_count = 3, start_offset = 1, end_offset = 2 }, shown.paging)
    assert.same({ "Ann" }, names("?per_page=2&page_no=2"))
  end)

  it("show when they were there and who they are", function()
    local shown = list("?search=Bob").participants[1]
    assert.matches("^2023%-11%-14T22:13:20", shown.joined_at)
    assert.matches("^2023%-11%-14T22:15:20", shown.left_at)
    -- What happens meanwhile takes a millisecond each.
    assert.near(2, shown.duration, 0.001)
    assert.equal(room.people.Bob.id, shown.user_id)
    assert.equal("Bob", shown.custom_participant_id)
    assert.equal("group_call_participant", shown.preset_name)
    assert.is_nil(shown.peer_events)
    shown = list("?search=" .. ann.id).participants[1]
    assert.equal(ann.id, shown.id)
    assert.is_nil(shown.left_at)
    assert.equal("group_call_host", shown.preset_name)
  end)

  it("are sorted by their coming and by their stay", function()
    assert.same({ "Ann", "Bob", "Cid" }, names("?sort_by=joinedAt&sort_order=ASC"))
    api.emulator:advance(120)
    assert.same({ "Bob", "Cid", "Ann" }, names("?sort_by=duration&sort_order=ASC"))
    assert.same({ "Ann", "Cid", "Bob" }, names("?sort_by=duration&sort_order=DESC"))
  end)

  it("are the same in both views, because there are no breakout rooms", function()
    assert.same(names("?view=raw"), names("?view=consolidated"))
    assert.equal(400, (api:failure("GET", room.session_path .. "/participants?view=all")))
  end)

  it("are found by names and ids", function()
    assert.same({ "Bob" }, names("?search=bo"))
    assert.same({ "Cid" }, names("?search=" .. room.people.Cid.id))
    assert.same({}, names("?search=nobody"))
  end)

  it("show their coming and going on demand", function()
    local events = list("?search=Bob&include_peer_events=true").participants[1].peer_events
    local names_seen = {}
    for i, event in ipairs(events) do
      names_seen[i] = event.event_name
      assert.equal(room.people.Bob.id, event.participant_id)
      assert.equal("GROUP_CALL", event.preset_view_type)
    end
    assert.same({ "PEER_CREATED", "PEER_JOINING", "PEER_LEAVING" }, names_seen)
    assert.near(2, events[3].minutes_consumed, 0.001)
  end)

  it("have events in place of measurements", function()
    local path = room.session_path .. "/participants/" .. ann.id
    local shown = api:data("GET", path .. "?include_peer_events=true").participant
    assert.equal("Ann", shown.display_name)
    assert.equal("PEER_JOINING", shown.peer_events[2].event_name)
    assert.is_nil(shown.peer_stats)
    assert.is_nil(shown.quality_stats)
    assert.is_nil(api:data("GET", path).participant.peer_events)
  end)

  it("have measurements as documented, all or those that are asked for", function()
    api.emulator.options.documented = true
    local path = room.session_path .. "/participants/" .. ann.id
    local all = api:data("GET", path).participant
    assert.equal("Ann", all.display_name)
    assert.equal("Chrome", all.peer_stats.device_info.browser)
    assert.equal(ann.id, all.quality_stats[1].peer_id)
    assert.equal("PEER_JOINING", all.peer_stats.events[2].type)
    local some = api:data("GET", path .. "?filters=device_info,events").participant
    assert.same(all.peer_stats.device_info, some.peer_stats.device_info)
    assert.is_table(some.peer_stats.events)
    assert.is_nil(some.peer_stats.ip_information)
    assert.is_nil(some.quality_stats)
    local quality = api:data("GET", path .. "?filters=quality_stats").participant
    assert.is_table(quality.quality_stats)
    assert.is_nil(quality.peer_stats.device_info)
    for _, filters in ipairs({ "device_info,%20events", "device", "" }) do
      assert.equal(400, (api:failure("GET", path .. "?filters=" .. filters)))
    end
  end)

  it("have a report under their peer id alone", function()
    local report = api:data("GET", "/sessions/peer-report/" .. ann.id).participant
    assert.equal("Ann", report.display_name)
    assert.equal(ann.session_id, report.session_id)
    assert.same({ ann.id }, report.quality_stats.peer_ids)
    assert.is_true(report.peer_report.metadata.browser_metadata.webgl_support)
    local path = "/sessions/peer-report/" .. ann.id .. "?filters=ip_information"
    local some = api:data("GET", path).participant
    assert.is_nil(some.quality_stats)
    assert.is_nil(some.peer_stats.device_info)
    assert.is_string(some.peer_stats.ip_information.ipv4)
  end)

  it("that do not exist are a 404", function()
    for _, path in ipairs({
      room.session_path .. "/participants/" .. UNKNOWN,
      room.session_path .. "/participants/" .. room.people.Ann.id,
      "/sessions/peer-report/" .. UNKNOWN,
    }) do
      local status, message = api:failure("GET", path)
      assert.equal(404, status)
      assert.equal("No participant found with id " .. path:match("[^/]+$"), message)
    end
  end)
end)
