-- SPDX-License-Identifier: MIT
-- Takes the secrets that a call sent out of server text, which may quote what it refuses.

local base64 = require("rtk.http.credentials")
local core = require("rtk.core")
local schema = require("rtk.schema")

local secrets = {}

-- The names of fields that hold secrets, once they are needed.
local names

-- What names of headers that hold secrets have in them.
local in_header_names = { "auth", "cookie", "key", "secret", "token" }

-- What is shorter is found in ordinary words.
local SHORTEST = 4 -- bytes

-- More than a message shows.
local LONGEST_SCANNED = 8192 -- bytes of a text

local function add(found, secret)
  if #secret >= SHORTEST then found[#found + 1] = secret end
end

local function collect_fields(found, value)
  for name, item in pairs(value) do
    if type(item) == "table" then
      collect_fields(found, item)
    elseif type(item) == "string" and names[name] then
      add(found, item)
    end
  end
end

local function add_basic_key(found, credentials)
  local key = base64.decode(credentials):match("^[^:]*:(.*)$")
  if key then add(found, key) end
end

local function collect_header(found, line)
  local name, value = line:match("^([^:]*):(.*[^ \t])")
  local last_word = value and value:match("^.*[ \t](.*)$") or value
  for _, part in ipairs(name and in_header_names or {}) do
    if core.lower(name):find(part, 1, true) then
      if value:find("Basic ", 1, true) then add_basic_key(found, last_word) end
      return add(found, last_word)
    end
  end
end

-- The longest first, since one may be a part of another.
local function sent_with(call)
  local found = {}
  names = names or schema.secret_names()
  local body = call.body and core.decode(call.body)
  if type(body) == "table" then collect_fields(found, body) end
  for _, line in ipairs(call.headers or {}) do
    collect_header(found, line)
  end
  table.sort(found, function(a, b)
    return #a > #b
  end)
  return found
end

-- A secret that a cut went through is taken off with all that follows its first bytes,
-- which is another cut.
local function cut(text, found)
  local kept = text:sub(1, LONGEST_SCANNED)
  repeat
    local length = #kept
    for _, secret in ipairs(found) do
      local first = math.max(1, #kept - #secret + 2)
      local start = kept:find(secret:sub(1, SHORTEST), first, true)
      if start then kept = kept:sub(1, start - 1) end
    end
  until #kept == length
  return kept
end

--- Makes the function that takes what a call sent and is secret out of a text. Of a long
--- text it returns the beginning.
---@param call table body and headers as they were sent
---@return fun(text: string): string
function secrets.redactor(call)
  local found = sent_with(call)
  return function(text)
    if #text > LONGEST_SCANNED then text = cut(text, found) end
    for _, secret in ipairs(found) do
      if text:find(secret, 1, true) then
        text = text:gsub(secret:gsub("[^A-Za-z0-9]", "%%%0"), "[redacted]")
      end
    end
    return text
  end
end

return secrets
