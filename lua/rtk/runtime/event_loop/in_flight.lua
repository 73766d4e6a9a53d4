-- SPDX-License-Identifier: MIT
-- The calls in one inbox that one event loop waits for.
--
-- How the loop learns that the inbox has something to do is up to the host,
-- which is told with on_idle when there is nothing left to wait for.

local core = require("rtk.core")
local waiters = require("rtk.runtime.event_loop.waiter")

local Watch = {}
Watch.__index = Watch

local watch = {}

--- Makes a watch without calls.
---@param inbox table
---@param mode string "k" if calls belong to whoever waits for them, "" if the watch keeps them
---@return table watch
function watch.new(inbox, mode)
  return setmetatable({ inbox = inbox, _ids = setmetatable({}, { __mode = mode }) }, Watch)
end

--- Starts a request, for the running coroutine.
---@param host table see rtk.runtime.event_loop.waiter
---@param request table what the transport's submit takes
---@return table? waiter nil when the transport cannot start it
---@return table? result what comes of it then
function Watch:submit(host, request)
  local waiter = waiters.new(host)
  local id, unsent = self.inbox:submit(request, waiter)
  if not id then return nil, unsent end
  waiter.on_end = function(is_cancelled)
    self._ids[waiter] = nil
    if is_cancelled then self.inbox:cancel(id) end
    if self:is_idle() then self:on_idle() end
  end
  self._ids[waiter] = id
  waiter.watch, waiter.began, waiter.timeout = self, core.now(), request.timeout
  return waiter
end

--- Whether there are no calls.
---@return boolean
function Watch:is_idle()
  return next(self._ids) == nil
end

--- Ends one call from this side.
---@param waiter table
---@param message string why
function Watch:drop(waiter, message)
  waiter:receive(self.inbox:abandon(self._ids[waiter], message, waiter.began))
end

--- Ends all calls from this side.
---@param message string why
function Watch:fail(message)
  local all = {}
  for waiter in pairs(self._ids) do
    all[#all + 1] = waiter
  end
  for _, waiter in ipairs(all) do
    self:drop(waiter, message)
  end
end

--- Lets the inbox do what there is to do. It hands out one result at most, so that others get to
--- run before time is spent on making the next.
function Watch:step()
  local ok, message = pcall(self.inbox.step, self.inbox, 0, 1)
  -- Out of memory, in all likelihood. Whoever called must be told.
  if not ok then self:fail(tostring(message)) end
end

return watch
