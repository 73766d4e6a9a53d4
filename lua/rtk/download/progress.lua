-- SPDX-License-Identifier: MIT
-- Tells the caller of a download how far it is, at most 10 times a second.

local core = require("rtk.core")

local Progress = {}
Progress.__index = Progress

local progress = { INTERVAL = 0.1 } -- seconds

--- Makes one.
---@param on_progress? fun(progress: rtk.DownloadProgress)
---@return table
function progress.new(on_progress)
  local now = core.now()
  return setmetatable({ _tell = on_progress, _start = now, _next = now }, Progress)
end

--- Seconds since the download began.
---@return number
function Progress:seconds()
  return core.now() - self._start
end

--- Tells, unless that was done a moment ago.
---@param received integer
---@param total? integer
---@param is_last? boolean
function Progress:report(received, total, is_last)
  local now = core.now()
  if not self._tell or not is_last and now < self._next then return end
  if is_last and received == self._told and total == self._told_total then return end
  self._next, self._told, self._told_total = now + progress.INTERVAL, received, total
  self._tell({ received = received, total = total, seconds = now - self._start })
end

return progress
