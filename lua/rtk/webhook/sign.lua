-- SPDX-License-Identifier: MIT
-- Signs bodies as the service does, for tests of receivers.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local validate = require("rtk.validate")

local sign = {}

local option_kinds = { uuid = "string", webhook_id = "string" }

-- Ids that do not repeat; nobody has to be unable to guess them.
local function new_id()
  local clock = core.number_text(core.now(), 17)
  local hex = core.sha256(("%s %s %d"):format(tostring({}), clock, os.time()))
  return ("%s-%s-4%s-8%s-%s"):format(
    hex:sub(1, 8),
    hex:sub(9, 12),
    hex:sub(14, 16),
    hex:sub(18, 20),
    hex:sub(21, 32)
  )
end

--- The headers of a delivery.
---@param body string
---@param private_pem string
---@param options? { uuid?: string, webhook_id?: string }
---@return table<string, string> headers
function sign.headers(body, private_pem, options)
  misuse.check("the body", body, "string")
  misuse.check("the private key", private_pem, "string")
  options = options or {}
  validate.check("the options of rtk.webhook.sign", options, option_kinds)
  local key, message = core.private_key(private_pem)
  if not key then misuse.raise("the private key: " .. message) end
  return {
    ["content-type"] = "application/json",
    ["rtk-signature"] = key:sign(body),
    ["rtk-uuid"] = options.uuid or new_id(),
    ["rtk-webhook-id"] = options.webhook_id or new_id(),
  }
end

return sign
