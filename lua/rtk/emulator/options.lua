-- SPDX-License-Identifier: MIT
-- Options of an emulator: names, types, defaults. An unknown name or a wrong type raises, because a
-- mistyped option would silently test something else.
local clock = require("rtk.emulator.state.clock")
local nearest = require("rtk.emulator.util.nearest")

---@class rtk.EmulatorOptions
---@field seed? integer ids and tokens follow from it and the calls made
---@field start_time? number start of the clock, in seconds since 1970; default now
---@field real_time? boolean whether the clock follows real time; default only if there is a speed
---@field speed? number emulated seconds in a real one; default 1
---@field per_page? integer page size where a request names none
---@field max_per_page? integer larger page sizes are silently reduced to this
---@field documented? boolean answers as the API reference prints them, where the service differs
---@field strict? "newest" requests as the newest sources describe them: refuses what these have
---dropped, and requires what these require; else what any source allows is good
---@field patch? "merge"|"replace" what a PATCH does to a nested object, which nobody knows
---@field sizes? "number"|"string" the type of file_size
---@field chat_format? "CSV"|"JSON" of the chats of sessions, where sources disagree
---@field transcript_times? "offset"|"date" what CSV transcripts begin their lines with
---@field api_token? string the only valid token; default any
---@field account_id? string the only valid account; default any
---@field token_owner? "user"|"account" of the valid tokens, for their verification
---@field app_id? string the id of the app that every account has from the start
---@field duplicate_participants? "create"|"conflict"|"reuse" when the custom id exists already
---@field short_recordings? "upload"|"fail" result of recordings under five seconds
---@field journal_size? integer how many requests the journal keeps
---@field rate_limit? rtk.EmulatorRateLimit default off
---@field token_lifetime? integer lifetime of participant tokens in seconds
---@field hosts? string[] names of a server besides those of this machine, with or without a port:
---requests may be addressed to them, and come from their pages
---@field deliver_anywhere? boolean whether a server sends webhooks to other machines; default false
---@field deliver? fun(request: table): integer?, string? sends webhooks: takes { method, url,
---headers, body } and returns the answer's status, or nil and why there was none; in process only
---@field webhook_retries? number[] seconds before each further attempt to deliver a webhook
---@field webhook_uuid? "same"|"new" whether a further attempt has the same rtk-uuid
---@field webhook_delay? number a server begins deliveries at random times within so many seconds
---@field webhook_duplicates? number share of deliveries that come again although they succeeded

---@class rtk.EmulatorRateLimit
---@field quota integer requests of one token
---@field window number length of the window in seconds
---@field block number seconds for which a token that exceeds the quota is blocked
---@field real_time? boolean whether real time counts as well; default true in a server

local options = {}

local function is_whole(value)
  return type(value) == "number" and value % 1 == 0
end

local function is_positive(value)
  return is_whole(value) and value >= 1
end

local function is_text(value)
  return type(value) == "string" and value ~= ""
end

local function is_delays(value)
  if type(value) ~= "table" then return false end
  for index, delay in pairs(value) do
    if type(index) ~= "number" or type(delay) ~= "number" or delay < 0 then return false end
  end
  return true
end

local function is_seconds(value)
  return type(value) == "number" and value > 0
end

local RATE_LIMIT = {
  quota = is_positive,
  window = is_seconds,
  block = is_seconds,
  real_time = function(value)
    return type(value) == "boolean"
  end,
}

local function is_rate_limit(value)
  if type(value) ~= "table" or not (value.quota and value.window and value.block) then
    return false
  end
  for name, member in pairs(value) do
    if not RATE_LIMIT[name] or not RATE_LIMIT[name](member) then return false end
  end
  return true
end

local function one_of(...)
  local known = {}
  for _, value in ipairs({ ... }) do
    known[value] = true
  end
  return function(value)
    return known[value] == true
  end
end

local function is_hosts(value)
  if type(value) ~= "table" then return false end
  for index, host in pairs(value) do
    if type(index) ~= "number" or not is_text(host) then return false end
  end
  return true
