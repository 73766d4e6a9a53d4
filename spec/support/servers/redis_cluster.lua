-- SPDX-License-Identifier: MIT
-- A cluster of two Redis nodes. The first has all slots but the last at the beginning; the second
-- keeps the last one, because a node without slots becomes a replica.

local process = require("spec_process")
local redis_server = require("spec.support.servers.redis_server")
local shell = require("spec.support.servers.shell")

-- The last slot is the second node's for good: one that has lost all of them becomes a replica.
local LAST = 16383

local Cluster = {}
Cluster.__index = Cluster

local redis_cluster = {}

-- What a node knows of another one, or of itself: its epoch, and whether it has a slot.
local function known(node, id, slot)
  for line in node:cli("cluster nodes"):gmatch("[^\n]+") do
    local epoch, slots = line:match("^" .. id .. " %S+ %S+ %S+ %d+ %d+ (%d+) %S+(.*)$")
    if epoch then
      local has_slot = false
      for first, last in slots:gmatch(" (%d+)%-?(%d*)") do
        last = tonumber(last) or tonumber(first)
        has_slot = has_slot or tonumber(first) <= slot and slot <= last
      end
      return tonumber(epoch), has_slot
    end
  end
  return 0, false
end

-- Whether both nodes know that one has the slot, for good: of two that claim one, that with the
-- later epoch gets it.
local function has_slot(node, other, slot)
  local epoch, is_own = known(node, node.id, slot)
  return is_own and select(2, known(other, node.id, slot)) and epoch > known(other, other.id, slot)
end

-- Repeats a command until its output has a text in it.
local function wait_for(node, command, text)
  for _ = 1, 1500 do
    local output = node:cli(command)
    if output:find(text, 1, true) then return output end
    shell.check("sleep 0.02")
  end
  error(command .. " does not say " .. text)
end

local function start_node(arguments)
  local bus = process.free_ports(1)[1]
  local node = redis_server.start(
    ("--cluster-enabled yes --cluster-port %d --cluster-require-full-coverage no %s"):format(
      bus,
      arguments or ""
    )
  )
  node.bus = bus
  node.id = node:cli("cluster myid")
  return node
end

--- Where a key is.
---@param key string
---@return string slot
function Cluster:slot_of(key)
  return (self.first:cli("cluster keyslot " .. key):match("%d+"))
end

--- Begins to move a slot from the first node to the second.
---@param slot string
function Cluster:begin_move(slot)
  self.second:cli(("cluster setslot %s importing %s"):format(slot, self.first.id))
  self.first:cli(("cluster setslot %s migrating %s"):format(slot, self.second.id))
end

--- Moves a slot with nothing in it.
---@param slot string
---@param node table where it is from then on
function Cluster:move(slot, node)
  local other = node == self.first and self.second or self.first
  -- What one has said before may come later and undo it.
  for _ = 1, 1500 do
    node:cli(("cluster setslot %s node %s"):format(slot, node.id))
    node:cli("cluster bumpepoch")
    other:cli(("cluster setslot %s node %s"):format(slot, node.id))
    if has_slot(node, other, tonumber(slot)) then return end
    shell.check("sleep 0.02")
  end
  error("the slot does not move")
end

--- Ends it.
function Cluster:stop()
  self.first:stop()
  self.second:stop()
end

--- Starts a cluster.
---@param arguments? string further ones of both redis-servers
---@return table cluster with the nodes first and second
function redis_cluster.start(arguments)
  local first, second = start_node(arguments), start_node(arguments)
  first:cli("cluster addslotsrange 0 " .. LAST - 1)
  second:cli("cluster addslots " .. LAST)
  second:cli(("cluster meet 127.0.0.1 %d %d"):format(first.port, first.bus))
  for _, node in ipairs({ first, second }) do
    wait_for(node, "cluster info", "cluster_known_nodes:2")
    wait_for(node, "cluster info", "cluster_state:ok")
    wait_for(node, "cluster nodes", "0-" .. LAST - 1)
  end
  return setmetatable({ first = first, second = second }, Cluster)
end

return redis_cluster
