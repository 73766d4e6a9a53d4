-- SPDX-License-Identifier: MIT
-- A budget as a line of text, for where several processes keep it together.
--
-- Numbers are written as whole millionths: no locale changes those. What is read may have been
-- written by anybody, so it is checked: a wrong number could hold up a fleet for good.
--
-- This file is also part of the script that Redis runs (redis_script.lua): it
-- requires nothing, makes no globals and keeps to Lua 5.1.

local budget_codec = {
  -- Of this format. Keys of what is stored have it in them, so that processes with another
  -- version of rtk neither read nor spoil it.
  VERSION = 1,
}

local UNIT = 1e6 -- a microsecond, too

local LONGEST = 86400 -- seconds of a window, and of a block
local SLACK = 2 -- seconds: what is learned of a reset is rounded up
local LARGEST = 1e9 -- requests
local FURTHEST = 1e12 -- seconds; for turns, which the end of the window bounds
local MOST_POLICIES = 8
local MOST_CHARACTERS = 4096
local NAME = "^[A-Za-z0-9_.?-]+$"

-- In the order in which they are written: the least and the most, which is AHEAD of the present
-- where that is a moment.
local AHEAD = {}
local FIELDS = {
  { "quota", 1, LARGEST },
  { "window", 1 / UNIT, LONGEST },
  { "remaining", -LARGEST, LARGEST },
  { "ends", 0, AHEAD },
  { "confirmed", 0, 1 },
  { "next_at", 0, FURTHEST },
  { "turn", 0, FURTHEST },
  { "pending", 0, LARGEST },
  { "late", 0, LARGEST },
  { "begins", 0, AHEAD },
}

local function word(number)
  return ("%.0f"):format(number * UNIT)
end

-- The number that a word stands for, if that can be; nil also for nan.
local function number_of(text, least, most)
  local digits = text and text:match("^%-?%d+$")
  local number = digits and tonumber(digits) / UNIT
  return number and number >= least and number <= most and number or nil
end

--- Writes a budget; its reserve stays out, as each process has its own option.
---@param state table of budget.lua
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

--- Reads a budget that pack has written.
---@param text any what was stored
---@param reserve number
---@param now number seconds on the clock that its moments are on
---@return table? state nil when the text is none, or cannot be right
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
