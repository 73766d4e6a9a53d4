-- SPDX-License-Identifier: MIT
-- How well a colour stands out from another, as the Web Content Accessibility Guidelines count.

local contrast = {}

local function luminance(colour)
  local light = 0
  for index, weight in ipairs({ 0.2126, 0.7152, 0.0722 }) do
    local part = tonumber(colour:sub(2 * index, 2 * index + 1), 16) / 255
    part = part <= 0.03928 and part / 12.92 or ((part + 0.055) / 1.055) ^ 2.4
    light = light + weight * part
  end
  return light
end

--- The ratio of two colours, from 1 to 21; text needs 4.5.
---@param colour string such as "#1c2430"
---@param ground string
---@return number
function contrast.ratio(colour, ground)
  local a, b = luminance(colour), luminance(ground)
  return (math.max(a, b) + 0.05) / (math.min(a, b) + 0.05)
end

return contrast
