-- SPDX-License-Identifier: MIT
-- Answers as they leave: { status, headers, body, wire? }. The body is a string or a source of
-- bytes (rtk.emulator.http.response_body); `wire` says what goes wrong on the way and is nil for
-- nearly all:
--   delay   seconds before anything is sent
--   refuse  true when the connection is not accepted at all (in process only)
--   silent  true when the connection is closed without an answer
--   sent    how many bytes of the body are sent before `stop`
--   stop    "close", "reset" or "stall": what happens after them
--   length  what Content-Length says instead of the body's size
--   padding spaces that follow the body
--   garbled true when the body is not encoded as Content-Encoding says
local json = require("rtk.emulator.util.json")

local M = {}

-- Where the made-up answers of the edge come from.
local RAY_AIRPORT = "-LHR"

--- An answer with any body.
---@param emulator table
---@param status integer
---@param content_type string
---@param body string
---@return table response
function M.new(emulator, status, content_type, body)
  return {
    status = status,
    headers = {
      ["content-type"] = content_type,
      ["cf-ray"] = emulator.rays:hex(16) .. RAY_AIRPORT,
    },
    body = body,
  }
end

--- A reply (see rtk.emulator.http.reply) as it leaves.
---@param emulator table
---@param reply table
---@return table response
function M.of(emulator, reply)
  return M.new(emulator, reply.status, "application/json", json.encode(reply.body))
end

return M
