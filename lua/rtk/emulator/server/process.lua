-- SPDX-License-Identifier: MIT
-- Runs processes and accesses files through the shell and /proc, because plain Lua cannot. A
-- process is identified by pid and start time, so that a reused pid is not mistaken for it.
local decimal = require("rtk.emulator.util.text").decimal

local process = {}

-- Seconds that a killed process may take to be gone, on however slow a machine.
local DEATH_TIMEOUT = 30

--- Quotes one word for the shell.
---@param word string
---@return string
function process.quote(word)
  return "'" .. word:gsub("'", "'\\''") .. "'"
end

--- Runs a shell command to its end.
---@param command string
---@return boolean ok whether it exited with 0
---@return string output its stdout
function process.run(command)
  local pipe = io.popen(command .. "\nprintf '\\n%d' $?", "r")
  if not pipe then return false, "" end
  local text = pipe:read("*a") or ""
  pipe:close()
  local output, status = text:match("^(.*)\n(%d+)$")
  return status == "0", output or ""
end

--- Reads a whole file.
---@param path string
---@return string? content nil when it cannot be read
function process.read_file(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local content = file:read("*a")
  file:close()
  return content
end

--- Writes a whole file.
---@param path string
---@param content string
---@return boolean? ok
---@return string? message
function process.write_file(path, content)
  local file, message = io.open(path, "wb")
  if not file then return nil, message end
  local ok, problem = file:write(content)
  local closed, flush_problem = file:close()
  if not ok or not closed then return nil, problem or flush_problem end
  return true
end

--- Sleeps; accepts fractions of a second.
---@param seconds number
function process.sleep(seconds)
  os.execute("sleep " .. decimal("%.3f", seconds))
end

--- The pid, state and start time of a process.
local function read_stat(which)
  local stat = process.read_file("/proc/" .. which .. "/stat")
  if not stat then return nil end
  -- The name in parentheses may contain anything; the state follows it and the start time is the
  -- 19th field after the state.
  local pid, state, rest = stat:match("^(%d+) .*%) ([A-Za-z]) (.*)$")
  if not pid then return nil end
  local fields = {}
  for word in rest:gmatch("[^ \n]+") do
    fields[#fields + 1] = word
  end
  return tonumber(pid), state, fields[19]
end

--- Identifies a running process.
---@param which integer|"self"
---@return { pid: integer, started: string }? process nil when there is none
function process.find(which)
  local pid, state, started = read_stat(which)
  if not pid or state == "Z" or state == "X" then return nil end
  return { pid = pid, started = started }
end

--- Whether a process still runs; one that waits to be reaped does not.
---@param target { pid: integer, started: string }
---@return boolean
function process.is_alive(target)
  local current = process.find(target.pid)
  return current ~= nil and current.started == target.started
end

--- Sends a signal if the process still runs.
---@param target { pid: integer, started: string }
---@param signal string such as "TERM"
function process.signal(target, signal)
  if process.is_alive(target) then
    os.execute(string.format("kill -%s %d 2>/dev/null", signal, target.pid))
  end
end

--- Waits until a condition holds or the time is over.
---@param seconds number the longest wait
---@param condition fun(): any
---@return any result of the last call of the condition
function process.wait_until(seconds, condition)
  local pause, waited = 0.01, 0
  local result = condition()
  while not result and waited < seconds do
    process.sleep(pause)
    waited = waited + pause
    result = condition()
  end
  return result
end

--- Terminates a process and waits for its end.
---@param target { pid: integer, started: string }
---@param seconds number how long to wait before killing it
function process.terminate(target, seconds)
  local function is_gone()
    return not process.is_alive(target)
  end
  process.signal(target, "TERM")
  if process.wait_until(seconds, is_gone) then return end
  process.signal(target, "KILL")
  process.wait_until(DEATH_TIMEOUT, is_gone)
end

return process
