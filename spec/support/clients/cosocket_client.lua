-- SPDX-License-Identifier: MIT
-- The baseline for benchmarks of the nginx runtime: a GET in pure Lua over a kept-alive cosocket
-- that decodes the JSON body.

local cjson = require("cjson")

local ngx = rawget(_G, "ngx")
local cosocket_client = {}

local REQUEST = "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: application/json\r\n"
  .. "Authorization: Bearer x\r\nUser-Agent: control\r\n\r\n"

-- Milliseconds.
local KEEPALIVE, POOL = 60000, 200

--- Gets a path and decodes the reply.
---@param port integer on 127.0.0.1
---@param path string
---@return table reply
function cosocket_client.get(port, path)
  local socket = ngx.socket.tcp()
  assert(socket:connect("127.0.0.1", port))
  assert(socket:send(REQUEST:format(path, port)))
  local status, length = assert(socket:receive("*l")), 0
  assert(status:find("^HTTP/1.1 200"), status)
  while true do
    local line = assert(socket:receive("*l"))
    if line == "" then break end
    local name, value = line:match("^(%S+):%s*(.-)%s*$")
    if name:lower() == "content-length" then length = tonumber(value) end
  end
  local body = assert(socket:receive(length))
  socket:setkeepalive(KEEPALIVE, POOL)
  return cjson.decode(body)
end

return cosocket_client
