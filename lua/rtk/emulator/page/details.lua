-- SPDX-License-Identifier: MIT
-- One object of the page: its row, the fields that were written, and what belongs to it.
local delivery_log = require("rtk.emulator.webhooks.delivery_log")
local json = require("rtk.emulator.util.json")
local lists = require("rtk.emulator.page.lists")
local nearest = require("rtk.emulator.util.nearest")
local rows = require("rtk.emulator.page.rows")
local watch = require("rtk.emulator.page.watch")

local details = {}

-- The newest of what a session has, because chats may be long.
local MOST = 100

local function fields_of(object)
  return json.copy(object.fields)
end

local function last_of(list, view)
  local shown = json.array()
  for index = math.max(1, #list - MOST + 1), #list do
    shown[#shown + 1] = view(list[index])
  end
  return shown
end

local function name_of(session, peer_id)
  local peer = session.peers:get(peer_id)
  return peer and peer.fields.display_name
end

local function said_in(session)
  local chat = last_of(session.chat, function(message)
    local name = name_of(session, message.peer_id)
    return { at = message.created_at, name = name, text = message.text, type = message.type }
  end)
  local speech = last_of(session.speech, function(line)
    local name = name_of(session, line.peer_id)
    return { from = line.from, to = line.to, name = name, text = line.text }
  end)
  return chat, speech
end

-- By kind: what belongs to an object, put into what is shown of it.
local more = {}

function more.meetings(meeting, emulator, app, given, shown)
  shown.participants = lists.view(emulator, {
    kind = "participants",
    account_id = given.account_id,
    app_id = given.app_id,
    meeting_id = meeting.id,
    page = given.page,
    search = given.search,
  })
  local session = watch.live(app)[meeting.id]
  if session then
    shown.chat, shown.speech = said_in(session)
  end
end

function more.sessions(session, _, _, _, shown)
  shown.chat, shown.speech = said_in(session)
  shown.peers = last_of(session.peers:select(), rows.peer)
end

function more.livestreams(livestream, emulator, app, _, shown)
  local sessions = app:all("livestream_sessions"):select(function(session)
    return session.livestream_id == livestream.id
  end)
  shown.sessions = last_of(sessions, function(session)
    return rows.livestream_session(session, emulator)
  end)
  shown.playback_url, shown.stream_key = livestream.playback_url, livestream.stream_key
end

function more.webhooks(webhook, emulator, _, given, shown)
  shown.deliveries = lists.view(emulator, {
    kind = "deliveries",
    account_id = given.account_id,
    app_id = given.app_id,
    webhook_id = webhook.id,
    page = given.page,
  })
end

function more.recordings() end

function more.presets() end

local ROWS = {
  meetings = rows.meeting,
  sessions = rows.session,
  recordings = rows.recording,
  livestreams = rows.livestream,
  presets = rows.preset,
  webhooks = rows.webhook,
}

--- One object.
---@param emulator rtk.Emulator
---@param given table { kind, id, account_id?, app_id?, page?, search? }
---@return table? object nil where there is none
---@return string? message
function details.view(emulator, given)
  if given.kind == "deliveries" then return delivery_log.get(emulator, given.id) end
  if not ROWS[given.kind] then
    error("there is no kind " .. tostring(given.kind) .. nearest.clause(given.kind, ROWS), 0)
  end
  local app = watch.app(emulator, given)
  local object = app and app:all(given.kind):get(given.id or "")
  if not object then return nil, ("there is no such object in %s"):format(given.kind) end
  local shown = { row = ROWS[given.kind](object, emulator, app, watch.live(app)) }
  shown.fields = fields_of(object)
  more[given.kind](object, emulator, app, given, shown)
  return shown
end

return details
