-- SPDX-License-Identifier: MIT
-- Reads spec/fixtures/reference_fields.lua: per operation and part, entries of the
-- same form as schema_fields.lua makes. Where the sources disagree an entry is as
-- lenient as the more lenient one: optional wins, types and enum values are united.
-- But what a newer source requires is required.

local listing = require("spec.fixtures.reference_fields")
local wire_operations = require("spec.support.data.wire_operations")

local reference = {}

local function parse(line)
  local part, path, kind, values = line:match("^(%S+) (%S+) (%S+) ?(.*)$")
  local source = part:match("^(%a+)%-") or "reference"
  local is_optional = path:sub(-1) == "?"
  path = path:gsub("[?|]$", "")
  return part:match("%a+$"), source, path, kind, values, is_optional
end

local function record(entries, source, path, kind, values, is_optional)
  local entry = entries[path]
  if not entry then
    entry = { types = {}, values = {}, sources = {}, required = true }
    entries[path] = entry
  end
  if kind ~= "union" then entry.types[kind] = true end
  if is_optional then entry.required = false end
  if source == "newer" and kind ~= "null" and not is_optional then entry.required = true end
  entry.sources[source] = true
  for value in values:gmatch("[^|]+") do
    entry.values[value] = true
  end
end

local function read(operations, key, text)
  operations[key] = { query = {}, body = {}, reply = {} }
  for line in text:gmatch("[^\n]+") do
    local part, source, path, kind, values, is_optional = parse(line)
    record(operations[key][part], source, path, kind, values, is_optional)
  end
end

local function of_listing()
  local operations = {}
  for key, text in pairs(listing) do
    read(operations, key, text)
  end
  return operations
end

--- Every operation of the listing and of rows of spec/fixtures/operations.lua with fields:
--- { [key] = { query = entries, body =, reply = } }.
function reference.operations()
  local operations = of_listing()
  for _, row in ipairs(wire_operations.rows()) do
    if row.fields then read(operations, row.key, row.fields) end
  end
  return operations
end

--- How many named fields of that part the listing has from the API reference.
function reference.count(part)
  local count = 0
  for _, operation in pairs(of_listing()) do
    for path, entry in pairs(operation[part]) do
      local is_named = not path:find("[%]}]$")
      if is_named and entry.sources.reference then count = count + 1 end
    end
  end
  return count
end

return reference
