-- SPDX-License-Identifier: MIT
-- The public document with the key that verifies webhooks; it needs no credentials.
local response = require("rtk.emulator.http.response")

local function get_public_key(request)
  local pem, message = request.emulator.signing_key:public()
  if not pem then return response.failure(503, message) end
  return { status = 200, body = { success = true, data = { publicKey = pem }, message = "" } }
end

return { routes = { { "GET", "/.well-known/webhooks.json", get_public_key } } }
