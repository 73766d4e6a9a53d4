-- SPDX-License-Identifier: MIT
-- What may stand in the path of a URL: ids, and paths that users write.
--
-- An id can never change which endpoint is called: every character with a
-- meaning in a path is percent-encoded, and ids that are empty, "." or ".."
-- are refused because servers and proxies fold such segments away. Paths that
-- users write are held to the same, also where they are percent-encoded.

local misuse = require("rtk.misuse")

local path = {}

-- Not %c, which depends on the locale, as %w does.
local CONTROL = "[%z\1-\31\127]"

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
function path.segment(name, id)
  if type(id) ~= "string" then
    misuse.raise(name .. " must be a string, got " .. misuse.describe(id))
  end
  if id:find("^[0-9A-Za-z_-]+$") then return id end
  if id == "" then misuse.raise(name .. " must not be empty") end
  if id == "." or id == ".." then misuse.raise(name .. ' must not be "' .. id .. '"') end
  if id:find(CONTROL) then misuse.raise(name .. " must not contain control characters") end
  -- RFC 3986 pchar, as the official SDK leaves them.
  return (id:gsub("[^0-9A-Za-z%-._~!$&'()*+,;=:@]", escape))
end

--- What makes a path lead elsewhere than it seems to, or nil.
---@param text string
---@return string? defect to go on with after the name of what is wrong
function path.defect(text)
  if text:find("[?#]") then return "must not contain ? or #" end
  if text:gsub("%%%x%x", ""):find("%", 1, true) then
    return "must not contain a % without two hex digits (%25 stands for %)"
  end
  local plain = text:gsub("%%(%x%x)", unescape)
  if plain:find(CONTROL) then return "must not contain control characters, encoded or not" end
  if plain:find("\\", 1, true) then return "must not contain a backslash, encoded or not" end
  for segment in plain:gmatch("[^/]+") do
    if segment == "." or segment == ".." then
      return 'must not contain "." or ".." segments, encoded or not'
    end
  end
  return nil
end

--- Checks a path given to client:request and encodes what may not stand in a
--- URL; percent signs are left as the user wrote them.
---@param text any
---@return string path
function path.check(text)
  misuse.check("path", text, "string")
  if text:find("^[A-Za-z][0-9A-Za-z+.-]*:") or text:sub(1, 2) == "//" then
    misuse.raise("path must stay below the base URL: give a path such as /accounts, not a URL")
  end
  if text:sub(1, 1) ~= "/" then misuse.raise('path must start with "/"') end
  local defect = path.defect(text)
  if defect then
    local hint = text:find("?", 1, true) and "; pass the query as a table in query" or ""
    misuse.raise("path " .. defect .. hint)
  end
  return (text:gsub("[^0-9A-Za-z%-._~!$&'()*+,;=:@/%%]", escape))
end

return path
