-- SPDX-License-Identifier: MIT
-- Builds and checks the parts of a URL: base URL, path, query.
--
-- Base URL: credentials go there and nowhere else, so it is ASCII and holds nothing that two
-- parsers of URLs may read differently.
-- Path: an id cannot change which endpoint is called. Characters with a meaning in a path are
-- percent-encoded; "", "." and ".." are refused, because servers and proxies remove such
-- segments. The same holds for paths that users write, percent-encoded or not.
-- Query: the rules of the official SDK. Arrays repeat the name, nested tables join names with
-- dots, rtk.null and "" send "name=", and everything except RFC 3986's unreserved characters
-- is percent-encoded. Names are sorted, so equal tables give equal URLs.

local array = require("rtk.array")
local core = require("rtk.core")
local misuse = require("rtk.misuse")

local url = {}

-- Not %c, which depends on the locale, as %w does.
local CONTROL = "[%z\1-\31\127]"

local DEEPEST = 16 -- nested tables in a query

local function escape(character)
  return string.format("%%%02X", character:byte())
end

local function unescape(digits)
  return string.char(tonumber(digits, 16))
end

--- Checks one id and encodes it as a path segment.
---@param name string the argument as the user knows it
---@param id any
---@return string segment
function url.segment(name, id)
  misuse.check(name, id, "string")
  if id == "" then misuse.raise(name .. " must not be empty") end
  if id == "." or id == ".." then misuse.raise(name .. ' must not be "' .. id .. '"') end
  if id:find(CONTROL) then misuse.raise(name .. " must not contain control characters") end
  -- RFC 3986 pchar, as the official SDK leaves them.
  return (id:gsub("[^0-9A-Za-z%-._~!$&'()*+,;=:@]", escape))
end

-- Why a path may not lead where it seems to, as the rest of a sentence; nil when it does.
local function path_defect(text)
  if text:find("[?#]") then return "must not contain ? or #" end
  if text:gsub("%%%x%x", ""):find("%", 1, true) then
    return "must not contain a % without two hex digits (%25 stands for %)"
  end
  local decoded = text:gsub("%%(%x%x)", unescape)
  if decoded:find(CONTROL) then return "must not contain control characters, encoded or not" end
  if decoded:find("\\", 1, true) then return "must not contain a backslash, encoded or not" end
  for segment in decoded:gmatch("[^/]+") do
    if segment == "." or segment == ".." then
      return 'must not contain "." or ".." segments, encoded or not'
    end
  end
  return nil
end

--- Checks a path passed to client:request and encodes characters that a URL cannot hold;
--- percent signs stay as the user wrote them.
---@param text any
---@return string path
function url.check_path(text)
  misuse.check("path", text, "string")
  if text:find("^[A-Za-z][0-9A-Za-z+.-]*:") or text:sub(1, 2) == "//" then
    misuse.raise("path must stay below the base URL: pass a path such as /accounts, not a URL")
  end
  if text:sub(1, 1) ~= "/" then misuse.raise('path must start with "/"') end
  local defect = path_defect(text)
  if defect then
    local hint = text:find("?", 1, true) and "; pass the query as a table in query" or ""
    misuse.raise("path " .. defect .. hint)
  end
  return (text:gsub("[^0-9A-Za-z%-._~!$&'()*+,;=:@/%%]", escape))
end

local function is_loopback(host)
  return host == "localhost" or host == "[::1]" or host:find("^127%.%d+%.%d+%.%d+$") ~= nil
end

