-- SPDX-License-Identifier: MIT
-- Ends the sessions that were forgotten: one lasts, and is billed, until its last participant is
-- gone. For cron; it can run again at any time.
--
--   lua5.4 examples/end_of_day.lua HOURS          lists the sessions that began so long ago
--   lua5.4 examples/end_of_day.lua HOURS --end    ends them
--
-- Exit status 1: something is left, and standard error says why; 2: wrong usage.

local rtk = require("rtk")

local hours, is_real = tonumber(arg[1]), arg[2] == "--end"
if not hours or hours < 0 or arg[2] and not is_real then
  io.stderr:write("usage: end_of_day.lua HOURS [--end]\n")
  os.exit(2)
end

local sessions = rtk.new({ max_retries = 5 }).sessions
local list = is_real and sessions.reap or sessions.stale
local result, message = list(sessions, { older_than = hours * 3600 })
if not result then
  io.stderr:write(message, "\n")
  os.exit(1)
end

for _, session in ipairs(is_real and result.ended or result) do
  local title = (session.meeting_display_name or "?"):gsub("%c", "?")
  print(is_real and "ended" or "would end", session.id, session.started_at, title)
end
for _, failure in ipairs(is_real and result.failed or {}) do
  io.stderr:write("failed to end ", failure.session.id, ": ", failure.message, "\n")
end
os.exit(is_real and result.failed[1] and 1 or 0)
