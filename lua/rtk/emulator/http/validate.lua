-- SPDX-License-Identifier: MIT
-- Validates bodies and queries against field tables, with the error messages of the service: first
-- known members in alphabetical order (400), then unknown members (422, with their full path). A
-- null counts as absent where the field is optional and as mistyped where it is required. Unknown
-- query names are ignored, as the service does.
local clock = require("rtk.emulator.state.clock")
local lists = require("rtk.emulator.util.lists")
local json = require("rtk.emulator.util.json")
local lower = require("rtk.emulator.util.text").lower
local response = require("rtk.emulator.http.response")
local is_uuid = require("rtk.emulator.util.text").is_uuid

local validate = {}

-- Each check returns nil or an error reply; `partial` makes required members optional.
local checks = {}

local function check(field, value, path, partial)
  return checks[field.kind](field, value, path, partial)
end

local function failure_at(path, complaint)
  return response.bad_request('"' .. path .. '" ' .. complaint)
end

local function member_path(path, name)
  return path == "" and name or path .. "." .. name
end

local function is_object(value)
  return type(value) == "table" and not json.is_array(value)
end

function checks.any() end

function checks.string(field, value, path)
  if type(value) ~= "string" then return failure_at(path, "must be a string") end
  if field.one_of and not lists.contains(field.one_of, value) then
    return failure_at(path, "must be one of [" .. table.concat(field.one_of, ", ") .. "]")
  end
  if field.not_empty and value == "" then return failure_at(path, "is not allowed to be empty") end
end

function checks.uri(field, value, path)
  if type(value) ~= "string" then return failure_at(path, "must be a string") end
  local scheme = value:match("^([A-Za-z][0-9A-Za-z+.-]*)://[^ \t-\r/][^ \t-\r]*$")
  if not scheme then return failure_at(path, "must be a valid uri") end
  if field.schemes and not lists.contains(field.schemes, lower(scheme)) then
    local allowed = table.concat(field.schemes, "|")
    return failure_at(
      path,
      "must be a valid uri with a scheme matching the " .. allowed .. " pattern"
    )
  end
end

function checks.uuid(_, value, path)
  if type(value) ~= "string" then return failure_at(path, "must be a string") end
  if not is_uuid(value) then return failure_at(path, "must be a valid GUID") end
end

--- Milliseconds since 1970 that a text stands for.
local function read_time(field, text)
  if field.unix and text:find("^%d+$") then return tonumber(text) * 1000 end
  return clock.parse(text)
end

function checks.time(field, value, path)
  if type(value) ~= "string" or not read_time(field, value) then
    return failure_at(path, "must be in ISO 8601 date format")
  end
end

function checks.number(field, value, path)
  if type(value) ~= "number" or value ~= value or value == math.huge or value == -math.huge then
    return failure_at(path, "must be a number")
  end
  if field.integer and value % 1 ~= 0 then return failure_at(path, "must be an integer") end
  if field.minimum and value < field.minimum then
    return failure_at(path, "must be greater than or equal to " .. field.minimum)
  end
  if field.maximum and value > field.maximum then
    return failure_at(path, "must be less than or equal to " .. field.maximum)
  end
end

function checks.boolean(_, value, path)
  if type(value) ~= "boolean" then return failure_at(path, "must be a boolean") end
end

function checks.array(field, value, path, partial)
  if type(value) ~= "table" or is_object(value) then return failure_at(path, "must be an array") end
  for index, item in ipairs(value) do
    local failure = check(field.item, item, string.format("%s[%d]", path, index - 1), partial)
    if failure then return failure end
  end
end

local function check_member(field, value, path, partial)
  if value == nil then
    return field.required and not partial and failure_at(path, "is required") or nil
  end
  if value == json.null and not field.required then return nil end
  return check(field, value, path, partial)
end

function checks.object(field, value, path, partial)
  if not is_object(value) then
    return failure_at(path == "" and "value" or path, "must be of type object")
  end
  for _, name in ipairs(field.names) do
    local at = member_path(path, name)
    local failure = check_member(field.members[name], value[name], at, partial)
    if failure then return failure end
  end
  for _, name in ipairs(lists.sorted_keys(value)) do
    if not field.members[name] then
      return response.failure(422, '"' .. member_path(path, name) .. '" is not allowed')
    end
  end
end

function checks.map(field, value, path, partial)
  if not is_object(value) then return failure_at(path, "must be of type object") end
  for _, name in ipairs(lists.sorted_keys(value)) do
    local failure = check(field.value, value[name], member_path(path, name), partial)
    if failure then return failure end
  end
end

function checks.any_of(field, value, path, partial)
  for _, alternative in ipairs(field.alternatives) do
    if not check(alternative, value, path, partial) then return nil end
  end
  return failure_at(path, "does not match any of the allowed types")
end

--- Checks a decoded body.
---@param object table the field table
---@param body any
---@param partial? boolean required members may be absent, as in a PATCH
---@return rtk.emulator.Reply? failure
function validate.body(object, body, partial)
  return check(object, body, "", partial)
end

local conversions = {
  number = function(text)
    return text:find("^%-?%d+%.?%d*$") and tonumber(text)
  end,
  boolean = function(text)
    return ({ ["true"] = true, ["false"] = false })[text]
  end,
}

--- Reads an array from a query. The reference does not document the form, so all usual ones are
--- accepted: name=a&name=b, name[]=a&name[]=b and name=a,b.
local function read_items(query, name)
  local items = {}
  for _, form in ipairs({ name, name .. "[]" }) do
    for _, text in ipairs(query[form] or {}) do
      for item in text:gmatch("[^,]+") do
        items[#items + 1] = item
      end
    end
  end
  return items[1] and items
end

local function read_value(field, query, name)
  if field.kind == "array" then return read_items(query, name) end
  local text = query[name] and query[name][1]
  local convert = conversions[field.kind]
  if not text or not convert then return text end
  local value = convert(text)
  if value == nil then return text end
  return value
end

--- Reads the known names of a query into typed values; the first of repeated ones counts, unless
--- they are the items of an array.
---@param object table the field table
---@param query table<string, string[]>
---@return table? values
---@return rtk.emulator.Reply? failure
function validate.query(object, query)
  local values = {}
  for _, name in ipairs(object.names) do
    local field = object.members[name]
    local value = read_value(field, query, name)
    local failure = check_member(field, value, name)
    if failure then return nil, failure end
    values[name] = field.kind == "time" and value and read_time(field, value) or value
  end
  return values
end

return validate
