-- SPDX-License-Identifier: MIT
-- Connections to Redis that wait for their next use. Each is used by one call at a time, so there
-- are as many as there were calls at once; only some of them are kept.

local core = require("rtk.core")

local Pool = {}
Pool.__index = Pool

local redis_pool = {}

local KEEP_MOST = 16
local KEEP_FOR = 60 -- seconds; what is unused for longer may have been dropped on the way

--- Makes an empty pool.
---@return table pool
function redis_pool.new()
  return setmetatable({ _links = {} }, Pool)
end

-- What was opened before a fork is the other process's.
local function is_ours(link)
  return link.generation == core.generation()
end

local function is_usable(link)
  return is_ours(link) and core.now() - link.kept_at < KEEP_FOR and link:is_alive()
end

--- Takes out a connection, the one that was used last if it still works.
---@param name string of where it leads
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

--- Keeps a connection, or closes it when there are enough.
---@param link table with name, generation, is_alive() and close()
function Pool:put(link)
  if #self._links >= KEEP_MOST or not is_ours(link) then return link:close() end
  link.kept_at = core.now()
  table.insert(self._links, link)
end

return redis_pool
