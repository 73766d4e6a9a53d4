-- SPDX-License-Identifier: MIT
-- Writes a response through nginx, with the faults in its `wire` (rtk.emulator.Wire).
-- ngx.exit(ngx.ERROR) closes the connection as it is; ngx.exit(444) resets it, because
-- reset_timedout_connection is on. nginx does not compare the body with the Content-Length.
local response_body = require("rtk.emulator.http.response_body")

local response_writer = {}

-- Large bodies leave in pieces of this size.
local PIECE = 256 * 1024

-- Seconds for which a stalled answer holds the connection.
local LONGEST_STALL = 3600

-- Seconds between the data and a reset, which could overtake it.
local BEFORE_RESET = 0.02

local RESET = 444

local function put_head(nginx, answer, length)
  nginx.status = answer.status
  for name, value in pairs(answer.headers) do
    nginx.header[name] = value
  end
  nginx.header["content-length"] = answer.headers["content-length"] or string.format("%d", length)
end

--- Prints a body in pieces; stops when the client has gone.
local function print_pieces(nginx, content)
  local size = response_body.size(content)
  for first = 1, size, PIECE do
    nginx.print(response_body.part(content, first, math.min(first + PIECE - 1, size)))
    if not nginx.flush(true) then return end
  end
end

local function send_whole(nginx, answer)
  put_head(nginx, answer, response_body.size(answer.body))
  if type(answer.body) == "string" then
    nginx.print(answer.body)
  else
    print_pieces(nginx, answer.body)
  end
end

local function spaces(count)
  return {
    size = count,
    read = function(first, last)
      return (" "):rep(last - first + 1)
    end,
  }
end

local function send_padded(nginx, answer, padding)
  put_head(nginx, answer, response_body.size(answer.body) + padding)
  print_pieces(nginx, answer.body)
  print_pieces(nginx, spaces(padding))
end

local function send_cut(nginx, answer, wire)
  local size = response_body.size(answer.body)
  put_head(nginx, answer, wire.length or size)
  nginx.send_headers()
  print_pieces(nginx, response_body.slice(answer.body, 1, math.min(wire.sent, size)))
  nginx.flush(true)
  if wire.stop == "stall" then
    nginx.sleep(LONGEST_STALL)
  elseif wire.stop == "reset" then
    nginx.sleep(BEFORE_RESET)
    return nginx.exit(RESET)
  end
  return nginx.exit(nginx.ERROR)
end

--- Sends an answer.
---@param nginx table the global ngx of nginx's Lua
---@param answer table a response
function response_writer.send(nginx, answer)
  local wire = answer.wire
  if not wire then return send_whole(nginx, answer) end
  if wire.delay then nginx.sleep(wire.delay) end
  if wire.silent or wire.refuse then return nginx.exit(nginx.ERROR) end
  if wire.sent then return send_cut(nginx, answer, wire) end
  if wire.padding then return send_padded(nginx, answer, wire.padding) end
  send_whole(nginx, answer)
end

return response_writer
