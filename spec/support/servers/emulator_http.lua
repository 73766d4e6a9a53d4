-- SPDX-License-Identifier: MIT
-- HTTP and processes for the specs of the emulator's server: the curl command, and the Lua that
-- runs the specs as a child process.
local process = require("rtk.emulator.server.process")
local shell = require("spec.support.servers.shell")

local emulator_http = {}

--- A shell command that runs Lua code with the search paths of this process.
---@param code string
---@param arguments? string more words of the command line
---@return string
function emulator_http.lua(code, arguments)
  local setup =
    string.format("package.path = %q; package.cpath = %q; ", package.path, package.cpath)
  local words = { shell.interpreter(), "-e", setup .. code }
  for i, word in ipairs(words) do
    words[i] = process.quote(word)
  end
  return table.concat(words, " ") .. " " .. (arguments or "")
end

--- Sends a request with curl; `options` is more of curl's command line.
---@return integer status 0 when there was no answer
---@return string body
---@return string headers
function emulator_http.request(url, options)
  local command = "curl --silent --globoff --max-time 60 --include --header 'Expect:' "
    .. "--header 'Authorization: Bearer x' --header 'Content-Type: application/json' "
  local _, output = process.run(command .. (options or "") .. " " .. process.quote(url))
  local headers, body = output:match("^(.-\r\n)\r\n(.*)$")
  if not headers then return 0, "", "" end
  return tonumber(headers:match("^HTTP/[%d.]+ (%d+)")), body, headers
end

--- Whether something answers at a server's URL.
function emulator_http.is_up(url)
  return emulator_http.request(url) ~= 0
end

return emulator_http