end

-- name = { description of valid values, test, default }
local OPTIONS = {
  seed = { "a whole number", is_whole, 1 },
  start_time = {
    "seconds since 1970, up to the year 9999",
    function(value)
      return type(value) == "number" and clock.shows(value)
    end,
  },
  real_time = {
    "a boolean",
    function(value)
      return type(value) == "boolean"
    end,
  },
  speed = {
    "a positive number",
    function(value)
      return type(value) == "number" and value > 0 and value < math.huge
    end,
  },
  per_page = { "a positive whole number", is_positive, 25 },
  max_per_page = { "a positive whole number", is_positive },
  documented = {
    "a boolean",
    function(value)
      return type(value) == "boolean"
    end,
    false,
  },
  api_token = { "a non-empty string", is_text },
  account_id = { "a non-empty string", is_text },
  app_id = { "a non-empty string", is_text, "00000000-0000-4000-8000-000000000001" },
  duplicate_participants = {
    '"create", "conflict" or "reuse"',
    one_of("create", "conflict", "reuse"),
    "create",
  },
  short_recordings = {
    '"upload" or "fail"',
    one_of("upload", "fail"),
    "upload",
  },
  strict = { '"newest"', one_of("newest") },
  patch = { '"merge" or "replace"', one_of("merge", "replace"), "merge" },
  sizes = { '"number" or "string"', one_of("number", "string"), "number" },
  chat_format = { '"CSV" or "JSON"', one_of("CSV", "JSON"), "CSV" },
  -- The predecessor of the service wrote dates.
  transcript_times = { '"offset" or "date"', one_of("offset", "date"), "offset" },
  token_owner = { '"user" or "account"', one_of("user", "account"), "user" },
  journal_size = { "a positive whole number", is_positive, 1000 },
  rate_limit = { "{ quota, window, block, real_time? }", is_rate_limit },
  token_lifetime = { "a positive whole number of seconds", is_positive, 100 * 86400 },
  hosts = { "a list of names", is_hosts },
  deliver_anywhere = {
    "a boolean",
    function(value)
      return type(value) == "boolean"
    end,
    false,
  },
  deliver = {
    "a function",
    function(value)
      return type(value) == "function"
    end,
  },
  -- How often and when the service tries again is not documented.
  webhook_retries = { "a list of seconds", is_delays, { 1, 5, 30, 120, 600 } },
  -- Documents and practice disagree.
  webhook_uuid = { '"same" or "new"', one_of("same", "new"), "same" },
  webhook_delay = {
    "a number of seconds",
    function(value)
      return type(value) == "number" and value >= 0 and value < math.huge
    end,
    0,
  },
  webhook_duplicates = {
    "a share from 0 to 1",
    function(value)
      return type(value) == "number" and value >= 0 and value <= 1
    end,
    0,
  },
}

--- The names of all options, in a new table.
---@return table<string, true> names
function options.names()
  local names = {}
  for name in pairs(OPTIONS) do
    names[name] = true
  end
  return names
end

--- Checks the options and adds the defaults; misuse raises at the level.
---@param given? rtk.EmulatorOptions
---@param level integer
---@return rtk.EmulatorOptions
function options.read(given, level)
  local read = {}
  if given ~= nil and type(given) ~= "table" then
    error("the options of an emulator must be a table", level + 1)
  end
  for name, value in pairs(given or {}) do
    local option = OPTIONS[name]
    if not option then
      local clause = nearest.clause(name, OPTIONS)
      error(string.format("emulator option %q does not exist%s", tostring(name), clause), level + 1)
    end
    if not option[2](value) then
      error(string.format("emulator option %q must be %s", name, option[1]), level + 1)
    end
    read[name] = value
  end
  for name, option in pairs(OPTIONS) do
    if read[name] == nil then read[name] = option[3] end
  end
  if read.real_time == false and read.speed then
    error('emulator option "speed" is that of real_time, which is false', level + 1)
  end
  read.speed = read.speed or read.real_time and 1 or nil
  return read
end

return options
