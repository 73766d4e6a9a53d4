-- SPDX-License-Identifier: MIT
-- Links to downloads: where one may lead, and where a redirect leads. A link is a secret: messages
-- show its origin alone.

local core = require("rtk.core")

local link = {}

local function escape(character)
  return ("%%%02X"):format(character:byte())
end

-- Whether a text between "://" and the next "/" is a host, perhaps with a port.
local function is_authority(authority)
  local host, port = authority:match("^(.-):?(%d*)$")
  if tonumber(port) and tonumber(port) > 65535 then return false end
  return host:find("^[0-9A-Za-z._-]+$") ~= nil or host:find("^%[[%x:.]+%]$") ~= nil
end

--- The parts of a URL.
---@param text string
---@return { scheme: string, authority: string, rest: string }? parts nil when it is no URL that can
---be fetched
local function split(text)
  local scheme, authority, rest = text:match("^([A-Za-z]+)://([^/?#\\]*)(.*)$")
  scheme = scheme and core.lower(scheme)
  if scheme ~= "https" and scheme ~= "http" then return nil end
  if not is_authority(authority) or rest:find("^[^/?#]") then return nil end
  if rest:find("[%z\1-\31\127]") then return nil end
  return { scheme = scheme, authority = authority, rest = rest }
end

--- What messages show of a link.
---@param text any
---@return string origin
function link.origin(text)
  local parts = type(text) == "string" and split(text)
  return parts and parts.scheme .. "://" .. parts.authority or "its link"
end

--- Whether a link may be fetched.
---@param text any
---@param allows_http boolean
---@return string? url as it is sent; nil when it must not be
---@return string? problem a message
---@return string? reason for the error
function link.check(text, allows_http)
  local parts = type(text) == "string" and split(text)
  if not parts then return nil, "the link is not a URL with https and a plain host" end
  if parts.scheme == "http" and not allows_http then
    return nil, "the link is not encrypted (http, not https)", "insecure"
  end
  local rest = parts.rest:gsub("#.*$", ""):gsub("[^\33-\126]", escape)
  return parts.scheme .. "://" .. parts.authority .. rest
end

--- The URL that a Location header means (RFC 3986, 5).
---@param base string the URL of the request
---@param location string
---@return string url
function link.resolve(base, location)
  if location:find("^[A-Za-z][0-9A-Za-z+.-]*:") then return location end
  local parts = split(base)
  if location:sub(1, 2) == "//" then return parts.scheme .. ":" .. location end
  local origin = parts.scheme .. "://" .. parts.authority
  local path = parts.rest:match("^[^?#]*")
  if location:sub(1, 1) == "/" then return origin .. location end
  if location:sub(1, 1) == "?" then return origin .. path .. location end
  return origin .. (path:match("^.*/") or "/") .. location
end

return link
