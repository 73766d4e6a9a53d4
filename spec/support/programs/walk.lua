-- SPDX-License-Identifier: MIT
-- Counts the Lua files of the client that a warm call enters, and how often a function of another
-- file is called, and prints both. The emulator answers in the same process and is not counted.
--
--   lua spec/support/programs/walk.lua

local emulator = require("rtk.emulator").new({})

local PAGES, PER_PAGE = 4, 100

local client = emulator:client({})

-- The file of the client that a function is from, if it is.
local function client_file(source)
  local path = source:match("lua/rtk/(.*)$")
  return path and not path:find("^emulator/") and path or nil
end

-- Calls f once to warm it up and once under a hook.
local function walk(f)
  f()
  local files, switches, current = {}, 0, nil
  debug.sethook(function()
    local file = client_file(debug.getinfo(2, "S").source)
    if not file or file == current then return end
    if not files[file] then
      files[file] = true
      files[#files + 1] = file
    end
    switches, current = switches + 1, file
  end, "c")
  f()
  debug.sethook()
  return files, switches
end

local function report(name, f)
  local files, switches = walk(f)
  print(("%-32s %3d files %4d switches"):format(name, #files, switches))
  print("  " .. table.concat(files, "\n  "))
end

local meeting = assert(client.meetings:create({ title = "1" }))
for number = 2, PAGES * PER_PAGE do
  assert(client.meetings:create({ title = tostring(number) }))
end

report("meetings:add_participant", function()
  assert(client.meetings:add_participant(meeting.id, {
    name = "Ann",
    preset_name = "group_call_host",
    custom_participant_id = "user-1",
  }))
end)

report(PAGES .. " pages of meetings:each", function()
  local count = 0
  for _ in client.meetings:each({ per_page = PER_PAGE }) do
    count = count + 1
  end
  assert(count == PAGES * PER_PAGE)
end)
