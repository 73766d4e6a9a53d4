-- SPDX-License-Identifier: MIT
-- Chooses loopback ports and checks whether they are in use. A result can be outdated at once, so
-- binding decides; but nginx would retry a port in use for seconds before it fails.
local process = require("rtk.emulator.server.process")

local ports = {}

-- Below the ports that Linux hands out by itself.
local FIRST, LAST = 20000, 32000

local ATTEMPTS = 20

-- The state LISTEN in /proc/net/tcp.
local LISTENING = "0A"

local function is_listening(port, table_name)
  local sockets = process.read_file("/proc/net/" .. table_name) or ""
  local pattern = string.format(":%%s*%%x+:%04X %%x+:%%x+ %s ", port, LISTENING)
  return sockets:find(pattern) ~= nil
end

--- Whether something listens on a port.
---@param port integer
---@return boolean
function ports.is_taken(port)
  return is_listening(port, "tcp") or is_listening(port, "tcp6")
end

--- A port that may be free.
---@return integer
function ports.random()
  local source = io.open("/dev/urandom", "rb")
  local bytes = source and source:read(2)
  if source then source:close() end
  local low, high = (bytes or tostring(os.clock() * 1e6):sub(-2)):byte(1, 2)
  return FIRST + (low + 256 * high) % (LAST - FIRST)
end

--- A free port other than a given one.
---@param port integer
---@return integer
function ports.free_besides(port)
  for _ = 1, ATTEMPTS do
    local other = ports.random()
    if other ~= port and not ports.is_taken(other) then return other end
  end
  return port + 1
end

return ports
