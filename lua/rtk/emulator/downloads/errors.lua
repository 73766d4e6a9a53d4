-- SPDX-License-Identifier: MIT
-- Error responses of the download host, in the XML of object stores.
local clock = require("rtk.emulator.state.clock")

local errors = {}

-- Seconds for which a link is valid: the most that object stores allow.
errors.LIFETIME = 7 * 86400

local BODY = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>%s</Code><Message>%s</Message>'
  .. "%s<RequestId>%s</RequestId></Error>"

local EXPIRED = "<X-Amz-Expires>%d</X-Amz-Expires><Expires>%s</Expires>"
  .. "<ServerTime>%s</ServerTime>"

local CODES = { [429] = "TooManyRequests", [500] = "InternalError", [503] = "SlowDown" }

--- The headers that all responses of the host have.
---@param emulator rtk.Emulator
---@param content_type string
---@return table<string, string>
function errors.headers(emulator, content_type)
  return { ["content-type"] = content_type, ["x-amz-request-id"] = emulator.rays:hex(16) }
end

--- An error response.
---@param emulator rtk.Emulator
---@param status integer
---@param code? string such as "NoSuchKey"; default one that fits the status
---@param message string
---@param more? string XML between the message and the request's id
---@return rtk.emulator.Response
function errors.new(emulator, status, code, message, more)
  local headers = errors.headers(emulator, "application/xml")
  code = code or CODES[status] or "InternalError"
  local text = BODY:format(code, message, more or "", headers["x-amz-request-id"])
  return { status = status, headers = headers, body = text }
end

--- The response to a link that is no longer valid.
---@param emulator rtk.Emulator
---@param expiry? integer milliseconds since 1970; default now
---@return rtk.emulator.Response
function errors.expired(emulator, expiry)
  local now = emulator.clock:now()
  local times = EXPIRED:format(errors.LIFETIME, clock.format(expiry or now), clock.format(now))
  return errors.new(emulator, 403, "AccessDenied", "Request has expired", times)
end

return errors
