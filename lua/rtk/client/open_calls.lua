-- SPDX-License-Identifier: MIT
-- The calls of a channel that have not ended. Who runs a call sets its mark in channel.open, which
-- is "attempts" or "reconcile", and removes it at the end.

local misuse = require("rtk.misuse")

local open_calls = {}

--- How many there are.
---@param channel rtk.Channel
---@return integer count
function open_calls.count(channel)
  local count = 0
  for _ in pairs(channel.open) do
    count = count + 1
  end
  return count
end

--- Raises when the client is being closed, unless a reconcile may need the call.
---@param channel rtk.Channel
function open_calls.refuse_new(channel)
  if not channel.is_closing or channel.is_closed then return end
  for _, stage in pairs(channel.open) do
    if stage == "reconcile" then return end
  end
  misuse.raise("the client is being closed: it makes no new calls")
end

return open_calls
