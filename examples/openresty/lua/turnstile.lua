-- SPDX-License-Identifier: MIT
-- Lets each visitor, and each address, sign in so many times a minute, so that nobody can use up
-- what the API takes from all.
--
-- Behind a proxy, have nginx's realip module tell the visitors' own addresses.

local turnstile = {}

local MINUTE = 60 -- seconds
local OF_VISITOR, OF_ADDRESS = 10, 60 -- an address may be that of a whole office

local counts = ngx.shared.turnstile

local function is_below(limit, name, minute)
  local count = counts:incr(name .. ":" .. minute, 1, 0, MINUTE)
  -- Without room to count, the API's own limit is what is left.
  return count == nil or count <= limit
end

--- Counts one more.
---@param visitor_id string
---@return boolean may_pass
---@return integer seconds until the next try
function turnstile.pass(visitor_id)
  local now = ngx.time()
  local minute = math.floor(now / MINUTE)
  local may_pass = is_below(OF_ADDRESS, ngx.var.remote_addr, minute)
    and is_below(OF_VISITOR, visitor_id, minute)
  return may_pass, (minute + 1) * MINUTE - now
end

return turnstile
