-- SPDX-License-Identifier: MIT
-- The retries of a download: whether there is another attempt after one that failed, and when. What
-- counts is the failures in a row that brought no byte.

local download_error = require("rtk.download.download_error")
local errors = require("rtk.errors")
local events = require("rtk.http.events")
local http_retry = require("rtk.http.retry")
local request = require("rtk.download.request")

local retry = {}

local SHORTEST_TIMEOUT = 0.001 -- seconds

-- Statuses of a link that is no longer good.
local STALE = { [400] = true, [401] = true, [403] = true, [404] = true, [410] = true }

--- Seconds for a request.
---@param download rtk.Download
---@return number? seconds nil when none are left
function retry.time_left(download)
  if not download._deadline then return request.LONGEST_TIMEOUT end
  local left = download._deadline - download.channel.runtime:now()
  return left >= SHORTEST_TIMEOUT and left or nil
end

--- The failure when no time is left: the last one, if there was one.
---@param download rtk.Download
---@return rtk.Error
function retry.out_of_time(download)
  local last = download._last_failure
  if not last then
    return download_error.of(
      "timeout",
      download.call,
      "the download did not end within its timeout"
    )
  end
  errors.add(last, "timeout left no time for another attempt")
  last.is_passing = false
  return last
end

-- Notes how an attempt ended, and counts failures in a row.
local function note(download, err)
  local position = download.target.position
  if position > download._last_position then download._failures = 0 end
  download._last_position, download._last_failure = position, err
  download._failures = download._failures + 1
  err.message = download.channel.redact(err.message)
  events.emit(download.channel, "response", download.call, {
    status = err.status,
    kind = err.kind,
    message = err.message,
    elapsed = download._progress:seconds(),
  })
end

-- Whether a link that the server refuses can be made anew.
local function can_renew(download, err)
  if not download._renew or not download._url or not STALE[err.status] then return false end
  local is_new = download._renewed_at ~= download.target.position
  download._renewed_at = download.target.position
  return is_new
end

-- Seconds before the next attempt; nil when there is none.
local function delay_of(download, err)
  if not err.is_passing then return nil end
  local settings, left = download.channel.settings, retry.time_left(download)
  local most = download.options.max_retries or settings.max_retries
  local counted = { attempt = download._failures, max_retries = most }
  local seconds = http_retry.backoff(err, counted, settings.max_retry_wait, left)
  if not seconds or left and seconds < left then return seconds end
  retry.out_of_time(download)
  return nil
end

--- Waits before another attempt.
---@param download rtk.Download
---@param err rtk.Error of the attempt that failed
---@return rtk.Error? err nil when there is another attempt
function retry.recover(download, err)
  note(download, err)
  if can_renew(download, err) then
    download._url = nil
    return nil
  end
  local seconds = delay_of(download, err)
  if not seconds then return err end
  events.emit(download.channel, "retry", download.call, {
    kind = err.kind,
    status = err.status,
    message = err.message,
    seconds = seconds,
  })
  download.channel.runtime:sleep(seconds)
  if not download.channel.is_closed then return nil end
  return download_error.of("cancelled", download.call, "the client was closed")
end

return retry
