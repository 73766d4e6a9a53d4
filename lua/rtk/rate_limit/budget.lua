-- SPDX-License-Identifier: MIT
-- The rules of every limiter: whether a request may go now, and what a reply teaches. They work on
-- a table of plain data and on times in seconds of the caller's clock.
--
-- This file is also part of the script that Redis runs (redis/script.lua): it requires nothing,
-- sets no globals and uses Lua 5.1 only.
--
-- A server counts requests in windows of fixed length, each of which starts with a request. Clients
-- learn about them from replies only. For each policy that the server names, the budget holds
--   quota, window       requests per window, and its length
--   remaining           a lower bound of the requests that may still be sent
--   window_start        when this window started: requests admitted before it are late
--   window_end          an upper bound of the window's end; 0 when no window is open
--   confirmed           1 when a reply stated the window's end, 0 when it is assumed
--   next_slot           when the next paced request is due
--   last_slot           the slot that the last waiter got
--   pending, late       requests without an answer: of this window, of earlier ones

---@class rtk.BudgetPolicy
---@field name string
---@field quota number
---@field window number
---@field remaining number
---@field window_start number
---@field window_end number
---@field confirmed integer
---@field next_slot number
---@field last_slot number
---@field pending number
---@field late number

---@class rtk.Budget
---@field reserve number share of a quota that is kept for calls with priority, 0 to 1
---@field blocked number when a block of all requests ends
---@field policies rtk.BudgetPolicy[]

local budget = {}

local FREE_SHARE = 0.5 -- the share of the quota that is spent without pacing
local SHORTEST_WAIT = 0.01 -- seconds; some event loops cannot wait for less
-- Seconds that the slots of waiting requests reach ahead. Bounded, because a waiter may never
-- return to use its slot.
local LONGEST_QUEUE = 30
local SHORTEST_BLOCK = 1 -- seconds
local MOST_POLICIES = 8
local ASSUMED = "?" -- the policy's name until a reply names one
local LONGEST = 86400 -- seconds of a window, and of a block
local LARGEST = 1e9 -- requests
-- Requests that wait for the end of a block are spread over this share of the wait, or a second.
local SPREAD_SHARE, SHORTEST_SPREAD = 0.1, 1
local OUTCOMES = { ok = true, refused = true, lost = true, unsent = true }

local function new_policy(name, quota, window)
  local policy = { name = name, quota = quota, window = window, remaining = quota }
  policy.window_start, policy.window_end, policy.confirmed = 0, 0, 0
  policy.next_slot, policy.last_slot = 0, 0
  policy.pending, policy.late = 0, 0
  return policy
end

--- Creates an unspent budget.
---@param quota number requests per window, until a reply states it
---@param window number seconds, until a reply states it
---@param reserve number share of a quota that is kept for calls with priority, 0 to 1
---@return rtk.Budget state
function budget.new(quota, window, reserve)
  return { reserve = reserve, blocked = 0, policies = { new_policy(ASSUMED, quota, window) } }
end

-- Requests without an answer may be counted in the new window, at any time of it.
local function start_window(policy, now)
  policy.late, policy.pending, policy.window_start = policy.pending, 0, now
  policy.remaining = policy.quota - policy.late
  policy.window_end = policy.late > 0 and now + policy.window or 0
  policy.confirmed, policy.next_slot, policy.last_slot = 0, 0, 0
end

local function end_windows(state, now)
  for _, policy in ipairs(state.policies) do
    if policy.window_end > 0 and now >= policy.window_end then start_window(policy, now) end
  end
end

-- What calls without priority may still spend. At least half of a quota is never reserved.
local function unreserved(policy, reserve)
  local reserved = math.min(math.ceil(policy.quota * reserve), math.floor(policy.quota / 2))
  return policy.remaining - reserved
end

local function is_paced(policy)
  return policy.remaining <= policy.quota * FREE_SHARE
end

-- Seconds until the slot of one more waiter. Slots follow one another, so that waiters return in
-- turn and not all at once.
local function reserve_slot(policy, now, left)
  local interval = (policy.window_end - now) / left
  local slot = math.max(policy.last_slot + interval, policy.next_slot)
  if slot > policy.next_slot + math.max(LONGEST_QUEUE, interval) then slot = policy.next_slot end
  policy.last_slot = slot
  return math.min(slot, policy.window_end) - now
end

