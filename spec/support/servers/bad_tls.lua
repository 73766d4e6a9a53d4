-- SPDX-License-Identifier: MIT
-- Runs bad_tls.mjs, which its head describes, and reads its log.

local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local SIGTERM = 15

local BadTls = {}
BadTls.__index = BadTls

--- Starts the servers; certificate, record, body and clear are their URLs.
---@param directory string of certificates
---@return table servers
local function start(directory)
  local own = workdir.new()
  local words = { directory .. "/good.pem", directory .. "/good.key", directory .. "/ca.pem" }
  words[#words + 1] = own .. "/log"
  for i, word in ipairs(words) do
    words[i] = shell.quote(word)
  end
  local pipe =
    assert(io.popen("exec node spec/support/servers/bad_tls.mjs " .. table.concat(words, " ")))
  local line = assert(pipe:read("*l"), "node did not start")
  local servers = { directory = own, pipe = pipe }
  local ports = line:gmatch("%d+")
  for _, name in ipairs({ "certificate", "record", "body", "clear" }) do
    servers[name] = "https://127.0.0.1:" .. ports()
  end
  servers.pid = tonumber(ports())
  return setmetatable(servers, BadTls)
end

--- The requests that came so far, as lines "METHOD PATH VERSION".
---@return string[]
function BadTls:requests()
  return workdir.lines(self.directory .. "/log")
end

function BadTls:stop()
  process.kill(self.pid, SIGTERM)
  self.pipe:close()
  workdir.remove(self.directory)
end

return { start = start }
