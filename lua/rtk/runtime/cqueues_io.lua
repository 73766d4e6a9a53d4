-- SPDX-License-Identifier: MIT
-- Waits for file descriptors and resolves host names in a coroutine of a cqueues controller. Names
-- are resolved as cqueues does, from /etc/hosts and the servers of /etc/resolv.conf.

local core = require("rtk.core")
local cqueues = require("cqueues")
local errno = require("cqueues.errno")
local resolvers = require("cqueues.dns.resolver")
local waiters = require("rtk.runtime.event_loop.waiter")

local io = {}

-- The two functions that a waiter needs of an adapter: here one poll is the whole wait.
local poller = {}

function poller.pause(waiter)
  waiter:receive(cqueues.poll(waiter.pollable, waiter.seconds) == waiter.pollable)
end

function poller.wake() end

--- Waits until a descriptor is ready. Afterwards the controller no longer knows the descriptor, so
--- it may be closed, or polled in another controller.
---@param descriptor integer
---@param events "r"|"w"
---@param seconds number
---@param on_cancel fun() called when the wait is cancelled
---@return boolean is_ready
function io.poll(descriptor, events, seconds, on_cancel)
  local waiter = waiters.new(poller, function(is_cancelled)
    cqueues.cancel(descriptor)
    if is_cancelled then on_cancel() end
  end)
  waiter.pollable, waiter.seconds = { pollfd = descriptor, events = events }, seconds
  return waiter:wait()
end

local function query(resolver, name, kind, deadline)
  local seconds = math.max(0, deadline - core.now())
  local packet, problem = resolver:query(name, kind, "IN", seconds)
  if not packet then return {}, problem end
  local addresses = {}
  for record in packet:grep({ section = "answer", type = kind }) do
    addresses[#addresses + 1] = record:addr()
  end
  return addresses
end

-- Queries IPv6 addresses only when there are no IPv4 addresses, since each query takes time.
local function query_both(resolver, name, deadline)
  local addresses, ipv4_problem = query(resolver, name, "A", deadline)
  if addresses[1] then return addresses end
  local ipv6_addresses, problem = query(resolver, name, "AAAA", deadline)
  return ipv6_addresses, ipv4_problem or problem
end

--- Resolves a host name.
---@param name string
---@param seconds number
---@return string[]? addresses
---@return string? message
function io.resolve(name, seconds)
  local resolver = cqueues.assert(resolvers.stub())
  local addresses, problem = query_both(resolver, name, core.now() + seconds)
  resolver:close()
  if addresses[1] then return addresses end
  if problem == errno.ETIMEDOUT then return nil, "timeout" end
  local reason = problem and errno.strerror(problem) or "unknown name"
  return nil, ("no address of %s: %s"):format(name, reason)
end

return io
