-- SPDX-License-Identifier: MIT
-- Says where a redirect leads: scheme, host and path. The rest of a URL may let somebody in.

local printable = require("rtk.http.redact")

local location = {}

local LONGEST = 300 -- bytes

-- The part of a reference before query, fragment and path parameters such as ;jsessionid.
local function address(reference)
  return reference:match("^[^?#;]*")
end

-- A greedy "^.*@" finds the last "@" in one pass.
local function without_userinfo(authority)
  return authority:match("^.*@(.*)$") or authority
end

local function public_part(reference)
  local scheme, rest = reference:match("^([A-Za-z][A-Za-z0-9+.-]*:)(.*)$")
  rest = rest or reference
  local slashes, authority, path = rest:match("^([/\\][/\\]+)([^/\\]*)(.*)$")
  if authority then return (scheme or "") .. slashes .. without_userinfo(authority) .. path end
  -- data:, mailto: and the like are all content.
  return scheme and scheme .. "..." or reference
end

--- A Location header, fit for a message.
---@param value? string
---@param redact fun(text: string): string takes out what the call sent
---@return string? place nil when the header says nothing
function location.describe(value, redact)
  if not value then return nil end
  local place = public_part(address(redact(value)))
  if place == "" then return nil end
  return printable.line(place, LONGEST)
end

return location
