-- SPDX-License-Identifier: MIT
-- One operation of the API, read from its name: "PATCH /meetings/{meeting_id}".
--
-- Names are literals in the resource files, so operations are cached by name. The schema describes
-- what an operation takes and returns.

local schema = require("rtk.schema")

---@class rtk.Operation
---@field name? string "VERB /template" as in the API reference
---@field method string
---@field is_of_account boolean it is not below an app
---@field is_repeatable boolean sending it twice does no more than sending it once
---@field has_priority? boolean skips rate-limit pacing: a person is waiting
---@field needs_content boolean an empty response is a failure
---@field needs string[] fields without which a response is useless
---@field fields table query, body and wrapper, as in the schema
---@field takes_payload boolean it has a query or a body
---@field takes_page_no boolean its query can ask for a page
---@field completes_body boolean a body may lack what arguments.complete_body adds
---@field path? string below account and app, if it names no ids
---@field pieces string[] the template's text before, between and after the ids
---@field arguments string[] the names of the ids
---@field taken? table<integer, table<string, string>> by an id's position: values that would make
---the path that of another operation, with its name
---@field names_object boolean the last id is that of the object in the response

local operation = {}

-- Whether an empty response is a failure: the requested object is missing, or the created one is
-- unknown.
local function needs_content(fields, method, is_repeatable)
  return not fields.may_be_empty and (method == "GET" or not is_repeatable)
end

-- The fields without which a response is useless: the id of the requested or created object, and
-- the token that a POST mints. Responses to updates may be partial.
local function needed_fields(fields, method, must_hold)
  local reply, names = fields.reply, {}
  if not reply or reply.kind ~= "object" then return names end
  if must_hold and (reply.required.id or fields.holds) then names[1] = "id" end
  if method == "POST" and reply.fields.token then names[#names + 1] = "token" end
  return names
end

-- LuaJIT's gmatch crashes when memory is refused, and this runs during calls.
local function segments_of(template)
  local segments, start = {}, 2
  while start do
    local stop = template:find("/", start, true)
    segments[#segments + 1] = template:sub(start, stop and stop - 1)
    start = stop and stop + 1
  end
  return segments
end

local function is_argument(segment)
  return segment:sub(1, 1) == "{"
end

-- The position of the id, and its value, with which a path is one of another operation: a server
-- prefers literal segments. Nil when there is none, or more than one id would have to match.
local function overlap(own, other)
  if #own ~= #other then return nil end
  local position, at, value = 0, nil, nil
  for index, segment in ipairs(own) do
    local theirs = other[index]
    if is_argument(segment) then
      position = position + 1
      if not is_argument(theirs) then
        if at then return nil end
        at, value = position, theirs
      end
    elseif segment ~= theirs and not (at and is_argument(theirs)) then
      return nil
    end
  end
  return at, value
end

local function shape_of(method, template)
  local _, count = template:gsub("/", "/")
  return method .. count
end

-- Templates by verb and number of segments: only those of one kind can overlap.
local by_shape

local function templates_of(shape)
  if not by_shape then
    local all = {}
    for _, key in ipairs(schema.keys()) do
      local method, template = key:match("^([A-Z]+) (.*)$")
      local other = shape_of(method, template)
      all[other] = all[other] or {}
      table.insert(all[other], template)
    end
    by_shape = all
  end
  return by_shape[shape] or {}
end

local function taken_ids(method, template)
  local own, taken = segments_of(template), nil
  for _, other in ipairs(templates_of(shape_of(method, template))) do
    local position, value = overlap(own, segments_of(other))
    if position then
      taken = taken or {}
      taken[position] = taken[position] or {}
      taken[position][value] = method .. " " .. other
    end
  end
  return taken
end

-- Whether the template ends in the place of one object: "/presets/{preset_id}".
local function names_object(template)
  local plural, singular = template:match("/([a-z]+)/{([a-z]+)_id}$")
  return plural ~= nil and plural == singular .. "s"
end

-- The template's text around the ids, and their names.
local function split(template)
  local pieces, arguments = {}, {}
  for text, argument in (template .. "{}"):gmatch("([^{]*){([0-9a-z_]*)}") do
    pieces[#pieces + 1] = text
    if argument ~= "" then arguments[#arguments + 1] = argument end
  end
  return pieces, arguments
end

local function read(name)
  local method, template = name:match("^([A-Z]+) (/.*)$")
  local pieces, arguments = split(template)
  local fields = schema.operation(method, template) or {}
  local body = fields.body
  local is_repeatable = method ~= "POST" or fields.repeatable == true
  local must_hold = needs_content(fields, method, is_repeatable)
  return {
    name = name,
    method = method,
    is_of_account = fields.of_account == true,
    is_repeatable = is_repeatable,
    has_priority = fields.priority,
    needs_content = must_hold,
    needs = needed_fields(fields, method, must_hold),
    fields = fields,
    takes_payload = fields.query ~= nil or body ~= nil,
    takes_page_no = fields.query ~= nil and fields.query.fields.page_no ~= nil,
    completes_body = body ~= nil and (fields.defaults ~= nil or body.holds_array == true),
    path = not arguments[1] and template or nil,
    pieces = pieces,
    arguments = arguments,
    taken = arguments[1] and taken_ids(method, template),
    names_object = names_object(template),
  }
end

--- The operations by name, "VERB /template"; each is read when it is first used.
---@type table<string, rtk.Operation>
operation.named = setmetatable({}, {
  __index = function(known, name)
    known[name] = read(name)
    return known[name]
  end,
})

local function unknown(method, is_of_account)
  return {
    method = method,
    is_of_account = is_of_account or false,
    is_repeatable = method ~= "POST",
    needs_content = false,
    needs = {},
    fields = {},
    takes_payload = false,
    takes_page_no = false,
    completes_body = false,
    pieces = {},
    arguments = {},
    names_object = false,
  }
end

-- By method: those below an account, and the others.
local of_account, others = {}, {}

--- An operation that is not in the schema; only its method is known. Calls share it.
---@param method string one that requests can have
---@param is_of_account? boolean
---@return rtk.Operation
function operation.unknown(method, is_of_account)
  local known = is_of_account and of_account or others
  known[method] = known[method] or unknown(method, is_of_account)
  return known[method]
end

return operation
