-- SPDX-License-Identifier: MIT
-- Shows the sessions in progress: who is there, for how long, what is recorded or streamed. A
-- terminal's screen is drawn anew every few seconds; elsewhere each look prints plain lines.
--
--   lua5.4 examples/dashboard/dashboard.lua [SECONDS]    -- looks every 5 seconds, until Ctrl-C
--   lua5.4 examples/dashboard/dashboard.lua --once       -- looks once; exit status 1: it failed
--
-- The looks keep to the API's limit: with many sessions they come less often.

package.path = (arg[0]:match("^.*/") or "") .. "?.lua;" .. package.path

local rtk = require("rtk")
local screen = require("screen")

local is_once, pause = arg[1] == "--once", tonumber(arg[1] or 5)
if not is_once and not (pause and pause > 0) then
  io.stderr:write("usage: dashboard.lua [SECONDS|--once]\n")
  os.exit(2)
end

local client = rtk.new({ rate_limit = rtk.rate_limit.memory() })

-- What a session's line shows. Where something fails, the look fails.
local function examine(session)
  local meeting_id = session.associated_id
  local recording, message = client.recordings:find_active(meeting_id)
  local livestream, problem = client.livestreams:find_active(meeting_id)
  if recording == nil or livestream == nil then error(message or problem, 0) end
  return {
    title = session.meeting_display_name or "?",
    seconds = os.time() - rtk.time(session.started_at),
    people = assert(client.meetings:present(meeting_id)),
    recording = recording and recording.status:lower() or "",
    livestream = livestream and livestream.status:lower() or "",
  }
end

-- All sessions in progress, the longest first: their pages and lines are fetched concurrently.
local function look()
  local functions, rows = {}, {}
  for session in client.sessions:each({ status = "LIVE" }, { prefetch = 4 }) do
    functions[#functions + 1] = function()
      return examine(session)
    end
  end
  for index, result in ipairs(rtk.gather(functions)) do
    if not result[1] then error(result[2], 0) end
    rows[index] = result[2]
  end
  table.sort(rows, function(a, b)
    return a.seconds > b.seconds
  end)
  return rows
end

local function run()
  repeat
    local ok, rows = pcall(look)
    if is_once then return screen.write(assert(ok and rows, rows)) end
    if not ok and tostring(rows):find("interrupted!", 1, true) then error(rows, 0) end
    screen.draw(ok and rows, rows)
    rtk.sleep(pause)
  until false
end

-- Ctrl-C raises an error that says "interrupted!".
local ok, message = pcall(run)
screen.close()
if ok or tostring(message):find("interrupted!", 1, true) then os.exit(0) end
io.stderr:write(tostring(message), "\n")
os.exit(1)
