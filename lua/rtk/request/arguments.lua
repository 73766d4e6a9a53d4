-- SPDX-License-Identifier: MIT
-- Checks the query and the body of a call against the schema of its operation, and completes them.
--
-- Query names must be known, because the API silently ignores others; body fields need not be,
-- because the API rejects unknown ones.

local array = require("rtk.array")
local misuse = require("rtk.misuse")
local option = require("rtk.config.options")
local input_table = require("rtk.input_table")
local schema = require("rtk.schema")
local suggest = require("rtk.suggest")
local time = require("rtk.time")

local arguments = {}

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
function arguments.check_query(self, query)
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
function arguments.check_body(self, body)
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
function arguments.complete_body(self, body)
  body = body or {}
  if self.fields.defaults then body = with_defaults(body, self.fields.defaults) end
  return schema.mark_arrays(self.fields, body, empty_array)
end

return arguments
