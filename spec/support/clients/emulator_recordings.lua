-- SPDX-License-Identifier: MIT
-- A meeting of an emulator that is recorded.
local calls = require("spec.support.clients.emulator_calls")

local Recordings = {}
Recordings.__index = Recordings

--- Starts a recording; `more` are members of the body.
function Recordings:start(more)
  local body = { meeting_id = self.meeting }
  for name, value in pairs(more or {}) do
    body[name] = value
  end
  return self.api:data("POST", "/recordings", body)
end

--- A recording as it is now.
function Recordings:get(id)
  return self.api:data("GET", "/recordings/" .. id)
end

--- Pauses, resumes or stops a recording.
function Recordings:act(id, action)
  return self.api:data("PUT", "/recordings/" .. id, { action = action })
end

--- The status and the message of a refusal to do so.
function Recordings:refused(id, action)
  return { self.api:failure("PUT", "/recordings/" .. id, { action = action }) }
end

--- A recording of 60 seconds that is uploaded.
function Recordings:finish(more)
  local id = self:start(more).id
  self.api.emulator:advance(63)
  self:act(id, "stop")
  self.api.emulator:advance(5)
  return self:get(id)
end

local function new(options)
  local api = calls.new(options)
  local meeting = api:data("POST", "/meetings", { title = "Weekly" }).id
  return setmetatable({ api = api, meeting = meeting }, Recordings)
end

return { new = new }