local function delay(policy, now, reserve, has_priority)
  local left = has_priority and policy.remaining or unreserved(policy, reserve)
  if left < 1 then return policy.window_end - now end
  local is_due = policy.next_slot - now <= SHORTEST_WAIT
  if has_priority or not is_paced(policy) or is_due then return 0 end
  return reserve_slot(policy, now, left)
end

local function spend(policy, now, reserve)
  if policy.window_end == 0 then policy.window_end = now + policy.window end
  policy.remaining = policy.remaining - 1
  policy.pending = policy.pending + 1
  if not is_paced(policy) then return end
  local interval = (policy.window_end - now) / math.max(1, unreserved(policy, reserve))
  policy.next_slot = math.max(policy.next_slot, now) + interval
end

--- Counts a request if it may go now.
---@param state rtk.Budget changed
---@param now number seconds
---@param has_priority boolean
---@return number seconds 0 when the request is counted and may go; else ask again after this time
---@return number? spread seconds: many wait for the same moment, so return at random within it
function budget.admit(state, now, has_priority)
  if now < state.blocked then
    local left = math.max(SHORTEST_WAIT, state.blocked - now)
    return left, math.max(SHORTEST_SPREAD, left * SPREAD_SHARE)
  end
  end_windows(state, now)
  local seconds = 0
  for _, policy in ipairs(state.policies) do
    seconds = math.max(seconds, delay(policy, now, state.reserve, has_priority))
  end
  if seconds > 0 then return math.max(SHORTEST_WAIT, seconds) end
  for _, policy in ipairs(state.policies) do
    spend(policy, now, state.reserve)
  end
  return 0
end

-- Counts one request as answered. Requests whose process ended never are; they leave the count with
-- their window, and must not absorb the answers of others.
local function settle(policy, outcome, admitted_at)
  local counter = admitted_at < policy.window_start and "late" or "pending"
  policy[counter] = math.max(0, policy[counter] - 1)
  if outcome == "unsent" then
    policy.remaining = math.min(policy.remaining + 1, math.max(policy.remaining, policy.quota))
  end
end

-- Servers round the time to the reset; if down, the window has not ended then.
local function rounding_margin(policy)
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
  policy.pending, policy.late = known.pending, known.late
  policy.window_start = known.window_start
  if known.name == ASSUMED then policy.remaining = policy.quota - known.quota + known.remaining end
  if #state.policies < MOST_POLICIES then table.insert(state.policies, policy) end
  return policy
end

-- Replies arrive in any order, so within a window the lowest value holds. The server may or may not
-- have counted the requests without an answer.
local function learn(policy, now, remaining, reset)
  local left = remaining and remaining - policy.pending - policy.late or policy.remaining
  local window_end = now + (reset or policy.window) + rounding_margin(policy)
  if policy.confirmed == 0 then
    policy.remaining, policy.window_end = math.min(policy.remaining, left), window_end
    policy.confirmed = 1
  elseif remaining and reset and window_end > policy.window_end + policy.window / 2 then
    start_window(policy, now)
    policy.remaining, policy.window_end, policy.confirmed = left, window_end, 1
  else
    policy.remaining = math.min(policy.remaining, left)
    if reset then policy.window_end = math.min(policy.window_end, window_end) end
  end
end

-- Drops policies that replies no longer name, once their window is over.
local function drop_unnamed(state, named)
  local kept = {}
  for _, policy in ipairs(state.policies) do
    local is_open = policy.name ~= ASSUMED and policy.window_end > 0
    if named[policy.name] or is_open then kept[#kept + 1] = policy end
  end
  if #kept > 0 then state.policies = kept end
end

-- A reply that names no policy still shows that the window has started.
local function confirm(state, now)
  for _, policy in ipairs(state.policies) do
    if policy.confirmed == 0 then learn(policy, now) end
  end
end

-- A number of an observation; nil when it is out of bounds, since anyone may have written it.
local function number_of(word, least, most)
  local number = tonumber(word)
  return number and number >= least and number <= most and number or nil
end

-- Learns from each policy of a reply. Returns whether any has requests left, and the longest reset
-- of those that have none.
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
    drop_unnamed(state, named)
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
    policy.remaining, policy.window_end = math.min(policy.remaining, 0), state.blocked
    policy.confirmed = 1
  end
end

--- Learns from the reply to a request that was counted.
---@param state rtk.Budget changed
---@param now number seconds
---@param observation string as observation.lua encodes it; anything else is ignored
function budget.observe(state, now, observation)
  local fields = {}
  for field in observation:gmatch("[^ ]+") do
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
