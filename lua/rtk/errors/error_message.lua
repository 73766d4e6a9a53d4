-- SPDX-License-Identifier: MIT
-- Writes the text of err.message: the reply's own words, where a redirect leads, what arrived
-- instead of JSON.
--
-- The result is one bounded line without secrets.

local api_error = require("rtk.errors.api_error")
local error_texts = require("rtk.errors.error_texts")
local html_title = require("rtk.errors.html_title")
local redact = require("rtk.http.redact")

local error_message = {}

local LONGEST_OF_SEVERAL = 400 -- bytes, so that one long error leaves room for the others
local LONGEST_QUOTED = 1200 -- bytes; more than redact.join shows
local LONGEST_LOCATION = 300 -- bytes

-- The texts of a body in one line; nil when it has none.
local function quote(result, remove_secrets)
  local texts = error_texts.find(result)
  local lines, length = {}, 0
  for _, text in ipairs(texts) do
    if length > LONGEST_QUOTED then break end
    text = remove_secrets(text):gsub("[\9-\13 ]+", " "):gsub("^ ", ""):gsub(" $", "")
    local line = redact.line(text, #texts > 1 and LONGEST_OF_SEVERAL or nil)
    if line ~= "" then lines[#lines + 1] = line end
    length = length + #line
  end
  return #lines > 0 and redact.join(lines) or nil
end

-- The part of a reference before query, fragment and path parameters such as ;jsessionid.
local function address(reference)
  return reference:match("^[^?#;]*")
end

-- A greedy "^.*@" finds the last "@" in linear time.
local function without_userinfo(authority)
  return authority:match("^.*@(.*)$") or authority
end

local function public_part(reference)
  local scheme, rest = reference:match("^([A-Za-z][A-Za-z0-9+.-]*:)(.*)$")
  rest = rest or reference
  local slashes, authority, path = rest:match("^([/\\][/\\]+)([^/\\]*)(.*)$")
  if authority then return (scheme or "") .. slashes .. without_userinfo(authority) .. path end
  -- In data:, mailto: and the like, everything is content.
  return scheme and scheme .. "..." or reference
end

-- Where a Location header leads: scheme, host and path. The rest of a URL may be a secret.
local function location_text(location, remove_secrets)
  if not location then return nil end
  local place = public_part(address(remove_secrets(location)))
  return place ~= "" and redact.line(place, LONGEST_LOCATION) or nil
end

local PROXY_AUTHENTICATION = 407

local function redirect(status, fields, remove_secrets)
  if status == 304 then
    return "the reply is 304 Not Modified, which has no content:"
      .. " leave out headers that make the request conditional"
  end
  local place = location_text(fields.location, remove_secrets)
  local to = place and " to " .. place or ""
  return ("the reply is a redirect%s, which is not followed"):format(to)
end

--- What an error response says, quoted where it has a text.
---@param result table what the transport returned
---@param fields table<string, string> headers by lower-case name
---@param call rtk.Call
---@return string
function error_message.of(result, fields, call)
  local remove_secrets = redact.exchanged(call, result.value)
  local status = result.status
  if status >= 300 and status < 400 then return redirect(status, fields, remove_secrets) end
  local quoted = quote(result, remove_secrets)
  if status == PROXY_AUTHENTICATION then
    return "a proxy does not accept the credentials, or needs some"
      .. (quoted and ": " .. quoted or "")
  end
  if api_error.source(result.value, fields) ~= "challenge" then
    return quoted or "the API gave no reason"
  end
  return "Cloudflare challenges the request" .. (quoted and ": " .. quoted or "")
end

--- What is wrong with a reply that should be the API's JSON, with its text where that helps.
---@param result table what the transport returned
---@param call rtk.Call
---@param reason string what is wrong with it
---@return string
function error_message.unusable(result, call, reason)
  local text = result.text or result.value
  if type(text) ~= "string" then return reason end
  local is_page = html_title.is_page(text)
  local quoted = quote(result, redact.exchanged(call, result.value))
  -- A text without spaces could be a token or a key.
  if not is_page and not (quoted and quoted:find(" ", 1, true)) then return reason end
  if is_page then reason = "it is an HTML page" end
  return quoted and ('%s: "%s"'):format(reason, quoted) or reason
end

return error_message
