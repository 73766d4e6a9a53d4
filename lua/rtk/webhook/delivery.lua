-- SPDX-License-Identifier: MIT
-- Reads a delivery: the bytes of its body and the three headers that come with it.

local core = require("rtk.core")
local rejection = require("rtk.webhook.rejection")
local misuse = require("rtk.misuse")

---@class rtk.Delivery
---@field id string the header rtk-uuid
---@field webhook_id string the header rtk-webhook-id
---@field digest string SHA-256 of the body, in hex
---@field received_at integer seconds since 1970
---@field package body string
---@field package signature string in Base64

local delivery = {}

-- The longest header that is looked at: a signature of 16,384 bits has 2,732 characters.
local LONGEST_HEADER = 4096

local function as_list(value)
  if type(value) == "table" then return value end
  return { value }
end

-- lua-http's headers are an object; others are tables with names in any form: rtk-uuid, Rtk-Uuid,
-- RTK_UUID, HTTP_RTK_UUID.
local function normalized(name)
  return (core.lower(name):gsub("_", "-"):gsub("^http%-", ""))
end

-- All headers by lower-case name, as lists.
local function read_headers(headers)
  local fields = {}
  for name, value in pairs(headers) do
    if type(name) == "string" then
      local list = fields[normalized(name)] or {}
      for _, item in ipairs(as_list(value)) do
        list[#list + 1] = item
      end
      fields[normalized(name)] = list
    end
  end
  return fields
end

local function lookup(headers)
  if type(headers) ~= "table" then
    misuse.raise("headers must be a table, got " .. misuse.describe(headers))
  end
  if type(headers.get) == "function" then
    return function(name)
      return { headers:get(name) }
    end
  end
  local fields = read_headers(headers)
  return function(name)
    return fields[name] or {}
  end
end

-- The only value of a header. The service once was another company's, and called them dyte-*.
local function single(find, name)
  local list = find("rtk-" .. name)
  if #list == 0 then list = find("dyte-" .. name) end
  if #list == 0 then
    return rejection.of("header", ("the header rtk-%s is missing"):format(name))
  end
  local value = list[1]
  if #list > 1 or type(value) ~= "string" then
    return rejection.of("header", ("the header rtk-%s must come once"):format(name))
  end
  if value == "" or #value > LONGEST_HEADER or value:find("[%z\1-\32\127-\255]") then
    return rejection.of("header", ("the header rtk-%s is malformed"):format(name))
  end
  return value
end

-- Whether a media type is JSON; one that is missing is taken for it.
local function is_json(find)
  local value = find("content-type")[1]
  if type(value) ~= "string" or value == "" then return true end
  local media_type = core.lower(value:match("^[ \t]*([^;]*)")):gsub("[ \t]+$", "")
  return media_type == "application/json" or media_type:find("^application/[a-z0-9.-]+%+json$")
end

local function check_body(body, max_body)
  if type(body) == "table" then
    misuse.raise("pass the bytes of the body, not the table that they were decoded to")
  end
  misuse.check("the body", body, "string")
  if body == "" then return rejection.of("malformed", "the body is empty") end
  if #body > max_body then
    return rejection.of("malformed", ("the body has more than %d bytes"):format(max_body), 413)
  end
  return true
end

--- Reads a delivery. Raises for a body or headers of another type.
---@param body string the bytes as they came
---@param headers table by name, in any case; the values are strings or lists of them
---@param max_body integer bytes
---@return rtk.Delivery? delivery
---@return string? message
---@return rtk.WebhookError? err
function delivery.read(body, headers, max_body)
  local ok, message, err = check_body(body, max_body)
  if not ok then return nil, message, err end
  local find = lookup(headers)
  if not is_json(find) then
    return rejection.of("header", "the content type is not application/json", 415)
  end
  local values = {}
  for _, name in ipairs({ "signature", "uuid", "webhook-id" }) do
    values[name], message, err = single(find, name)
    if not values[name] then return nil, message, err end
  end
  return {
    id = values.uuid,
    webhook_id = values["webhook-id"],
    signature = values.signature,
    body = body,
    digest = core.sha256(body),
    received_at = os.time(),
  }
end

return delivery
