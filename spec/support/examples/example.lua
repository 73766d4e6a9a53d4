-- SPDX-License-Identifier: MIT
-- An emulator's server and the programs of examples/ that run against it, as a user runs them.

local cjson = require("cjson")
local emulator = require("rtk.emulator")
local emulator_server = require("rtk.emulator.server")
local processes = require("rtk.emulator.server.process")
local process = require("spec_process")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")

local SIGKILL = 9

-- Seconds.
local WAIT_TIMEOUT = 120

-- In nobody's output.
local API_TOKEN = "secret-api-token"

local Example = { API_TOKEN = API_TOKEN }
Example.__index = Example

--- Waits until f returns a true value, or for WAIT_TIMEOUT seconds.
---@param f function
---@return any
function Example.wait_for(f)
  return processes.wait_until(WAIT_TIMEOUT, f)
end

--- Makes one of the emulator's own calls.
---@param name string such as "faults" or "join"
---@param body? table
---@return any data
function Example:tell(name, body)
  local url = self.server.admin_url .. "/" .. name
  local command = "curl --silent --fail-with-body -H 'Content-Type: application/json' "
    .. "--data-binary %s %s"
  local text = shell.check(command:format(shell.quote(cjson.encode(body or {})), url))
  return cjson.decode(text).data
end

--- How many requests of an operation the emulator has got.
---@param operation string such as "POST /meetings"
---@return integer
function Example:count(operation)
  local count = 0
  for _, entry in ipairs(self:tell("journal")) do
    if entry.operation == operation then count = count + 1 end
  end
  return count
end

--- The variables that point a program at the emulator, for sh.
---@return string
function Example:environment()
  local format = "CLOUDFLARE_BASE_URL=%s CLOUDFLARE_API_TOKEN=%s"
    .. " CLOUDFLARE_ACCOUNT_ID=%s REALTIMEKIT_APP_ID=%s"
  return format:format(self.server.url, API_TOKEN, self.good.account_id, self.good.app_id)
end

local function line_of(self, command, wrapper)
  local line = "env %s %s %s examples/%s"
  return line:format(self:environment(), wrapper or "", shell.lua(), command)
end

--- Runs a program to its end.
---@param command string such as "schedule.lua timetable.lua"
---@param wrapper? string a command that runs it
---@return string output with that to standard error
---@return integer status
function Example:run(command, wrapper)
  local output, status = shell.run(line_of(self, command, wrapper))
  assert(not output:find(API_TOKEN, 1, true), output)
  return output, status
end

--- Runs a program that must succeed.
---@param command string
---@return string output
function Example:check(command)
  local output, status = self:run(command)
  assert(status == 0, output)
  return output
end

--- Runs a program again until it succeeds, as cron would.
---@param command string
---@param most integer
---@return string output of the last run
function Example:persist(command, most)
  local output, status
  for _ = 1, most do
    output, status = self:run(command)
    if status == 0 then return output end
    assert(status == 1, output)
  end
  error(output)
end

--- Runs a program, and calls a function meanwhile.
---@param command string
---@param meanwhile fun()
---@param wrapper? string a command that runs it
---@return string output with that to standard error
---@return integer status
function Example:run_beside(command, meanwhile, wrapper)
  local pipe = assert(io.popen(line_of(self, command, wrapper) .. " 2>&1; echo $?"))
  local ok, message = pcall(meanwhile)
  local output, status = pipe:read("*a"):match("^(.-)\n?(%d+)\n$")
  pipe:close()
  assert(ok, message)
  return output, tonumber(status)
end

--- Runs a program until a condition holds, and kills it.
---@param command string
---@param condition fun(): any
function Example:interrupt(command, condition)
  local pipe = assert(io.popen("echo $$; exec " .. line_of(self, command) .. " 2>&1"))
  local pid = tonumber(pipe:read("*l"))
  local is_there = self.wait_for(condition)
  process.kill(pid, SIGKILL)
  local output = pipe:read("*a")
  pipe:close()
  assert(is_there, output)
end

--- Lets a meeting with two people and a recording happen, and end.
---@param file_size integer bytes of the recording
---@return rtk.Session session
---@return rtk.Recording recording
function Example:hold_class(file_size)
  local meeting = assert(self.client.meetings:create({
    title = "Algebra",
    record_on_start = true,
    summarize_on_end = true,
    transcribe_on_end = true,
  }))
  for _, name in ipairs({ "Ann", "Bob" }) do
    local participant = assert(meeting:add_participant({
      custom_participant_id = name,
      name = name,
      preset_name = "group_call_host",
    }))
    local peer = self:tell("join", { token = participant.token })
    self:tell("chat", { peer_id = peer.id, text = "I am " .. name .. '.\n"Hi"' })
    self:tell("speak", { peer_id = peer.id, text = "Hello from " .. name })
  end
  self:tell("advance", { seconds = 60 })
  assert(meeting:kick_all())
  self:tell("advance", { seconds = 60 })
  local recording = assert(meeting:recordings())[1]
  self:tell("upload_recording", { id = recording.id, file_size = file_size })
  return assert(meeting:sessions())[1], recording
end

--- The SHA-256 of a recording's file on the emulator's side.
---@param recording rtk.Recording
---@return string
function Example:sum_of(recording)
  local url = shell.quote(assert(recording:reload()).download_url)
  return shell.check("curl --silent --fail " .. url .. " | sha256sum"):match("%x+")
end

--- Ends the emulator.
function Example:stop()
  self.server:stop()
end

local function launch(self, options)
  self.good = emulator.new()
  self.server = assert(emulator_server.start(options or {}))
  self.client = assert(rtk.new({
    api_token = "any",
    account_id = self.good.account_id,
    app_id = self.good.app_id,
    base_url = self.server.url,
  }))
  return self
end

--- Starts an emulator.
---@param options? rtk.EmulatorServerOptions
---@return table example
local function start(options)
  return launch(setmetatable({}, Example), options)
end

--- Gives the describe around this call an emulator, which is reset before each test.
---@param options? rtk.EmulatorServerOptions
---@return table example that starts before the first test
local function around(options)
  local busted = require("busted")
  local self = setmetatable({}, Example)
  busted.setup(function()
    launch(self, options)
  end)
  busted.teardown(function()
    self:stop()
  end)
  busted.before_each(function()
    self:tell("reset")
  end)
  return self
end

return { start = start, around = around, wait_for = Example.wait_for }
