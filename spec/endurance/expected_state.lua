-- SPDX-License-Identifier: MIT
-- Records the result of each creation and deletion, and compares the state that they imply with the
-- server's. Objects are identified by the number of the call that created them. All entries exist
-- from the start, so that recording does not disturb the measurement of memory.

local expected_state = {}

local ExpectedState = {}
ExpectedState.__index = ExpectedState

local NOTHING, SUCCEEDED, FAILED, IN_DOUBT = 0, 1, 2, 3

local KINDS = { "meeting", "participant" }

local function verdict(result, err)
  if result then return SUCCEEDED end
  return err.maybe_executed and IN_DOUBT or FAILED
end

--- Records the result of a creation.
---@param kind "meeting"|"participant"
---@param number integer
---@param result? table
---@param err? rtk.Error
function ExpectedState:created(kind, number, result, err)
  self[kind][number] = verdict(result, err)
end

--- Records the result of the deletion of a participant.
---@param number integer
---@param result? table
---@param err? rtk.Error
function ExpectedState:deleted(number, result, err)
  self.deletions[number] = verdict(result, err)
end

-- How many copies of an object there may be: least and most.
local function bounds(creation, deletion)
  if creation == NOTHING or creation == FAILED then return 0, 0 end
  if creation == IN_DOUBT then return 0, 1 end
  if deletion == SUCCEEDED then return 0, 0 end
  return deletion == IN_DOUBT and 0 or 1, 1
end

--- Compares the expected state with the server's.
---@param counts table<string, table<integer, integer>> by kind and number
---@return string[] contradictions
---@return integer in_doubt how many objects may or may not exist
function ExpectedState:contradictions(counts)
  local found, in_doubt = {}, 0
  for _, kind in ipairs(KINDS) do
    for number, creation in ipairs(self[kind]) do
      local deletion = kind == "participant" and self.deletions[number] or NOTHING
      local least, most = bounds(creation, deletion)
      local count = counts[kind][number] or 0
      if least < most then in_doubt = in_doubt + 1 end
      if count < least or count > most then
        found[#found + 1] = ("%s %d is there %d times, not %d to %d"):format(
          kind,
          number,
          count,
          least,
          most
        )
      end
    end
  end
  return found, in_doubt
end

--- Makes an expected state without objects.
---@param calls integer how many there will be at most
function expected_state.new(calls)
  local self = setmetatable({ meeting = {}, participant = {}, deletions = {} }, ExpectedState)
  for number = 1, calls do
    self.meeting[number], self.participant[number], self.deletions[number] = 0, 0, 0
  end
  return self
end

return expected_state
