-- SPDX-License-Identifier: MIT
-- Makes lua/rtk/schema/index.lua from the schema: which resource has an operation, and which fields
-- are secret. `make types` runs it; spec/unit/schema compares.
--
--   lua5.4 spec/support/programs/generate_index.lua lua/rtk/schema/index.lua

local schema = require("rtk.schema")
local sorted_keys = require("rtk.emulator.util.lists").sorted_keys

local head = [[
-- SPDX-License-Identifier: MIT
-- Which resource has each operation, and the names of the fields that are secret. Made from the
-- other files of this folder by `make types`, so that these are loaded only when they are used.

return {
  operations = {
]]

local function is_secret(field)
  for _, alternative in ipairs(field.alternatives or {}) do
    if alternative.secret then return true end
  end
  return field.secret
end

-- The resources by their operations, and the operations.
local function read_resources()
  local resource_of, operations = {}, {}
  for _, resource in ipairs(schema.resources) do
    for key, operation in pairs(require("rtk.schema." .. resource).operations) do
      resource_of[key], operations[key] = resource, operation
    end
  end
  return resource_of, operations
end

local function secret_names(operations)
  local names, seen = {}, {}
  local function collect(object)
    for name, field in pairs(object.fields) do
      if is_secret(field) then names[name] = true end
    end
  end
  for _, operation in pairs(operations) do
    if operation.body then schema.each_object(operation.body, collect, seen) end
    if operation.reply then schema.each_object(operation.reply, collect, seen) end
  end
  return names
end

--- The text of lua/rtk/schema/index.lua.
---@return string
local function generate()
  local lines = { head }
  local resource_of, operations = read_resources()
  for _, key in ipairs(sorted_keys(resource_of)) do
    lines[#lines + 1] = ('    ["%s"] = "%s",\n'):format(key, resource_of[key])
  end
  lines[#lines + 1] = "  },\n  secret_names = {\n"
  for _, name in ipairs(sorted_keys(secret_names(operations))) do
    lines[#lines + 1] = ('    "%s",\n'):format(name)
  end
  lines[#lines + 1] = "  },\n}\n"
  return table.concat(lines)
end

if arg and arg[0] and arg[0]:find("generate_index%.lua$") then
  local text = generate()
  local file = assert(io.open(arg[1], "w"))
  assert(file:write(text))
  assert(file:close())
end

return { generate = generate }
