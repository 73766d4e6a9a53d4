-- SPDX-License-Identifier: MIT
-- Runs fault_proxy.mjs, whose head says what it does, between a client and a served emulator.

local certificates = require("spec.support.servers.certificates")
local cjson = require("cjson")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local FaultProxy = {}
FaultProxy.__index = FaultProxy

local fault_proxy = {}

--- Starts the proxy.
---@param emulator { port: integer } a served emulator
---@return table fault_proxy with url and proxy (URLs), control (of its own calls) and ca_file
function fault_proxy.start(emulator)
  local directory = workdir.new()
  -- nginx reads the authority's certificate as another user.
  shell.check("chmod 755 " .. shell.quote(directory))
  certificates.make(directory)
  local words = {
    "node",
    "spec/network/fault_proxy.mjs",
    tostring(emulator.port),
    directory .. "/good.pem",
    directory .. "/good.key",
  }
  for index, word in ipairs(words) do
    words[index] = shell.quote(word)
  end
  -- Closing this pipe, which carries no data, ends the proxy.
  local output = directory .. "/ports"
  local pipe = assert(io.popen(table.concat(words, " ") .. " >" .. shell.quote(output), "w"))
  shell.check(("for i in $(seq 600); do [ -s %s ] && break; sleep 0.1; done"):format(output))
  local ports = cjson.decode(workdir.read(output))
  return setmetatable({
    url = ("https://127.0.0.1:%d/client/v4"):format(ports.port),
    proxy = ("http://127.0.0.1:%d"):format(ports.proxy),
    control = ("http://127.0.0.1:%d"):format(ports.control),
    ca_file = directory .. "/ca.pem",
    _directory = directory,
    _pipe = pipe,
  }, FaultProxy)
end

--- Ends it.
function FaultProxy:stop()
  self._pipe:close()
  workdir.remove(self._directory)
end

return fault_proxy
