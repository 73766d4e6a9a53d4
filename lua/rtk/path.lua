-- SPDX-License-Identifier: MIT
-- What may stand in the path of a URL: ids, and paths that users write.
--
-- An id can never change which endpoint is called: every character with a
-- meaning in a path is percent-encoded, and ids that are empty, "." or ".."
-- are refused because servers and proxies fold such segments away.

local misuse = require("rtk.misuse")

local path = {}

local function escape(character)
  return string.format("%%%02X", character:byte())
end

--- Checks one id and encodes it as a path segment.
---@param name string the argument as the user knows it
---@param id any
---@return string segment
function path.segment(name, id)
  if type(id) ~= "string" then
    misuse.raise(name .. " must be a string, got " .. misuse.describe(id))
  end
  if id:find("^[%w%-_]+$") then return id end
  if id == "" then misuse.raise(name .. " must not be empty") end
  if id == "." or id == ".." then misuse.raise(name .. ' must not be "' .. id .. '"') end
  if id:find("%c") then misuse.raise(name .. " must not contain control characters") end
  -- RFC 3986 pchar, as the official SDK leaves them.
  return (id:gsub("[^%w%-._~!$&'()*+,;=:@]", escape))
end

--- Checks a path given to client:request and encodes what may not stand in a
--- URL; percent signs are left as the user wrote them.
---@param text any
---@return string path
function path.check(text)
  misuse.check("path", text, "string")
  if text:find("^%a[%w+.-]*:") or text:sub(1, 2) == "//" then
    misuse.raise("path must stay below the base URL: give a path such as /accounts, not a URL")
  end
  if text:sub(1, 1) ~= "/" then misuse.raise('path must start with "/"') end
  if text:find("%c") then misuse.raise("path must not contain control characters") end
  if text:find("[?#\\]") then
    misuse.raise("path must not contain ?, # or a backslash; pass the query as a table in query")
  end
  for segment in text:gmatch("[^/]+") do
    local plain = segment:gsub("%%2[eE]", ".")
    if plain == "." or plain == ".." then
      misuse.raise('path must not contain "." or ".." segments')
    end
  end
  return (text:gsub("[^%w%-._~!$&'()*+,;=:@/%%]", escape))
end

return path
