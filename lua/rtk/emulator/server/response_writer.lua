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

-- Has no body, and no length of one.
local NOT_MODIFIED = 304

-- Seconds between the pieces of a slow body.
local DRIP = 0.05

--- Sets status and headers; without a Content-Length nginx sends chunks.
local function put_head(nginx, answer, wire)
  nginx.status = answer.status
  for name, value in pairs(answer.headers) do
    nginx.header[name] = value
  end
  local size = response_body.size(answer.body) + (wire.padding or 0)
  local length = answer.headers["content-length"] or ("%d"):format(size)
  if wire.length then length = ("%d"):format(wire.length) end
  local has_length = not wire.chunked and answer.status ~= NOT_MODIFIED
  nginx.header["content-length"] = has_length and length or nil
end

--- Prints a body in pieces, each when the one before has left; stops when the client has gone.
local function print_pieces(nginx, content, rate)
  local size = response_body.size(content)
  local piece = rate and math.max(1, math.min(PIECE, math.floor(rate * DRIP))) or PIECE
  for first = 1, size, piece do
    local last = math.min(first + piece - 1, size)
    nginx.print(response_body.part(content, first, last))
    if not nginx.flush(true) then return end
    if rate and last < size then nginx.sleep((last - first + 1) / rate) end
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

local function send_body(nginx, answer, wire)
  if type(answer.body) == "string" and not wire.rate then
    nginx.print(answer.body)
  else
    print_pieces(nginx, answer.body, wire.rate)
  end
  if wire.padding then print_pieces(nginx, spaces(wire.padding), wire.rate) end
end

local function send_cut(nginx, answer, wire)
  local sent = math.min(wire.sent, response_body.size(answer.body))
  nginx.send_headers()
  print_pieces(nginx, response_body.slice(answer.body, 1, sent), wire.rate)
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
  local wire = answer.wire or {}
  if wire.delay then nginx.sleep(wire.delay) end
  if wire.silent or wire.refuse then return nginx.exit(nginx.ERROR) end
  put_head(nginx, answer, wire)
  if wire.sent then return send_cut(nginx, answer, wire) end
  send_body(nginx, answer, wire)
end

return response_writer