-- The host of "host" or "host:port" in lower case.
local function check_authority(authority, what)
  if authority:find("@", 1, true) then
    misuse.raise(what .. " must not contain credentials; use api_token or basic")
  end
  local port = authority:match(":(%d*)$")
  local host = port and authority:sub(1, -#port - 2) or authority
  if host == "" then misuse.raise(what .. " must name a host") end
  if not (host:find("^[0-9A-Za-z._-]+$") or host:find("^%[[%x:.]+%]$")) then
    misuse.raise(what .. " must name a host in plain ASCII, and a port only as a number")
  end
  if (tonumber(port) or 0) > 65535 then
    misuse.raise(what .. " must not have a port above 65535")
  end
  return core.lower(host)
end

--- Raises unless credentials may be sent there.
---@param text string
---@param allow_insecure? boolean allow plain http to other machines
---@param what? string the option, default "base_url"
---@return string base_url without slashes at its end
---@return boolean is_loopback whether it is this machine
function url.check_base(text, allow_insecure, what)
  what = what or "base_url"
  if text:find("[%z\1-\32\127]") then
    misuse.raise(what .. " must not contain spaces or control characters")
  end
  local scheme, authority, rest = text:match("^([A-Za-z][0-9A-Za-z+.-]*)://([^/?#\\]*)(.*)$")
  scheme = scheme and core.lower(scheme)
  if scheme ~= "https" and scheme ~= "http" then
    misuse.raise(what .. " must start with https://")
  end
  local host = check_authority(authority, what)
  if rest:find("[?#]") then misuse.raise(what .. " must not have a query or a fragment") end
  local defect = path_defect(rest)
  if defect then misuse.raise(what .. " " .. defect) end
  local is_local = is_loopback(host)
  if scheme == "http" and not allow_insecure and not is_local then
    misuse.raise(
      what .. " must use https, or set allow_insecure = true to send the token unencrypted"
    )
  end
  return (text:gsub("/+$", "")), is_local
end

local function encode(text)
  return (text:gsub("[^0-9A-Za-z%-._~]", escape))
end

local function sorted_names(fields, path)
  local names = {}
  for name in pairs(fields) do
    if type(name) ~= "string" then
      misuse.raise(path .. " has a key that is not a name, but " .. misuse.describe(name))
    end
    names[#names + 1] = name
  end
  table.sort(names, core.before)
  return names
end

local scalars = {}

function scalars.string(value)
  return encode(value)
end

function scalars.boolean(value)
  return tostring(value)
end

function scalars.number(value, path)
  if value ~= value or value == math.huge or value == -math.huge then
    misuse.raise(path .. " must be a finite number")
  end
  return encode(core.encode(value))
end

-- The length of an array. Gaps raise: the length operator would drop elements silently.
local function length_of(value, path)
  local count = 0
  for _ in pairs(value) do
    count = count + 1
  end
  for index = 1, count do
    if value[index] == nil then
      misuse.raise(path .. " must not have gaps, nor both elements and named fields")
    end
  end
  return count
end

local append

local function append_table(parts, path, name, value, depth)
  if depth > DEEPEST then misuse.raise(path .. " is nested too deeply for a query (a cycle?)") end
  if array.is(value) then
    for index = 1, length_of(value, path) do
      append(parts, path .. "[" .. index .. "]", name, value[index], depth)
    end
    return
  end
  for _, key in ipairs(sorted_names(value, path)) do
    append(parts, path .. "." .. key, name .. "." .. encode(key), value[key], depth)
  end
end

function append(parts, path, name, value, depth)
  if value == core.null then
    parts[#parts + 1] = name .. "="
    return
  end
  if type(value) == "table" then return append_table(parts, path, name, value, depth + 1) end
  local scalar = scalars[type(value)]
  if not scalar then
    misuse.raise(
      path .. " must be a string, number, boolean or table, got " .. misuse.describe(value)
    )
  end
  parts[#parts + 1] = name .. "=" .. scalar(value, path)
end

--- The query string with its question mark.
---@param fields table<string, any>
---@return string text empty when there is nothing to send
function url.query(fields)
  local parts = {}
  for _, name in ipairs(sorted_names(fields, "query")) do
    append(parts, "query." .. name, encode(name), fields[name], 0)
  end
  return #parts > 0 and "?" .. table.concat(parts, "&") or ""
end

local PAGE_NO = "page_no"

-- The parts of a query that come before the number of the page, those of the number, and those
-- after it.
local function parts_of(fields)
  local before, own, after = {}, {}, {}
  for _, name in ipairs(sorted_names(fields, "query")) do
    local parts = name == PAGE_NO and own or core.before(name, PAGE_NO) and before or after
    append(parts, "query." .. name, encode(name), fields[name], 0)
  end
  return before, own, after
end

--- The query string of a list, also with a place for the number of a page.
---@param fields table<string, any>
---@return string text empty when there is nothing to send
---@return string before for any page: the text up to its number
---@return string after the text that follows the number
function url.paged_query(fields)
  if next(fields) == nil then return "", "?page_no=", "" end
  local before, own, after = parts_of(fields)
  local start = #before > 0 and "?" .. table.concat(before, "&") or ""
  local number = #own > 0 and "&" .. table.concat(own, "&") or ""
  local rest = #after > 0 and "&" .. table.concat(after, "&") or ""
  -- The first part follows the question mark.
  local text = (start .. number .. rest):gsub("^&", "?")
  return text, start .. (start == "" and "?" or "&") .. "page_no=", rest
end

return url
