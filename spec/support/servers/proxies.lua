-- SPDX-License-Identifier: MIT
-- Runs proxies.mjs, which its head describes, and reads its log.

local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local SIGTERM = 15

local Proxies = {}
Proxies.__index = Proxies

--- Starts proxies; http, https and socks are "host:port" of each.
---@param directory string of certificates
---@param certificate string name of the one that the proxy over TLS shows
---@param credentials? string "user:password"
---@return table proxies
local function start(directory, certificate, credentials)
  local own = workdir.new()
  local file = directory .. "/" .. certificate
  local words = { own .. "/log", file .. ".pem", file .. ".key", credentials }
  for i, word in ipairs(words) do
    words[i] = shell.quote(word)
  end
  local command = "exec node spec/support/servers/proxies.mjs " .. table.concat(words, " ")
  local pipe = assert(io.popen(command))
  local line = assert(pipe:read("*l"), "node did not start")
  local http, https, socks, pid = line:match("^(%d+) (%d+) (%d+) (%d+)$")
  return setmetatable({
    directory = own,
    pipe = pipe,
    pid = tonumber(pid),
    http = "127.0.0.1:" .. http,
    https = "127.0.0.1:" .. https,
    socks = "127.0.0.1:" .. socks,
  }, Proxies)
end

--- What they were asked, with the headers of CONNECT after it.
---@return string
function Proxies:log()
  return workdir.read(self.directory .. "/log")
end

--- Ends them and forgets what they left; may be called again.
function Proxies:stop()
  if not self.pipe then return end
  process.kill(self.pid, SIGTERM)
  self.pipe:close()
  self.pipe = nil
  workdir.remove(self.directory)
end

return { start = start }
