-- SPDX-License-Identifier: MIT
-- What the service shows to anyone, outside of any account: the key that verifies its webhooks.
local reply = require("rtk.emulator.http.reply")

local M = {}

local WEBHOOKS = "/.well-known/webhooks.json"

--- The reply to a request for the key; nil when the request is for something else.
---@param emulator table
---@param http table
---@return table? reply
function M.answer(emulator, http)
  if http.method ~= "GET" or http.path ~= WEBHOOKS then return nil end
  local pem, message = emulator.signing_key:public()
  if not pem then return reply.failure(503, message) end
  return { status = 200, body = { success = true, data = { publicKey = pem }, message = "" } }
end

return M
