-- SPDX-License-Identifier: MIT
-- Exports a day: chat, transcript and summary of each session, and all recordings. What is there is
-- not fetched again, and what was interrupted goes on where it ended. For cron, some hours after
-- midnight, because files take their time to be ready.
--
--   lua5.4 examples/export.lua DIRECTORY [DAY]    -- such as 2027-01-11; default yesterday, in UTC
--
-- Exit status 1: something is missing, and standard error says what; 2: wrong usage.

local rtk = require("rtk")

local directory, day = arg[1], arg[2] or os.date("!%Y-%m-%d", os.time() - 86400)
local start = rtk.time(day)
if not directory or not start then
  io.stderr:write("usage: export.lua DIRECTORY [DAY]\n")
  os.exit(2)
end

local client = rtk.new({ max_retries = 5 })
local draw = rtk.progress_bar(io.stderr)
local status = 0

local function complain(...)
  draw() -- ends its line
  io.stderr:write(table.concat({ ... }, ": "), "\n")
  status = 1
end

-- Calls a method that downloads, unless the file is there. A session need not have everything.
local function fetch(object, method, name, options)
  local path = directory .. "/" .. object.id .. name
  local file = io.open(path)
  if file then return file:close() end
  options = options or {}
  options.on_progress = draw
  local done, message, err = object[method](object, path, options)
  if done then return print(path, done.bytes) end
  if err.kind ~= "not_found" or err.reason then complain(path, message) end
end

local function export(within)
  for session in client.sessions:each(within) do
    if session.status == "ENDED" then
      fetch(session, "download_chat", "-chat.csv")
      fetch(session, "download_transcript", "-transcript.vtt", { format = "VTT" })
      fetch(session, "download_summary", "-summary.md")
    else
      complain(session.id, "the session has not ended")
    end
  end
  for recording in client.recordings:each(within) do
    local suffix = (recording.output_file_name or ""):match("%.%w+$") or ".mp4"
    if recording.status ~= "ERRORED" then fetch(recording, "download", suffix) end
  end
end

local ok, message = pcall(export, { start_time = start, end_time = start + 86400 })
if not ok then complain(message) end
os.exit(status)
