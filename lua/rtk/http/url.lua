-- SPDX-License-Identifier: MIT
-- Builds the query string of a URL from a Lua table.
--
-- The rules are those of the official SDK: arrays repeat the name, nested
-- tables join names with dots, rtk.null and "" send "name=", and everything
-- but RFC 3986's unreserved characters is percent-encoded. Names are sorted so
-- that the same table always gives the same URL.

local core = require("rtk.core")
local array = require("rtk.array")
local misuse = require("rtk.misuse")

local query = {}

local function escape(character)
  return string.format("%%%02X", character:byte())
end

local function encode(text)
  return (text:gsub("[^0-9A-Za-z%-._~]", escape))
end

local function sorted_names(fields, path)
  local names = {}
  for name in pairs(fields) do
    if type(name) ~= "string" then
      misuse.raise(path .. " has a key that is not a name but " .. misuse.describe(name))
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

-- The length of an array; what its length operator leaves out would be lost in silence.
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

local function append_table(pairs_, path, name, value, depth)
  if depth > 16 then misuse.raise(path .. " is nested too deeply for a query (a cycle?)") end
  if array.is(value) then
    for index = 1, length_of(value, path) do
      append(pairs_, path .. "[" .. index .. "]", name, value[index], depth)
    end
    return
  end
  for _, key in ipairs(sorted_names(value, path)) do
    append(pairs_, path .. "." .. key, name .. "." .. encode(key), value[key], depth)
  end
end

function append(pairs_, path, name, value, depth)
  if value == core.null then
    pairs_[#pairs_ + 1] = name .. "="
    return
  end
  if type(value) == "table" then return append_table(pairs_, path, name, value, depth + 1) end
  local scalar = scalars[type(value)]
  if not scalar then
    misuse.raise(
      path .. " must be a string, number, boolean or table, got " .. misuse.describe(value)
    )
  end
  pairs_[#pairs_ + 1] = name .. "=" .. scalar(value, path)
end

--- The query string for `fields`, without the question mark.
---@param fields table<string, any>
---@return string text empty when nothing is to be sent
function query.build(fields)
  local pairs_ = {}
  for _, name in ipairs(sorted_names(fields, "query")) do
    append(pairs_, "query." .. name, encode(name), fields[name], 0)
  end
  return table.concat(pairs_, "&")
end

return query
