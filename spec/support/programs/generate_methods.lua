-- SPDX-License-Identifier: MIT
-- Writes the table of methods in lua/rtk/resources/README.md, from the sources of the resources and
-- from the recorded requests of the official SDK. `make types` runs it.
--
--   lua5.4 spec/support/programs/generate_methods.lua

local cjson = require("cjson")
local schema = require("rtk.schema")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local methods = { file = "lua/rtk/resources/README.md" }

local HEAD = "| method of `client` | in the official SDK | request |\n| --- | --- | --- |\n"

-- The methods of a resource with their operations, which a method names in its code or, where it
-- calls another one, in its comment.
local function methods_of(resource)
  local text = shell.read("lua/rtk/resources/" .. resource .. ".lua")
  local class = assert(text:match('local (%u%w*) = resource%.class%("' .. resource .. '"'))
  local found, comment, method = {}, "", nil
  for line in text:gmatch("([^\n]*)\n") do
    local name = line:match("^function " .. class .. ":(%l[%w_]*)%(")
    if name then
      method = { name = name, operation = comment:match("%u+ /%S*") }
      found[#found + 1] = method
    end
    if method then method.operation = line:match('"(%u+ /[^"]*)"') or method.operation end
    comment = line:find("^%-%-%-") and comment .. line .. "\n" or ""
    if line == "end" then method = nil end
  end
  return found
end

-- The official SDK's names by operation.
local function official_names()
  local names, seen = {}, {}
  for _, recording in ipairs(cjson.decode(shell.read("spec/fixtures/official-sdk.json"))) do
    local operation = recording.op
      :gsub("/accounts/{account_id}/realtime/kit", "")
      :gsub("/{app_id}", "")
      :gsub("livestream%-session%-id", "livestream_session_id")
    local name = recording.sdk:match("^realtimeKit%.(.*)$")
    if name and not seen[operation .. name] then
      seen[operation .. name] = true
      names[operation] = (names[operation] and names[operation] .. " " or "") .. "`" .. name .. "`"
    end
  end
  return names
end

-- Methods of one operation share a row.
local function add_rows(rows, by_operation, resource)
  for _, method in ipairs(methods_of(resource)) do
    local row = by_operation[method.operation]
    if not row then
      row = { operation = method.operation, methods = {} }
      by_operation[method.operation], rows[#rows + 1] = row, row
    end
    row.methods[#row.methods + 1] = ("`%s:%s`"):format(resource, method.name)
  end
end

--- The guide with the table of this tree.
---@param text string
---@return string
function methods.update(text)
  local rows, by_operation, official, lines = {}, {}, official_names(), {}
  for _, resource in ipairs(schema.resources) do
    add_rows(rows, by_operation, resource)
  end
  for index, row in ipairs(rows) do
    local names = official[row.operation] or "none"
    lines[index] = ("| %s | %s | `%s` |\n"):format(
      table.concat(row.methods, " "),
      names,
      row.operation
    )
  end
  local _, start = assert(text:find(HEAD, 1, true))
  local stop = assert(text:find("\n\n", start, true))
  return text:sub(1, start) .. table.concat(lines) .. text:sub(stop + 1)
end

if arg and arg[0] and arg[0]:find("generate_methods%.lua$") then
  workdir.write(methods.file, methods.update(shell.read(methods.file)))
end

return methods
