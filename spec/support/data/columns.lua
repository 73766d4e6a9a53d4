-- SPDX-License-Identifier: MIT
-- Prints lines of texts in columns.

local columns = {}

local function widths_of(lines)
  local widths = {}
  for _, line in ipairs(lines) do
    for index, text in ipairs(line) do
      widths[index] = math.max(widths[index] or 0, #text)
    end
  end
  return widths
end

--- Prints lines in columns that are as wide as their widest text.
---@param lines string[][]
function columns.print(lines)
  local widths = widths_of(lines)
  for _, line in ipairs(lines) do
    local padded = {}
    for index, text in ipairs(line) do
      padded[index] = text .. (" "):rep(widths[index] - #text)
    end
    print((table.concat(padded, "  "):gsub("%s+$", "")))
  end
end

return columns
