-- SPDX-License-Identifier: MIT
-- The rule of every limiter: whether a request may go now, and what a reply
-- teaches. It works on a table of plain data and on times in seconds of
-- whatever clock its caller has.
--
-- This file is also part of the script that Redis runs (redis_script.lua): it
-- requires nothing, makes no globals and keeps to Lua 5.1.
--
-- A server counts requests in windows of fixed length, each of which begins
-- with a request. From outside only replies tell about them. So for each
-- policy that the server names there is kept
--   quota, window      requests per window, and its length
--   remaining          what may still be sent, at the least
--   ends               when the window is over, at the latest; 0 when none is open
--   confirmed          1 when a reply has told so, 0 when it is only assumed
--   next_at, turn      when the next request is due; what the last waiter was told
--   pending, late      requests without an answer: of this window, of the one before
--   begins             when the window became this one: requests from before it are late

local budget = {}

local FREE_SHARE = 0.5 -- of the quota is spent without pacing
local GRAIN = 0.01 -- seconds: nobody waits for less, as some event loops cannot
-- Seconds over which those who wait are lined up. Some may never come back, so the line is bounded.
local LONGEST_LINE = 30
local SHORTEST_BLOCK = 1 -- seconds
local MOST_POLICIES = 8
local ASSUMED = "?" -- the name of the policy before a reply has named one
local LONGEST = 86400 -- seconds of a window, and of a block
local LARGEST = 1e9 -- requests
-- Those who wait for the end of a block are spread over a share of that wait, or over a second.
local SPREAD_SHARE, SHORTEST_SPREAD = 0.1, 1
local OUTCOMES = { ok = true, refused = true, lost = true, unsent = true } -- of readings

local function new_policy(name, quota, window)
  local policy = { name = name, quota = quota, window = window, remaining = quota }
  policy.ends, policy.confirmed, policy.next_at, policy.turn = 0, 0, 0, 0
  policy.pending, policy.late, policy.begins = 0, 0, 0
  return policy
end

--- A budget that nothing has been spent of.
---@param quota number requests per window, until a reply tells
---@param window number seconds, until a reply tells
---@param reserve number the share of a quota, 0 to 1, that is left to priority calls
---@return table state
function budget.new(quota, window, reserve)
  return { reserve = reserve, blocked = 0, policies = { new_policy(ASSUMED, quota, window) } }
end

-- What is still under way may be counted in the new window, at any time of it.
local function begin_window(policy, now)
  policy.late, policy.pending, policy.begins = policy.pending, 0, now
  policy.remaining = policy.quota - policy.late
  policy.ends = policy.late > 0 and now + policy.window or 0
  policy.confirmed, policy.next_at, policy.turn = 0, 0, 0
end

local function end_windows(state, now)
  for _, policy in ipairs(state.policies) do
    if policy.ends > 0 and now >= policy.ends then begin_window(policy, now) end
  end
end

-- What a call without priority may still spend. Half of a quota is never reserved.
local function usable(policy, reserve)
  local kept = math.min(math.ceil(policy.quota * reserve), math.floor(policy.quota / 2))
  return policy.remaining - kept
end

local function is_paced(policy)
  return policy.remaining <= policy.quota * FREE_SHARE
end

-- Seconds until the turn of one more who waits: after the one before, so that all come in turn and
-- not all at once.
local function queue(policy, now, left)
  local interval = (policy.ends - now) / left
  local turn = math.max(policy.turn + interval, policy.next_at)
  if turn > policy.next_at + math.max(LONGEST_LINE, interval) then turn = policy.next_at end
  policy.turn = turn
  return math.min(turn, policy.ends) - now
end

local function delay(policy, now, reserve, has_priority)
  local left = has_priority and policy.remaining or usable(policy, reserve)
  if left < 1 then return policy.ends - now end
  if has_priority or not is_paced(policy) or policy.next_at - now <= GRAIN then return 0 end
  return queue(policy, now, left)
end

local function spend(policy, now, reserve)
  if policy.ends == 0 then policy.ends = now + policy.window end
  policy.remaining = policy.remaining - 1
  policy.pending = policy.pending + 1
  if not is_paced(policy) then return end
  local interval = (policy.ends - now) / math.max(1, usable(policy, reserve))
  policy.next_at = math.max(policy.next_at, now) + interval
end

--- Counts a request if it may go now.
---@param state table changed
---@param now number seconds
---@param has_priority boolean
---@return number seconds 0: it is counted, send it; else it is not: ask again after so long
---@return number? spread seconds; all wait for the same moment: come back at random within it
function budget.admit(state, now, has_priority)
  if now < state.blocked then
    local left = math.max(GRAIN, state.blocked - now)
    return left, math.max(SHORTEST_SPREAD, left * SPREAD_SHARE)
  end
  end_windows(state, now)
  local seconds = 0
  for _, policy in ipairs(state.policies) do
    seconds = math.max(seconds, delay(policy, now, state.reserve, has_priority))
  end
  if seconds > 0 then return math.max(GRAIN, seconds) end
  for _, policy in ipairs(state.policies) do
    spend(policy, now, state.reserve)
  end
  return 0
