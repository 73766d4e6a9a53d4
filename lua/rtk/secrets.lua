-- SPDX-License-Identifier: MIT
-- Takes out of a server's words the secrets that it was sent: who refuses a value may quote it.

local core = require("rtk.core")
local schema = require("rtk.schema")

local secrets = {}

-- The names of fields that hold secrets, once they are needed.
local names

-- What names of headers that hold secrets have in them.
local in_header_names = { "auth", "cookie", "key", "secret", "token" }

-- What is shorter is found in ordinary words.
local SHORTEST = 4 -- bytes

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

local function collect_header(found, line)
  local name, last_word = line:match("^([^:]*):.-(%S+)%s*$")
  for _, part in ipairs(name and in_header_names or {}) do
    if name:lower():find(part, 1, true) then return add(found, last_word) end
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

--- The text without what a call sent that is secret.
---@param text string
---@param call table body and headers as they were sent
---@return string
function secrets.hide(text, call)
  for _, secret in ipairs(sent_with(call)) do
    if text:find(secret, 1, true) then text = text:gsub(secret:gsub("%p", "%%%0"), "[redacted]") end
  end
  return text
end

return secrets
