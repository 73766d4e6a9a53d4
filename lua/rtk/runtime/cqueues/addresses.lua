-- SPDX-License-Identifier: MIT
-- Finds the addresses of a host as cqueues does: /etc/hosts and the servers of
-- /etc/resolv.conf are asked, and the controller goes on meanwhile.

local core = require("rtk.core")
local cqueues = require("cqueues")
local errno = require("cqueues.errno")
local resolvers = require("cqueues.dns.resolver")

local addresses = {}

local function ask(resolver, name, kind, deadline)
  local seconds = math.max(0, deadline - core.now())
  local packet, problem = resolver:query(name, kind, "IN", seconds)
  if not packet then return {}, problem end
  local found = {}
  for record in packet:grep({ section = "answer", type = kind }) do
    found[#found + 1] = record:addr()
  end
  return found
end

-- The second question is only asked when the first has no answer, since each takes time.
local function ask_both(resolver, name, deadline)
  local found, problem = ask(resolver, name, "A", deadline)
  if found[1] then return found end
  local others, why = ask(resolver, name, "AAAA", deadline)
  return others, problem or why
end

--- Waits for the addresses of a name.
---@param name string
---@param seconds number
---@return string[]? found
---@return string? message
function addresses.of(name, seconds)
  local resolver = cqueues.assert(resolvers.stub())
  local found, problem = ask_both(resolver, name, core.now() + seconds)
  resolver:close()
  if found[1] then return found end
  if problem == errno.ETIMEDOUT then return nil, "timeout" end
  local reason = problem and errno.strerror(problem) or "unknown name"
  return nil, ("no address of %s: %s"):format(name, reason)
end

return addresses
