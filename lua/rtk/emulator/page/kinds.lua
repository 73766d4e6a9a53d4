-- SPDX-License-Identifier: MIT
-- The kinds of objects that the page lists. A kind is { row, words, status?, records? }:
-- row(record, emulator, app, live) is a row of its table, a search compares words(record, app), a
-- filter status(record); records(emulator, app, given) gives the objects, oldest first, where they
-- are no collection of the app.
local rows = require("rtk.emulator.page.rows")

local kinds = {}

local function title(app, meeting_id)
  local meeting = meeting_id and app:all("meetings"):get(meeting_id)
  return meeting and meeting.fields.title
end

kinds.meetings = {
  row = rows.meeting,
  words = function(meeting)
    return { meeting.id, meeting.fields.title }
  end,
  status = function(meeting)
    return meeting.fields.status or "ACTIVE"
  end,
}

kinds.participants = {
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

kinds.sessions = {
  row = rows.session,
  words = function(session, app)
    return { session.id, session.meeting_id, title(app, session.meeting_id) }
  end,
  status = function(session)
    return session.ended and "ENDED" or "LIVE"
  end,
}

local function people_words(session, app)
  local words = kinds.sessions.words(session, app)
  for _, peer in ipairs(session.peers:select()) do
    words[#words + 1] = not peer.left and peer.fields.display_name or nil
  end
  return words
end

kinds.rooms = {
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

kinds.recordings = of_meeting(rows.recording, "file_name")
kinds.livestreams = of_meeting(rows.livestream, "name")

kinds.presets = {
  row = rows.preset,
  words = function(preset)
    return { preset.id, preset.fields.name }
  end,
}

kinds.webhooks = {
  row = rows.webhook,
  words = function(webhook)
    return { webhook.id, webhook.fields.name, webhook.fields.url }
  end,
}

kinds.deliveries = {
  row = rows.delivery,
  words = function(delivery)
    return { delivery.id, delivery.event, delivery.url }
  end,
  status = function(delivery)
    return delivery.state
  end,
}

kinds.apps = {
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

return kinds
