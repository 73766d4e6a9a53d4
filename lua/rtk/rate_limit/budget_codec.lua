-- SPDX-License-Identifier: MIT
-- Writes a budget as a line of text and reads it, for budgets that several processes share.
--
-- Numbers are whole millionths, which no locale changes. Anyone may have written the text, so every
-- number is checked: a wrong one could block a fleet for good.
--
-- This file is also part of the script that Redis runs (redis/script.lua): it requires nothing,
-- sets no globals and uses Lua 5.1 only.

local budget_codec = {
  -- The version of the format. It is part of the keys, so that processes with another version of
  -- rtk neither read nor overwrite this one.
  VERSION = 1,
}

local UNIT = 1e6 -- of a number; for times, microseconds

local LONGEST = 86400 -- seconds of a window, and of a block
local SLACK = 2 -- seconds by which a learned reset may be rounded up
local LARGEST = 1e9 -- requests
local FURTHEST = 1e12 -- seconds; slots are bounded by the window's end anyway
local MOST_POLICIES = 8
local MOST_CHARACTERS = 4096
local NAME = "^[A-Za-z0-9_.?-]+$"

-- In the order of the text: name, minimum, maximum. AHEAD means a day ahead of the present.
local AHEAD = {}
local FIELDS = {
  { "quota", 1, LARGEST },
  { "window", 1 / UNIT, LONGEST },
  { "remaining", -LARGEST, LARGEST },
  { "window_end", 0, AHEAD },
  { "confirmed", 0, 1 },
  { "next_slot", 0, FURTHEST },
  { "last_slot", 0, FURTHEST },
  { "pending", 0, LARGEST },
  { "late", 0, LARGEST },
  { "window_start", 0, AHEAD },
}

local function word(number)
  return ("%.0f"):format(number * UNIT)
end

-- The number of a word; nil when it is out of bounds or NaN.
local function number_of(text, least, most)
  local digits = text and text:match("^%-?%d+$")
  local number = digits and tonumber(digits) / UNIT
  return number and number >= least and number <= most and number or nil
end

--- Writes a budget, except for its reserve, which is each process's own option.
---@param state rtk.Budget
---@return string text
function budget_codec.pack(state)
  local words = { word(state.blocked) }
  for _, policy in ipairs(state.policies) do
    words[#words + 1] = policy.name
    for _, field in ipairs(FIELDS) do
      words[#words + 1] = word(policy[field[1]])
    end
  end
  return table.concat(words, " ")
end

local function read_policy(name, words, now)
  if not name:find(NAME) then return nil end
  local policy = { name = name }
  for _, field in ipairs(FIELDS) do
    local most = field[3] == AHEAD and now + LONGEST + SLACK or field[3]
    local number = number_of(words(), field[2], most)
    if not number then return nil end
    policy[field[1]] = number
  end
  return policy
end

--- Reads a budget that pack wrote.
---@param text any the stored value
---@param reserve number
---@param now number seconds on the clock of the budget's times
---@return rtk.Budget? state nil when the text is not a valid budget
function budget_codec.unpack(text, reserve, now)
  if type(text) ~= "string" or #text > MOST_CHARACTERS then return nil end
  local words = text:gmatch("[^ ]+")
  local blocked = number_of(words(), 0, now + LONGEST + 1 / UNIT)
  local state = { reserve = reserve, blocked = blocked, policies = {} }
  for name in words do
    local policy = read_policy(name, words, now)
    if not policy or #state.policies >= MOST_POLICIES then return nil end
    table.insert(state.policies, policy)
  end
  return blocked and #state.policies > 0 and state or nil
end

return budget_codec
