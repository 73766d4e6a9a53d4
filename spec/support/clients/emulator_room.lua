-- SPDX-License-Identifier: MIT
-- A meeting of an emulator with people who join and leave. Their names are their custom ids too.
local Room = {}
Room.__index = Room

--- Adds people who may join.
function Room:add(name, preset_name)
  local path = "/meetings/" .. self.id .. "/participants"
  self.people[name] = self.api:data("POST", path, {
    custom_participant_id = name,
    name = name,
    preset_name = preset_name or "group_call_participant",
  })
  return self.people[name]
end

--- Lets people join, those who are not added yet too, and returns the last one's peer.
function Room:join(...)
  local peer
  for _, name in ipairs({ ... }) do
    local person = self.people[name] or self:add(name)
    peer = assert(self.api.emulator:join({ token = person.token }))
    self.session_path = "/sessions/" .. peer.session_id
  end
  return peer
end

--- Lets people leave.
function Room:leave(...)
  for _, name in ipairs({ ... }) do
    assert(self.api.emulator:leave({
      meeting_id = self.id,
      participant_id = self.people[name].id,
    }))
  end
end

function Room:chat(name, text)
  return assert(self.api.emulator:chat({ participant_id = self.people[name].id, text = text }))
end

function Room:speak(name, text)
  return assert(self.api.emulator:speak({ participant_id = self.people[name].id, text = text }))
end

--- The payloads of the events so far, of one name if given.
function Room:events(name)
  return self.api:events(name)
end

--- What is behind a link of the room's last session.
function Room:content(kind, format)
  local emu = self.api.emulator
  local app = emu.store:account(emu.account_id).apps:get(emu.app_id)
  local item = { kind = kind, id = self.session_path:match("[^/]+$"), format = format }
  return require("rtk.emulator.downloads.session_content").content(app, item)
end

local function new(api, body)
  local meeting = api:data("POST", "/meetings", body or {})
  return setmetatable({ api = api, id = meeting.id, people = {} }, Room)
end

return { new = new }
