-- SPDX-License-Identifier: MIT
-- Checks the base URL, the one place that credentials are sent to.
--
-- It is written in ASCII and without anything that one parser of URLs may take
-- for the end of the host and another may not.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local path = require("rtk.http.path")

local base_url = {}

local function is_loopback(host)
  return host == "localhost" or host == "[::1]" or host:find("^127%.%d+%.%d+%.%d+$") ~= nil
end

-- The host of "host" or "host:port" in lower case.
local function check_authority(authority)
  if authority:find("@", 1, true) then
    misuse.raise("base_url must not contain credentials; use api_token or basic")
  end
  local port = authority:match(":(%d*)$")
  local host = port and authority:sub(1, -#port - 2) or authority
  if host == "" then misuse.raise("base_url must name a host") end
  if not (host:find("^[0-9A-Za-z._-]+$") or host:find("^%[[%x:.]+%]$")) then
    misuse.raise("base_url must name a host in plain ASCII, and a port only as a number")
  end
  if (tonumber(port) or 0) > 65535 then
    misuse.raise("base_url must not have a port above 65535")
  end
  return core.lower(host)
end

--- Raises unless credentials may be sent there.
---@param url string
---@param allow_insecure? boolean over plain http, too
---@return string url without slashes at its end
---@return boolean is_loopback it is this machine
function base_url.check(url, allow_insecure)
  if url:find("[%z\1-\32\127]") then
    misuse.raise("base_url must not contain spaces or control characters")
  end
  local scheme, authority, rest = url:match("^([A-Za-z][0-9A-Za-z+.-]*)://([^/?#\\]*)(.*)$")
  scheme = scheme and core.lower(scheme)
  if scheme ~= "https" and scheme ~= "http" then
    misuse.raise("base_url must start with https://")
  end
  local host = check_authority(authority)
  if rest:find("[?#]") then misuse.raise("base_url must not have a query or a fragment") end
  local defect = path.defect(rest)
  if defect then misuse.raise("base_url " .. defect) end
  local is_local = is_loopback(host)
  if scheme == "http" and not allow_insecure and not is_local then
    misuse.raise("base_url must use https, or set allow_insecure = true to send the token in clear")
  end
  return (url:gsub("/+$", "")), is_local
end

return base_url