end

-- Some requests never get an answer, because whoever sent them is no more. Others' answers must not
-- be taken for theirs, or they would count for ever.
local function settle(policy, outcome, admitted_at)
  local counter = admitted_at < policy.begins and "late" or "pending"
  policy[counter] = math.max(0, policy[counter] - 1)
  if outcome == "unsent" then
    policy.remaining = math.min(policy.remaining + 1, math.max(policy.remaining, policy.quota))
  end
end

-- Servers round the time to the reset; were it down, the window would not be over yet.
local function border(policy)
  return math.min(1, policy.window / 100)
end

local function find(state, name)
  for _, policy in ipairs(state.policies) do
    if policy.name == name then return policy end
  end
end

local function add(state, name, quota, window)
  local known = state.policies[1]
  local policy = new_policy(name, quota or known.quota, window or known.window)
  policy.pending, policy.late, policy.begins = known.pending, known.late, known.begins
  if known.name == ASSUMED then policy.remaining = policy.quota - known.quota + known.remaining end
  if #state.policies < MOST_POLICIES then table.insert(state.policies, policy) end
  return policy
end

-- Replies overtake each other, so within a window the least that one told is true. What is under
-- way may be in the server's count already or not.
local function learn(policy, now, remaining, reset)
  local left = remaining and remaining - policy.pending - policy.late or policy.remaining
  local ends = now + (reset or policy.window) + border(policy)
  if policy.confirmed == 0 then
    policy.remaining, policy.ends = math.min(policy.remaining, left), ends
    policy.confirmed = 1
  elseif remaining and reset and ends > policy.ends + policy.window / 2 then
    begin_window(policy, now)
    policy.remaining, policy.ends, policy.confirmed = left, ends, 1
  else
    policy.remaining = math.min(policy.remaining, left)
    if reset then policy.ends = math.min(policy.ends, ends) end
  end
end

-- Policies that replies no longer name are forgotten once their window is over.
local function keep(state, named)
  local kept = {}
  for _, policy in ipairs(state.policies) do
    local is_open = policy.name ~= ASSUMED and policy.ends > 0
    if named[policy.name] or is_open then kept[#kept + 1] = policy end
  end
  if #kept > 0 then state.policies = kept end
end

-- A reply that names no policy still tells that the window has begun.
local function confirm(state, now)
  for _, policy in ipairs(state.policies) do
    if policy.confirmed == 0 then learn(policy, now) end
  end
end

-- A number of a reading. Others may have written it, so one that cannot be is taken for unknown.
local function number_of(word, least, most)
  local number = tonumber(word)
  return number and number >= least and number <= most and number or nil
end

-- Learns from what a reply says of each policy; returns whether something is said to be left, and
-- the longest time until one of those that are used up begins anew.
local function learn_all(state, now, fields)
  local named, is_left, reset_of_spent = {}, false, nil
  for i = 4, #fields - 4, 5 do
    local name = fields[i]
    local quota = number_of(fields[i + 1], 1, LARGEST)
    local window = number_of(fields[i + 2], 1, LONGEST)
    local remaining = number_of(fields[i + 3], 0, LARGEST)
    local reset = number_of(fields[i + 4], 0, LONGEST)
    local policy = find(state, name) or add(state, name, quota, window)
    policy.quota, policy.window = quota or policy.quota, window or policy.window
    policy.quota = math.max(policy.quota, remaining or 0)
    learn(policy, now, remaining, reset)
    named[name] = true
    is_left = is_left or (remaining or 0) > 0
    if remaining == 0 and reset then reset_of_spent = math.max(reset, reset_of_spent or 0) end
  end
  if next(named) then
    keep(state, named)
  else
    confirm(state, now)
  end
  return is_left, reset_of_spent
end

local function block(state, now, seconds, is_left)
  local longest = 0
  for _, policy in ipairs(state.policies) do
    longest = math.max(longest, policy.window)
  end
  seconds = math.max(seconds or longest, SHORTEST_BLOCK)
  state.blocked = math.max(state.blocked, now + seconds)
  if is_left then return end
  for _, policy in ipairs(state.policies) do
    policy.remaining, policy.ends = math.min(policy.remaining, 0), state.blocked
    policy.confirmed = 1
  end
end

--- Learns from what came of a request that was counted.
---@param state table changed
---@param now number seconds
---@param reading string as reading.lua writes it; anything else is ignored
function budget.observe(state, now, reading)
  local fields = {}
  for field in reading:gmatch("[^ ]+") do
    fields[#fields + 1] = field
  end
  local outcome, admitted_at = fields[1], now - (number_of(fields[3], 0, LARGEST) or 0)
  if not OUTCOMES[outcome] then return end
  end_windows(state, now)
  for _, policy in ipairs(state.policies) do
    settle(policy, outcome, admitted_at)
  end
  if outcome == "unsent" or outcome == "lost" then return end
  local is_left, reset = learn_all(state, now, fields)
  if outcome == "refused" then
    block(state, now, number_of(fields[2], 0, LONGEST) or reset, is_left)
  end
end

return budget
