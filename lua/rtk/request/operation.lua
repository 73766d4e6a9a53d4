-- SPDX-License-Identifier: MIT
-- One operation of the API, read from its name: "PATCH /meetings/{meeting_id}".
--
-- Names are literals in the resource files, so operations are cached by name. The schema describes
-- what an operation takes and returns; this module checks calls and replies against it. Query names
-- must be known, because the API silently ignores others; body fields need not be, because the API
-- rejects unknown ones.

local array = require("rtk.array")
local misuse = require("rtk.misuse")
local option = require("rtk.config.options")
local input_table = require("rtk.input_table")
local schema = require("rtk.schema")
local suggest = require("rtk.suggest")
local time = require("rtk.time")

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
---@field completes_body boolean a body may lack what operation.complete_body adds
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

--- An operation that is not in the schema; only its method is known.
---@param method string
---@return rtk.Operation
function operation.unknown(method)
  return {
    method = method,
    is_of_account = false,
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

local function unknown_query_name(self, name)
  local names = schema.query_names(self.fields)
  local instead = schema.instead_of(self.fields, name)
  local clause = suggest.clause(name, names)
  if instead then
    clause = ('; it is called "%s" here'):format(instead)
  elseif option.is_call_option(name) then
    clause = "; it is an option: options come after the query"
  elseif #names == 0 then
    clause = "; it takes no query"
  end
  misuse.raise(
    ("unknown query name %q for %s%s (extra_query lets others through)"):format(
      name,
      self.name,
      clause
    )
  )
end

-- A table would go out under other names, which the API ignores; an empty one not at all.
local function check_query_value(self, name, value)
  if type(value) ~= "table" or schema.takes_query_table(self.fields, name) then return end
  local way_out = "extra_query lets tables through"
  if value.year and value.month then way_out = "a date is text, or a number: os.time()" end
  misuse.raise(("query.%s must be a single value, got a table (%s)"):format(name, way_out))
end

local date_formats = { moment = time.format, day = time.format_day }

-- A number stands for a date: the text that the API takes. Nil for any other value.
local function date_text(self, name, value)
  if type(value) ~= "number" then return nil end
  local format = date_formats[self.fields.query.fields[name].date]
  if not format then return nil end
  if time.is_date(value) then return format(value) end
  local problem = "query.%s must be seconds since 1970, up to the year 9999%s"
  misuse.raise(problem:format(name, value > 0 and " (not milliseconds)" or ""))
end

local function with_field(query, name, value)
  local copy = {}
  for key, field in pairs(query) do
    copy[key] = field
  end
  copy[name] = value
  return setmetatable(copy, getmetatable(query))
end

--- Checks the names in a query, and that no single value is a table. Numbers in the place of dates
--- become text.
---@param self rtk.Operation
---@param query any
---@return table? query the same, or a copy if a date had to be written
function operation.check_query(self, query)
  if type(query) ~= "table" then return query end
  local checked, known = query, self.fields.query and self.fields.query.fields or {}
  for name, value in pairs(query) do
    if type(name) == "string" then
      if not known[name] then unknown_query_name(self, name) end
      check_query_value(self, name, value)
      local text = date_text(self, name, value)
      if text then checked = with_field(checked, name, text) end
    end
  end
  return checked
end

--- Checks that the operation takes a body, if one is given.
---@param self rtk.Operation
---@param body any
---@return any body nil when it is empty and the operation takes none
function operation.check_body(self, body)
  if body == nil or self.fields.body then return body end
  if type(body) == "table" and next(body) == nil then return nil end
  misuse.raise(self.name .. " takes no body (extra_body lets one through)")
end

-- A table that only looks empty stays as it is.
local function empty_array(empty)
  return input_table.is(empty) and array.new() or empty
end

-- The body with what the API requires and the caller may leave out; a copy where it lacks some.
local function with_defaults(body, defaults)
  local completed = {}
  for name, value in pairs(defaults) do
    if body[name] == nil then completed[name] = value end
  end
  if next(completed) == nil then return body end
  for name, value in pairs(body) do
    completed[name] = value
  end
  return completed
end

--- Completes the body of an operation that takes one: {} when there is none, the operation's
--- defaults, and empty tables become arrays where the operation has arrays.
---@param self rtk.Operation
---@param body? table
---@return table body a copy where it had to be changed
function operation.complete_body(self, body)
  body = body or {}
  if self.fields.defaults then body = with_defaults(body, self.fields.defaults) end
  return schema.mark_arrays(self.fields, body, empty_array)
end

--- The data of a successful reply.
---@param body table the decoded reply
---@return any data
function operation.data(body)
  if body.data ~= nil then return body.data end
  return body.result
end

--- The object in a successful reply; some replies wrap it under its own name.
---@param self rtk.Operation
---@param body table the decoded reply
---@return table? object
function operation.object(self, body)
  local data, wrapper = body.data, self.fields.wrapper
  if data == nil then data = body.result end
  if type(data) ~= "table" then return nil end
  if wrapper and type(data[wrapper]) == "table" and data.id == nil then return data[wrapper] end
  return data
end

-- The object that a reply holds under a name; some replies have a list of it, under the plural.
local function held_in(self, data)
  local name = self.fields.holds
  if not name then return nil end
  local all = data[name .. "s"]
  if data[name] == nil and type(all) == "table" then return all[1] end
  return data[name]
end

-- The only item of a list, which stands in its place.
local function is_lone_item(value)
  return type(value) == "table" and not array.is(value) and next(value) ~= nil
end

--- The data of a successful reply, in the form that the schema gives it: the object that it holds
--- under its name, lists as arrays, the paging inside.
---@param self rtk.Operation
---@param body table the decoded reply
---@return any data
function operation.complete_data(self, body)
  local data, reply = operation.data(body), self.fields.reply
  if type(data) ~= "table" or not reply or not reply.fields then return data end
  if self.fields.holds then data[self.fields.holds] = held_in(self, data) end
  for name, field in pairs(reply.fields) do
    if field.kind == "array" and is_lone_item(data[name]) then
      data[name] = array.new({ data[name] })
    end
  end
  -- The reference has the paging inside data, real replies have it beside.
  if reply.fields.paging and data.paging == nil then data.paging = body.paging end
  return data
end

local function is_usable(value)
  if value == nil or value == "" then return false end
  local kind = type(value)
  return kind == "string" or kind == "number"
end

local function is_held(held, name)
  return type(held) == "table" and is_usable(held[name])
end

--- Looks for the needed fields in the object of a successful reply.
---@param self rtk.Operation
---@param body table the decoded reply
---@return string? missing name of the first field that it lacks, or "object"
---@return table? object
function operation.missing(self, body)
  local object = operation.object(self, body)
  if not self.needs[1] then return nil, object end
  if not object then return "object" end
  for index = 1, #self.needs do
    local name = self.needs[index]
    if not is_usable(object[name]) and not is_held(held_in(self, object), name) then return name end
  end
  return nil, object
end

return operation
