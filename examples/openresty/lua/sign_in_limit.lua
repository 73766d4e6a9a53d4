-- SPDX-License-Identifier: MIT
-- Limits how often each visitor and each address may sign in per minute, so that nobody uses up the
-- API's rate limit.
--
-- Behind a proxy, nginx's realip module must provide the visitors' addresses.

local sign_in_limit = {}

local MINUTE = 60 -- seconds
local PER_VISITOR, PER_ADDRESS = 10, 60 -- a whole office may share an address

local counts = ngx.shared.sign_ins

local function is_within(limit, name, minute)
  local count = counts:incr(name .. ":" .. minute, 1, 0, MINUTE)
  -- When the dictionary is full, only the API's own limit is left.
  return count == nil or count <= limit
end

--- Counts one more sign-in.
---@param visitor_id string
---@return boolean may_sign_in
---@return integer seconds until the next attempt
function sign_in_limit.count(visitor_id)
  local now = ngx.time()
  local minute = math.floor(now / MINUTE)
  local may_sign_in = is_within(PER_ADDRESS, ngx.var.remote_addr, minute)
    and is_within(PER_VISITOR, visitor_id, minute)
  return may_sign_in, (minute + 1) * MINUTE - now
end

return sign_in_limit
