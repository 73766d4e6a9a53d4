-- SPDX-License-Identifier: MIT
-- What the official SDK (npm package cloudflare) takes and gives, per operation, read from its
-- sources: { ["GET /meetings"] = { query = entries, body = entries, reply = entries, name = } },
-- with entries as in schema_fields.lua. Ids in templates are {}.

local shell = require("spec.support.servers.shell")
local typescript = require("spec.support.data.typescript")

local sdk_operations = {}

local primitives = { string = true, number = true, boolean = true, unknown = true, null = true }

local add

local function entry_at(entries, path)
  entries[path] = entries[path] or { types = {}, values = {} }
  return entries[path]
end

local function add_fields(entries, path, interface, skipped)
  for name, field in pairs(interface.fields) do
    if not (skipped and skipped[name]) then
      local field_path = path == "" and name or path .. "." .. name
      add(entries, field_path, field.type)
      local entry = entries[field_path]
      entry.required = entry.required ~= false and not field.is_optional
    end
  end
  if interface.item then add(entries, path .. "{}", interface.item) end
end

local function add_named(entries, path, of_type)
  local entry = entry_at(entries, path)
  if primitives[of_type.text] then
    entry.types[of_type.text] = true
    return
  end
  local interface = typescript.find(of_type.scope, of_type.text)
  if not interface then error("no declaration of " .. of_type.text) end
  entry.types[interface.item and "map" or "object"] = true
  add_fields(entries, path, interface)
end

function add(entries, path, of_type)
  if of_type.kind == "union" then
    for _, alternative in ipairs(of_type.types) do
      add(entries, path, alternative)
    end
  elseif of_type.kind == "name" then
    add_named(entries, path, of_type)
  elseif of_type.kind == "literal" then
    local entry = entry_at(entries, path)
    entry.types.string, entry.values[of_type.text] = true, true
  else
    entry_at(entries, path).types[of_type.kind] = true
    add(entries, path .. (of_type.kind == "array" and "[]" or "{}"), of_type.item)
  end
end

-- The names that a template takes from the parameters; the others are query or body.
local function names_in(template)
  local names = { account_id = true, app_id = true }
  for name in template:gmatch("%${([a-z_]+)}") do
    names[name] = true
  end
  return names
end

local function key_of(verb, template)
  local path = template:gsub("^/accounts/%${account_id}/realtime/kit", "")
  path = path:gsub("^/%${app_?[iI][dD]}", ""):gsub("%${[^}]*}", "{}")
  return verb:upper() .. " " .. path
end

local function read_operation(operations, scope, class, method, verb, template)
  local declared = class.methods[method]
  local params = declared.params and typescript.find(scope, declared.params)
  local part = (verb == "get" or verb == "delete") and "query" or "body"
  local operation = { query = {}, body = {}, reply = {}, name = method }
  if params then add_fields(operation[part], "", params, names_in(template)) end
  if declared.reply then
    add_fields(operation.reply, "", assert(typescript.find(scope, declared.reply)))
  end
  operations[key_of(verb, template)] = operation
end

--- All operations of the package below a folder.
---@param folder string such as build/npm/node_modules/cloudflare
---@return table<string, table> operations
function sdk_operations.read(folder)
  local operations = {}
  local files = shell.lines(("ls %s/resources/realtime-kit/*.d.ts"):format(folder))
  for _, file in ipairs(files) do
    local scope = typescript.read(shell.read(file))
    local source = shell.read((file:gsub("%.d%.ts$", ".js")))
    for name, class in pairs(scope) do
      if name:find("^class Base") then
        for method in pairs(class.methods) do
          local body = source:match("\n        " .. method .. "%([^)]*%) {\n(.-)\n        }")
          local verb, template = body:match("_client%.(%a+)%(.-`([^`]*)`")
          read_operation(operations, scope, class, method, verb, template)
        end
      end
    end
  end
  return operations
end

return sdk_operations
