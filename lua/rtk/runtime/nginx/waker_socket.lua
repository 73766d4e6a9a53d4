-- SPDX-License-Identifier: MIT
-- Opens a waker and the socket that receives its bytes.
--
-- nginx can only wait for sockets that it connected itself. So the waker listens where only this
-- process can connect: in a new directory of a writable file system, else on a loopback port.

local core = require("rtk.core")

local ngx = package.loaded.ngx

local waker_socket = {}

-- The first is in memory: creating a directory there does not wait for a disk.
local DIRECTORIES = { "/dev/shm", "/tmp", "/run", "/var/tmp" }

-- Milliseconds. A read must never time out: nginx logs that as an error.
local CONNECT_TIMEOUT, LONGEST_TIMEOUT = 1000, 2147483647

local function connect(waker, ...)
  local socket = ngx.socket.tcp()
  socket:settimeouts(CONNECT_TIMEOUT, CONNECT_TIMEOUT, LONGEST_TIMEOUT)
  if not socket:connect(...) then return nil end
  if waker:start() then return socket end
  socket:close()
  return nil
end

local function connect_anywhere(waker)
  for _, directory in ipairs(DIRECTORIES) do
    local path = waker:listen(directory)
    local socket = path and connect(waker, "unix:" .. path)
    if socket then return socket end
  end
  local port = waker:listen()
  return port and connect(waker, "127.0.0.1", port)
end

--- Starts a waker.
---@return userdata? waker nil when the system provides none
---@return table? socket
function waker_socket.open()
  local waker = core.waker()
  if not waker then return nil end
  local socket = connect_anywhere(waker)
  if socket then return waker, socket end
  waker:close()
  return nil
end

return waker_socket
