-- SPDX-License-Identifier: MIT
-- Runs http2_server.mjs, whose head tells what it does, and reads its log.

local certificates = require("spec.support.certificates")
local process = require("spec_process")
local shell = require("spec.support.shell")
local workdir = require("spec.support.workdir")

local SIGTERM = 15

local Server = {}
local metatable = { __index = Server }

--- Starts the server.
---@return table server with url and ca_file
local function start()
  local directory = workdir.new()
  certificates.make(directory)
  local command = "exec node spec/support/http2_server.mjs %s/good.pem %s/good.key %s/log"
  local quoted = shell.quote(directory)
  local pipe = assert(io.popen(command:format(quoted, quoted, quoted)))
  local port, pid = assert(pipe:read("*l"), "node did not start"):match("^(%d+) (%d+)$")
  return setmetatable({
    directory = directory,
    pipe = pipe,
    pid = tonumber(pid),
    url = "https://127.0.0.1:" .. port,
    ca_file = directory .. "/ca.pem",
  }, metatable)
end

--- What came so far, as lines "METHOD PATH".
---@return string[]
function Server:streams()
  return workdir.lines(self.directory .. "/log")
end

--- Forgets what came so far.
function Server:clear()
  workdir.write(self.directory .. "/log", "")
end

function Server:stop()
  process.kill(self.pid, SIGTERM)
  self.pipe:close()
  workdir.remove(self.directory)
end

return { start = start }
