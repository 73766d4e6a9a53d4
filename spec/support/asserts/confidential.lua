-- SPDX-License-Identifier: MIT
-- Collects secrets from decoded replies, and finds them where they must not appear.

local schema = require("rtk.schema")

local confidential = {}

-- Fields of the API whose values are secret.
local names = schema.secret_names()

-- Calls visit(name, string) for every string in a value, with the field it is under. With
-- with_metatables it visits metatables too, as a debugger does.
local function walk(value, visit, with_metatables, name, seen)
  if type(value) == "string" then return visit(name, value) end
  if type(value) ~= "table" or seen[value] then return end
  seen[value] = true
  for key, item in next, value do
    walk(key, visit, with_metatables, nil, seen)
    walk(item, visit, with_metatables, type(key) == "string" and key or name, seen)
  end
  if with_metatables then walk(getmetatable(value), visit, true, nil, seen) end
end

--- Adds the secrets in a value to a set.
---@param secrets table<string, string> the field's name by secret
---@param value any
function confidential.collect(secrets, value)
  walk(value, function(name, text)
    if names[name] and #text >= 8 then secrets[text] = name end
  end, false, nil, {})
end

--- All strings that a value leads to through fields and metatables, but not through upvalues.
---@param value any
---@return string text
function confidential.dump(value)
  local texts = {}
  walk(value, function(_, text)
    texts[#texts + 1] = text
  end, true, nil, {})
  return table.concat(texts, "\n")
end

--- Raises if a text contains a secret.
---@param secrets table<string, string>
---@param text string
---@param place string where the text is from
function confidential.check(secrets, text, place)
  for secret, name in pairs(secrets) do
    local at = text:find(secret, 1, true)
    if at then
      local around = text:sub(math.max(1, at - 80), at + 40)
      error(("%s shows a %s: ...%s..."):format(place, name, around), 2)
    end
  end
end

return confidential
