-- SPDX-License-Identifier: MIT
-- Lets the emulator's clock go on, and people come and go, while the dashboard is looked at. Ends
-- when the emulator does.
--
--   lua5.4 examples/gallery/life.lua URL    -- of the emulator's own calls

local rtk = require("rtk")

local client = rtk.new()
local emulator =
  rtk.new({ api_token = "any", account_id = "any", base_url = arg[1], max_retries = 0 })

local function tell(call, body)
  return emulator:request({ method = "POST", path = "/" .. call, body = body })
end

local GUESTS = { "Mia", "Noor", "Oluwaseun", "Pia", "Quentin" }

-- A guest comes to a meeting, or goes if it is there.
local function change(meeting_id, name, peers)
  local key = meeting_id .. name
  if peers[key] then
    tell("leave", { peer_id = peers[key] })
    peers[key] = nil
    return
  end
  local participant = client.meetings:add_participant(meeting_id, {
    custom_participant_id = name,
    name = name,
    preset_name = "group_call_participant",
  })
  local reply = participant and tell("join", { token = participant.token })
  peers[key] = reply and reply.data and reply.data.id
end

local function live(peers)
  for second = 1, math.huge do
    if not tell("advance", { seconds = 1 }) then return end
    local sessions = second % 2 == 0 and client.sessions:list({ status = "LIVE" }) or {}
    if #sessions > 0 then
      local session = sessions[math.random(#sessions)]
      change(session.associated_id, GUESTS[math.random(#GUESTS)], peers)
    end
    rtk.sleep(1)
  end
end

pcall(live, {}) -- Ctrl-C ends it, too
