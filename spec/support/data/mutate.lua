-- SPDX-License-Identifier: MIT
-- Makes random small changes to texts, for specs that try many almost valid ones.

--- A text with a random change.
---@param random table see spec.support.data.random
---@param text string not empty
---@return string
local function mutate(random, text)
  local at = random:below(#text) + 1
  local kind = random:below(5)
  if kind == 0 then return text:sub(1, at - 1) .. text:sub(at + 1) end
  if kind == 1 then return text:sub(1, at) .. text:sub(at) end
  if kind == 2 then
    return text:sub(1, at - 1) .. string.char(random:below(256)) .. text:sub(at + 1)
  end
  if kind == 3 then
    local pieces =
      { '"', "\\", ",", "[", "]", "{", "}", ":", "0", "-", ".", "e", "null", " ", "\\u" }
    return text:sub(1, at) .. random:pick(pieces) .. text:sub(at + 1)
  end
  return text:sub(1, at)
end

return mutate
