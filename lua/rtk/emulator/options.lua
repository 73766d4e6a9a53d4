-- SPDX-License-Identifier: MIT
-- The options of an emulator: names, types and defaults, each with what it means. An unknown name
-- or a wrong type raises, because a mistyped option would silently test something else.
local M = {}

local function is_whole(value)
  return type(value) == "number" and value % 1 == 0
end

local function is_positive(value)
  return is_whole(value) and value >= 1
end

local function is_text(value)
  return type(value) == "string" and value ~= ""
end

local DUPLICATES = { create = true, conflict = true, reuse = true }

-- name = { what it must be, test of it, default }
local OPTIONS = {
  -- Ids and tokens follow from the seed and the calls made.
  seed = { "a whole number", is_whole, 1 },
  -- When the clock begins; the time of the machine unless given.
  start_time = {
    "seconds since 1970",
    function(value)
      return type(value) == "number" and value >= 0
    end,
  },
  -- Page size where a request names none.
  per_page = { "a positive whole number", is_positive, 25 },
  -- Larger page sizes are cut down to this without a word; no limit is known.
  max_per_page = { "a positive whole number", is_positive },
  -- Answers as the API reference prints them where the service is known to answer otherwise.
  documented = {
    "a boolean",
    function(value)
      return type(value) == "boolean"
    end,
    false,
  },
  -- The only good token (on the legacy host the only good API key); any if not given.
  api_token = { "a non-empty string", is_text },
  -- The only good account; any if not given.
  account_id = { "a non-empty string", is_text },
  -- The id of the app that every account has from the start.
  app_id = { "a non-empty string", is_text, "00000000-0000-4000-8000-000000000001" },
  -- What happens to a custom_participant_id that a meeting already has.
  duplicate_participants = {
    '"create", "conflict" or "reuse"',
    function(value)
      return DUPLICATES[value] == true
    end,
    "create",
  },
  -- Seconds from iat to exp in participant tokens; how long real ones live is not documented.
  token_lifetime = { "a positive whole number of seconds", is_positive, 86400 },
}

local function known_names()
  local names = {}
  for name in pairs(OPTIONS) do
    names[#names + 1] = name
  end
  table.sort(names)
  return table.concat(names, ", ")
end

--- The given options with the defaults put in; raises at the level given for misuse.
---@param given? table
---@param level integer
---@return table
function M.read(given, level)
  local read = {}
  for name, value in pairs(given or {}) do
    local option = OPTIONS[name]
    if not option then
      local message = "emulator option %q does not exist; there are %s"
      error(message:format(tostring(name), known_names()), level + 1)
    end
    if not option[2](value) then
      error(string.format("emulator option %q must be %s", name, option[1]), level + 1)
    end
    read[name] = value
  end
  for name, option in pairs(OPTIONS) do
    if read[name] == nil then read[name] = option[3] end
  end
  return read
end

return M
