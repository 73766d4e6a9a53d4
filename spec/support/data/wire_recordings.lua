-- SPDX-License-Identifier: MIT
-- Requests of Cloudflare's own SDK (npm cloudflare 7.3.0) as it sent them: the call with its ids,
-- query and body, and the bytes on the wire. Replaying one makes the same call with rtk and reports
-- how the two requests differ in meaning.

local clients = require("spec.support.clients.clients")
local shell = require("spec.support.servers.shell")
local wire_json = require("spec.support.data.wire_json")
local wire_operations = require("spec.support.data.wire_operations")
local wire_request = require("spec.support.data.wire_request")

local wire_recordings = {}

local base = "https://api.example.com/client/v4"

local function text_of(node)
  return node.kind == "string" and node.value or nil
end

local function read(node)
  local members, wire = node.members, node.members.wire.members
  local headers, ids = {}, {}
  for name, value in pairs(wire.headers.members) do
    headers[name] = value.value
  end
  for name, value in pairs(members.path_params.members) do
    ids[name:gsub("-", "_")] = value.value
  end
  local operation =
    members.op.value:gsub("/accounts/{account_id}/realtime/kit", ""):gsub("/{app_id}", "")
  return {
    operation = operation,
    sdk = members.sdk.value,
    variant = members.variant.value,
    ids = ids,
    query = members.query,
    body = members.body,
    method = wire.method.value,
    url = wire.raw_url.value,
    headers = headers,
    raw_body = text_of(wire.raw_body),
  }
end

--- The recordings in a fixture.
---@param name string of the file in spec/fixtures
---@return table[]
function wire_recordings.load(name)
  local recordings = {}
  for index, node in ipairs(wire_json.read(shell.read("spec/fixtures/" .. name))) do
    recordings[index] = read(node)
  end
  return recordings
end

-- The method that sends it; the action of a recording is the method's name.
local function row_of(recording)
  local rows = wire_operations.of(recording.operation)
  local action = recording.body.kind == "object" and recording.body.members.action
  for _, row in ipairs(rows) do
    if not action or row.method == action.value then return row end
  end
  error("nothing sends " .. recording.operation, 0)
end

-- Only what may be any JSON has no type that tells an empty array from an object.
local function has_array_type(path)
  return not path:find("^%.ui%.config_diff")
end

-- Ids, then the query or the body, as a user writes them.
local function arguments_of(recording, row, plain)
  local arguments = { n = #row.names + 1 }
  for position, name in ipairs(row.names) do
    arguments[position] = recording.ids[name]
  end
  local payload = recording.query.kind == "object" and recording.query or recording.body
  if row.takes and payload.kind == "object" then
    arguments[#row.names + 1] = wire_json.to_lua(payload, plain)
  end
  return arguments
end

local function compare(problems, what, found, expected)
  if found ~= expected then
    problems[#problems + 1] = ("%s is %s, expected %s"):format(
      what,
      tostring(found),
      tostring(expected)
    )
  end
end

-- In a query 1e21 and 1e+21 mean the same.
local function same_text(found, expected)
  if not found or not expected then return found == expected end
  return found == expected or (found:find("^-?%d") and wire_json.same_number(found, expected))
end

local function compare_lists(problems, what, found, expected)
  for index = 1, math.max(#found, #expected) do
    if not same_text(found[index], expected[index]) then
      compare(problems, ("%s[%d]"):format(what, index), found[index], expected[index])
    end
  end
end

local function compare_urls(problems, found, expected)
  compare_lists(problems, "path", found.segments, expected.segments)
  for name, values in pairs(expected.query) do
    compare_lists(problems, "query " .. name, found.query[name] or {}, values)
  end
  for name, values in pairs(found.query) do
    if not expected.query[name] then compare_lists(problems, "query " .. name, values, {}) end
  end
end

local function compare_bodies(problems, found, expected)
  if not found or not expected then return compare(problems, "body", found, expected) end
  problems[#problems + 1] = wire_json.difference(wire_json.read(found), wire_json.read(expected))
end

--- Makes the recorded call with rtk.
---@param recording table
---@param is_plain? boolean write {} for empty arrays wherever a field's type is array
---@return string[] differences in meaning between the requests
function wire_recordings.replay(recording, is_plain)
  local client, transport = clients.fake({ wire_operations.answer }, {
    account_id = recording.ids.account_id,
    app_id = recording.ids.app_id,
  })
  local row = row_of(recording)
  local plain = is_plain and has_array_type or nil
  wire_operations.call(client, row, arguments_of(recording, row, plain))
  local problems, request = {}, transport:last()
  local headers = wire_request.headers(request.headers)
  compare(problems, "method", request.method, recording.method)
  compare_urls(problems, wire_request.url(request.url, base), wire_request.url(recording.url))
  for _, name in ipairs({ "accept", "content-type", "authorization" }) do
    compare(problems, name, headers[name], recording.headers[name])
  end
  compare_bodies(problems, request.body, recording.raw_body)
  compare(problems, "number of requests", #transport.requests, 1)
  return problems
end

--- Whether there is an array in what the user passes, so that it can be written in
--- two ways.
---@param recording table
---@return boolean
function wire_recordings.has_array(recording)
  local function search(node)
    if node.kind == "array" then return true end
    for _, member in pairs(node.members or {}) do
      if search(member) then return true end
    end
    return false
  end
  return search(recording.query) or search(recording.body)
end

return wire_recordings
