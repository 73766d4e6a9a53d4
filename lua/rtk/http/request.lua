-- SPDX-License-Identifier: MIT
-- Turns "what to call" into "what to send".
--
-- One builder belongs to one client: it alone knows the credentials, which
-- stay in its closures and go into nothing but the header lines of requests
-- to the base URL.

local array = require("rtk.array")
local base64 = require("rtk.http.credentials")
local core = require("rtk.core")
local misuse = require("rtk.misuse")
local operation = require("rtk.schema.operation")
local input_table = require("rtk.input_table")
local query = require("rtk.http.url")

local request = {}

local DEEPEST = 512 -- tables inside each other, as in JSON

local methods = {
  GET = "query",
  HEAD = "query",
  DELETE = "query",
  POST = "body",
  PUT = "body",
  PATCH = "body",
}

--- Whether a method's table is its "query" or its "body".
---@param method any
---@return "query"|"body"
function request.payload_of(method)
  local payload = methods[method]
  if not payload then
    misuse.raise("method must be GET, HEAD, POST, PUT, PATCH or DELETE in upper case")
  end
  return payload
end

local function is_object(value)
  return type(value) == "table" and not array.is(value)
end

-- A copy of `fields` with `extra` merged into it at every depth.
local function merge(name, fields, extra, depth)
  if depth > DEEPEST then misuse.raise(name .. " is nested too deeply (a cycle?)") end
  local merged = {}
  for key, value in pairs(fields) do
    merged[key] = value
  end
  for key, value in pairs(extra) do
    local both = is_object(value) and is_object(merged[key])
    merged[key] = both and merge(name, merged[key], value, depth + 1) or value
  end
  return merged
end

local function check_fields(name, fields)
  if type(fields) ~= "table" then
    misuse.raise(name .. " must be a table, got " .. misuse.describe(fields))
  end
  if array.is(fields) and next(fields) ~= nil then
    misuse.raise(name .. " must be a table of named fields, got an array")
  end
end

--- Checks the fields of a query or body and adds the extra ones of the options.
---@param name "query"|"body"
---@param fields any
---@param extra? table merged at every depth
---@return table? fields nil when there are none at all; a body may have a table with a
---__pairs in it, which request.body reads
function request.fields(name, fields, extra)
  local read = (extra ~= nil or name == "query") and input_table.deep or input_table.shallow
  fields = read(name, fields)
  if fields ~= nil then check_fields(name, fields) end
  if extra == nil then return fields end
  return merge(name, fields or {}, input_table.deep("extra_" .. name, extra), 1)
end

--- The query string with its question mark, or "".
---@param fields table
---@return string
function request.query(fields)
  local text = query.build(fields)
  return text ~= "" and "?" .. text or ""
end

--- The body as JSON text.
---@param fields table
---@param op rtk.Operation
---@return string text
function request.body(fields, op)
  local ok, text = pcall(core.encode, fields, "body", true)
  if ok and text == nil then
    -- No Lua code runs while encoding, so a table with a __pairs is read before.
    fields = input_table.deep("body", fields)
    if op.fields.body then fields = operation.complete_body(op, fields) end
    ok, text = pcall(core.encode, fields, "body")
  end
  if not ok then misuse.raise(text) end
  return text
end

local function authorization(settings)
  local basic = settings.basic
  if basic then return "Basic " .. base64.encode(basic.organization_id .. ":" .. basic.api_key) end
  return "Bearer " .. settings.api_token
end

-- Header lines from tables of headers, of which later ones win.
local function lines_of(...)
  local by_name, order = {}, {}
  for index = 1, select("#", ...) do
    for name, value in input_table.pairs("headers", (select(index, ...))) do
      local key = core.lower(name)
      if not by_name[key] then order[#order + 1] = key end
      by_name[key] = name .. ": " .. value
    end
  end
  table.sort(order, core.before)
  local lines = {}
  for index, key in ipairs(order) do
    lines[index] = by_name[key]
  end
  return lines
end

--- Makes the function that gives the header lines of a request.
---@param settings table as settings.resolve returns it
---@return fun(has_body: boolean, extra?: table<string, string>): string[] lines
function request.header_lines(settings)
  local common = {
    Authorization = authorization(settings),
    Accept = "application/json",
    ["User-Agent"] = settings.user_agent or "rtk-lua/" .. core._VERSION,
  }
  local json = { ["Content-Type"] = "application/json" }
  local own = settings.headers or {}
  local without_body, with_body = lines_of(common, own), lines_of(common, json, own)
  return function(has_body, extra)
    if extra then return lines_of(common, has_body and json or {}, own, extra) end
    return has_body and with_body or without_body
  end
end

-- What is shorter is no real credential, and would be found in ordinary words.
local SHORTEST_SECRET = 8 -- bytes

--- Makes the function that takes the credentials out of a text, for servers that repeat
--- what they were sent.
---@param settings table as settings.resolve returns it
---@return fun(text: string): string
function request.redactor(settings)
  local secrets = { authorization(settings):match("[^ ]+$"), (settings.basic or {}).api_key }
  return function(text)
    for _, secret in ipairs(secrets) do
      if #secret >= SHORTEST_SECRET and text:find(secret, 1, true) then
        text = text:gsub(secret:gsub("[^0-9A-Za-z]", "%%%0"), "[redacted]")
      end
    end
    return text
  end
end

return request
