-- SPDX-License-Identifier: MIT
-- Shuts nginx down when the process that started it has ended, so that a crashed test leaves no
-- server behind.
local process = require("rtk.emulator.server.process")

local watchdog = {}

-- Seconds between two checks of the owner.
local INTERVAL = 0.5

--- The pid of the master, which is the parent of this worker. nginx.pid is missing if the disk was
--- full.
local function master_pid()
  local stat = process.read_file("/proc/self/stat") or ""
  return tonumber(stat:match("^%d+ .*%) [A-Za-z] (%d+) "))
end

local function shut_down(prefix)
  local master = master_pid()
  local directory = process.quote((prefix:gsub("/$", "")))
  -- In the background: the worker has to exit before its directory can be removed.
  local command = "(kill -TERM %d; sleep 1; rm -rf %s) >/dev/null 2>&1 &"
  if master then os.execute(command:format(master, directory)) end
end

--- Starts to watch a process.
---@param prefix string nginx's directory, which is removed
---@param owner { pid: integer, started: string }
function watchdog.start(prefix, owner)
  ngx.timer.every(INTERVAL, function()
    if not process.is_alive(owner) then shut_down(prefix) end
  end)
end

return watchdog
