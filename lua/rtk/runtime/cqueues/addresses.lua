-- SPDX-License-Identifier: MIT
-- Finds the addresses of a host as cqueues does: /etc/hosts and the servers of
-- /etc/resolv.conf are asked, and the controller goes on meanwhile.

local core = require("rtk.core")
local cqueues = require("cqueues")
local errno = require("cqueues.errno")
local resolvers = require("cqueues.dns.resolver")

local addresses = {}

local function add(found, resolver, name, kind, deadline)
  local packet, problem = resolver:query(name, kind, "IN", math.max(0, deadline - core.now()))
  if not packet then return problem end
  for record in packet:grep({ section = "answer", type = kind }) do
    found[#found + 1] = record:addr()
  end
end

--- Waits for the addresses of a name.
---@param name string
---@param seconds number
---@return string[]? found
---@return string? message
function addresses.of(name, seconds)
  local found, deadline = {}, core.now() + seconds
  local resolver = cqueues.assert(resolvers.stub())
  local problem = add(found, resolver, name, "A", deadline)
  problem = add(found, resolver, name, "AAAA", deadline) or problem
  resolver:close()
  if #found > 0 then return found end
  if problem == errno.ETIMEDOUT then return nil, "timeout" end
  local reason = problem and errno.strerror(problem) or "unknown name"
  return nil, ("no address of %s: %s"):format(name, reason)
end

return addresses
