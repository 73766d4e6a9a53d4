-- SPDX-License-Identifier: MIT
-- Idle connections to Redis outside nginx. One call uses a connection at a time, so there are as
-- many as there were calls at once; only some are kept.

local core = require("rtk.core")

---@class rtk.RedisPool
local Pool = {}
Pool.__index = Pool

local pool = {}

local MOST_KEPT = 16
local LONGEST_IDLE = 60 -- seconds; middleboxes may drop a connection that is idle for longer

--- Creates an empty pool.
---@return rtk.RedisPool
function pool.new()
  return setmetatable({ _links = {} }, Pool)
end

-- After a fork, connections opened before it belong to the parent process.
local function is_own(link)
  return link.generation == core.generation()
end

local function is_usable(link)
  return is_own(link) and core.now() - link.idle_since < LONGEST_IDLE and link:is_alive()
end

--- Removes the connection that was used last and still works.
---@param name string of the node
---@return table? link
function Pool:take(name)
  for index = #self._links, 1, -1 do
    if self._links[index].name == name then
      local link = table.remove(self._links, index)
      if is_usable(link) then return link end
      link:close()
    end
  end
end

--- Keeps a connection, or closes it when the pool is full.
---@param link table with name, generation, is_alive() and close()
function Pool:put(link)
  if #self._links >= MOST_KEPT or not is_own(link) then return link:close() end
  link.idle_since = core.now()
  table.insert(self._links, link)
end

return pool
