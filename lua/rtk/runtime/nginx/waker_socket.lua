-- SPDX-License-Identifier: MIT
-- A relay and the socket that its bytes arrive at.
--
-- nginx waits for sockets that it connected itself, so the relay listens
-- where only this process is let in: in a new directory of a file system
-- that can be written to, else on a loopback port.

local core = require("rtk.core")

local wire = {}

-- The first is in memory, so that making a directory there waits for no disk.
local DIRECTORIES = { "/dev/shm", "/tmp", "/run", "/var/tmp" }

-- Milliseconds. A read must never time out: nginx logs that as an error.
local CONNECT_TIMEOUT, LONGEST_TIMEOUT = 1000, 2147483647

local function connect(relay, ...)
  local socket = ngx.socket.tcp()
  socket:settimeouts(CONNECT_TIMEOUT, CONNECT_TIMEOUT, LONGEST_TIMEOUT)
  if not socket:connect(...) then return nil end
  if relay:start() then return socket end
  socket:close()
  return nil
end

local function connect_somewhere(relay)
  for _, directory in ipairs(DIRECTORIES) do
    local path = relay:listen(directory)
    local socket = path and connect(relay, "unix:" .. path)
    if socket then return socket end
  end
  local port = relay:listen()
  return port and connect(relay, "127.0.0.1", port)
end

--- Starts a relay.
---@return userdata? relay running; nil where no relay can be had
---@return table? socket
function wire.open()
  local relay = core.waker()
  if not relay then return nil end
  local socket = connect_somewhere(relay)
  if socket then return relay, socket end
  relay:close()
  return nil
end

return wire
