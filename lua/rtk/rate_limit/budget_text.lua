-- SPDX-License-Identifier: MIT
-- A budget as a line of text, for where several processes keep it together.
--
-- This file is also part of the script that Redis runs (redis_script.lua): it
-- requires nothing, makes no globals and keeps to Lua 5.1.

local budget_text = {}

local FIELDS = {
  "quota",
  "window",
  "remaining",
  "ends",
  "confirmed",
  "next_at",
  "turn",
  "pending",
  "late",
  "begins",
}

-- Sixteen digits are a time of day to the microsecond.
local function word(number)
  return ("%.16g"):format(number)
end

--- Writes a budget; its reserve stays out, as each process has its own option.
---@param state table of budget.lua
---@return string text
function budget_text.pack(state)
  local words = { word(state.blocked) }
  for _, policy in ipairs(state.policies) do
    words[#words + 1] = policy.name
    for _, field in ipairs(FIELDS) do
      words[#words + 1] = word(policy[field])
    end
  end
  return table.concat(words, " ")
end

--- Reads a budget that pack has written.
---@param text string
---@param reserve number
---@return table state
function budget_text.unpack(text, reserve)
  local words = text:gmatch("%S+")
  local state = { reserve = reserve, blocked = tonumber(words()), policies = {} }
  for name in words do
    local policy = { name = name }
    for _, field in ipairs(FIELDS) do
      policy[field] = tonumber(words())
    end
    table.insert(state.policies, policy)
  end
  return state
end

return budget_text
