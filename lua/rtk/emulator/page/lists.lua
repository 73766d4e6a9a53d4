-- SPDX-License-Identifier: MIT
-- Lists of the page: the objects of one kind in an app, searched, filtered, newest first, in pages,
-- because there may be thousands and a browser need not draw them all.
local json = require("rtk.emulator.util.json")
local nearest = require("rtk.emulator.util.nearest")
local rows = require("rtk.emulator.page.rows")
local text = require("rtk.emulator.util.text")
local watch = require("rtk.emulator.page.watch")

local lists = {}

local PER_PAGE, MOST_PER_PAGE = 50, 200

-- How a kind is listed: row(record, emulator, app, live), words(record, app) that a search
-- compares, status(record) that a filter compares; records(emulator, app, given) where it is no
-- collection of the app.
local KINDS = {}

local function title(app, meeting_id)
  local meeting = meeting_id and app:all("meetings"):get(meeting_id)
  return meeting and meeting.fields.title
end

KINDS.meetings = {
  row = rows.meeting,
  words = function(meeting)
    return { meeting.id, meeting.fields.title }
  end,
  status = function(meeting)
    return meeting.fields.status or "ACTIVE"
  end,
}

KINDS.participants = {
  row = rows.participant,
  records = function(_, app, given)
    local meeting = app:all("meetings"):get(given.meeting_id or "")
    local list = meeting and meeting.participants and meeting.participants:select() or {}
    local placed = {}
    for index, participant in ipairs(list) do
      placed[index] = setmetatable({ meeting_id = meeting.id }, { __index = participant })
    end
    return placed
  end,
  words = function(participant)
    local fields = participant.fields
    return { participant.id, fields.name, fields.custom_participant_id }
  end,
}

KINDS.sessions = {
  row = rows.session,
  words = function(session, app)
    return { session.id, session.meeting_id, title(app, session.meeting_id) }
  end,
  status = function(session)
    return session.ended and "ENDED" or "LIVE"
  end,
}

local function people_words(session, app)
  local words = KINDS.sessions.words(session, app)
  for _, peer in ipairs(session.peers:select()) do
    words[#words + 1] = not peer.left and peer.fields.display_name or nil
  end
  return words
end

KINDS.rooms = {
  row = rows.room,
  records = function(_, app)
    return app:all("sessions"):select(function(session)
      return not session.ended
    end)
  end,
  words = people_words,
}

local function of_meeting(row, name)
  return {
    row = row,
    words = function(object, app)
      return {
        object.id,
        object.meeting_id,
        object[name] or object.fields.name,
        title(app, object.meeting_id),
      }
    end,
    status = function(object)
      return object.status
    end,
  }
end

KINDS.recordings = of_meeting(rows.recording, "file_name")
KINDS.livestreams = of_meeting(rows.livestream, "name")

KINDS.presets = {
  row = rows.preset,
  words = function(preset)
    return { preset.id, preset.fields.name }
  end,
}

KINDS.webhooks = {
  row = rows.webhook,
  words = function(webhook)
    return { webhook.id, webhook.fields.name, webhook.fields.url }
  end,
}

KINDS.deliveries = {
  row = rows.delivery,
  words = function(delivery)
    return { delivery.id, delivery.event, delivery.url }
  end,
  status = function(delivery)
    return delivery.state
  end,
}

KINDS.apps = {
  row = rows.app,
  records = function(emulator)
    local places = {}
    for _, account in ipairs(emulator.store.accounts:select()) do
      for _, app in ipairs(account.apps:select()) do
        places[#places + 1] = { account_id = account.id, id = app.id, app = app }
      end
    end
    if not emulator.store.accounts:get(emulator.account_id) then
      places[#places + 1] = { account_id = emulator.account_id, id = emulator.app_id }
    end
    return places
  end,
  words = function(place)
    return { place.id, place.account_id, place.app and place.app.fields.name }
  end,
}

-- Whether any of the words contains the text. A list of words may have holes.
local function has_words(words, search)
  for _, word in pairs(words) do
    if text.contains(word, search) then return true end
  end
  return false
end

local function filter(kind, records, app, given)
  local search = given.search ~= "" and given.search or nil
  local status = given.status ~= "" and given.status or nil
  local parents = { meeting_id = given.meeting_id, webhook_id = given.webhook_id }
  if not (search or status or next(parents)) then return records end
  local found = {}
  for _, record in ipairs(records) do
    local passes = not status or kind.status and kind.status(record) == status
    for name, id in pairs(parents) do
      passes = passes and record[name] == id
    end
    if passes and search then passes = has_words(kind.words(record, app), search) end
    if passes then found[#found + 1] = record end
  end
  return found
end

local function whole(value, default, most)
  local number = math.floor(tonumber(value) or default)
  return math.max(1, math.min(number, most))
end

local function records_of(kind, emulator, app, given)
  if kind == KINDS.apps then return kind.records(emulator) end
  if not app then return {} end
  if kind.records then return kind.records(emulator, app, given) end
  return app:all(given.kind):select()
end

--- One page of a list; raises for a kind that there is not.
---@param emulator rtk.Emulator
---@param given table { kind, account_id?, app_id?, search?, status?, meeting_id?, webhook_id?,
---page?, per_page? }
---@return { total: integer, page: integer, pages: integer, rows: table[] }
function lists.view(emulator, given)
  local kind = KINDS[given.kind]
  if not kind then
    error("there is no kind " .. tostring(given.kind) .. nearest.clause(given.kind, KINDS), 0)
  end
  local app = watch.app(emulator, given)
  local found = filter(kind, records_of(kind, emulator, app, given), app, given)
  local per_page = whole(given.per_page, PER_PAGE, MOST_PER_PAGE)
  local pages = math.max(1, math.ceil(#found / per_page))
  local page = whole(given.page, 1, pages)
  local live = app and watch.live(app)
  local shown = json.array()
  local newest = #found - (page - 1) * per_page
  for index = newest, math.max(1, newest - per_page + 1), -1 do
    shown[#shown + 1] = kind.row(found[index], emulator, app, live)
  end
  return { total = #found, page = page, pages = pages, rows = shown }
end

return lists
