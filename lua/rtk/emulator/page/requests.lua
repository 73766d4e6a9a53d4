-- SPDX-License-Identifier: MIT
-- The journal on the page: rows without bodies, newest first, filtered, in pages; one request as a
-- whole; and which requests are attempts of one call. The journal cannot know calls: the same
-- request after one that failed in a way that clients retry counts as the next attempt.
local json = require("rtk.emulator.util.json")
local lists = require("rtk.emulator.util.lists")

local requests = {}

local PER_PAGE = 50

local function is_retried(entry)
  local status = entry.answer.status
  return entry.fault ~= nil or status == 0 or status == 408 or status == 429 or status >= 500
end

--- The attempts of each call as lists of numbers, by the number of each attempt.
local function group(log)
  local attempts, open = {}, {}
  for number, entry in log:each() do
    local http = entry.request
    local where = http.method .. " " .. http.path .. "?" .. (http.query or "")
    local same = open[where] or {}
    open[where] = same
    local body = http.body or ""
    local call = same[body] or {}
    call[#call + 1], attempts[number] = number, call
    same[body] = is_retried(entry) and call or nil
  end
  return attempts
end

-- Seconds that the request took, of which nothing is known while it is answered.
local function duration(entry)
  local finished, received = entry.answer.finished, entry.request.received
  return finished and received and math.max(0, finished - received)
end

local function row(number, entry, call)
  local http = entry.request
  local place = lists.position(call, number)
  return {
    at = entry.at,
    attempt = #call > 1 and place or nil,
    attempts = #call > 1 and #call or nil,
    executed = entry.executed,
    fault = entry.fault,
    method = http.method,
    number = number,
    operation = entry.operation,
    path = http.path,
    query = http.query ~= "" and http.query or nil,
    received = http.received,
    seconds = duration(entry),
    status = entry.answer.status,
  }
end

-- A status such as "429", a class such as "4xx", or "none" for no answer.
local function has_status(entry, wanted)
  local status = entry.answer.status
  if wanted == "none" then return status == 0 end
  local class = wanted:match("^(%d)xx$")
  if class then return math.floor(status / 100) == tonumber(class) end
  return status == tonumber(wanted)
end

local function passes(entry, given)
  if given.operation and given.operation ~= "" and entry.operation ~= given.operation then
    return false
  end
  return not given.status or given.status == "" or has_status(entry, given.status)
end

--- A page of the journal, and the operations that occur in it.
---@param emulator rtk.Emulator
---@param given table { operation?, status?, page? }
---@return table
function requests.view(emulator, given)
  local found, operations = {}, {}
  for number, entry in emulator.log:each() do
    operations[entry.operation] = true
    if passes(entry, given) then found[#found + 1] = { number, entry } end
  end
  local attempts = group(emulator.log)
  local pages = math.max(1, math.ceil(#found / PER_PAGE))
  local page = math.max(1, math.min(math.floor(tonumber(given.page) or 1), pages))
  local shown, newest = json.array(), #found - (page - 1) * PER_PAGE
  for index = newest, math.max(1, newest - PER_PAGE + 1), -1 do
    local number, entry = found[index][1], found[index][2]
    shown[#shown + 1] = row(number, entry, attempts[number])
  end
  return {
    operations = json.array(lists.sorted_keys(operations)),
    page = page,
    pages = pages,
    rows = shown,
    total = #found,
  }
end

--- One request with headers and bodies, and the attempts of its call.
---@param emulator rtk.Emulator
---@param given { number: string }
---@return table? request nil where it is no longer known
---@return string? message
function requests.one(emulator, given)
  local number = tonumber(given.number)
  local shown, entry = emulator.log:get(number)
  if not shown then return nil, "the journal does not have this request any more" end
  local call, attempts = group(emulator.log)[number], json.array()
  for index, other in ipairs(call) do
    local _, attempt = emulator.log:get(other)
    attempts[index] = row(other, attempt, call)
  end
  return { row = row(number, entry, call), request = shown, attempts = attempts }
end

return requests
