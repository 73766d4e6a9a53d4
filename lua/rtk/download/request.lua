-- SPDX-License-Identifier: MIT
-- The requests of a download: a GET that is held when the content begins, and its continuations.

local content = require("rtk.download.content")
local core = require("rtk.core")
local dispatcher = require("rtk.runtime.scheduler.dispatcher")

local request = {}

local REFUSAL_BYTES = 65536 -- the most that is read of a response that is not the content

--- Seconds that stand for no limit.
request.LONGEST_TIMEOUT = 1e9

-- Of the client's own headers there is the user agent alone: the others are for the API.
local function header_lines(settings, target)
  local lines = {
    "Accept: */*",
    "Accept-Encoding: identity",
    "User-Agent: " .. (settings.user_agent or "rtk-lua/" .. core._VERSION),
  }
  if target.position > 0 then
    lines[#lines + 1] = ("Range: bytes=%.0f-"):format(target.position)
    lines[#lines + 1] = "If-Range: " .. content.validator(target.content)
  end
  return lines
end

--- Asks for what a target does not have.
---@param download rtk.Download
---@param url string
---@param timeout number seconds
---@return rtk.Result result held when there is content
function request.begin(download, url, timeout)
  local channel, options = download.channel, download.options
  if channel.is_closed then return dispatcher.closed_result() end
  return channel.runtime:send({
    method = "GET",
    url = url,
    headers = header_lines(channel.settings, download.target),
    timeout = timeout,
    connect_timeout = channel.settings.connect_timeout,
    max_response_bytes = REFUSAL_BYTES,
    min_speed = options.min_speed,
    stall_timeout = options.stall_timeout,
    reach = download.reach,
    raw = true,
    stream = true,
    owner = download,
  })
end

--- Lets a held transfer flow until there is something to tell.
---@param download rtk.Download
---@param id integer
---@param fields table how it flows, of the target
---@return rtk.Result result
function request.continue(download, id, fields)
  if download.channel.is_closed then return dispatcher.closed_result() end
  fields.resume, fields.timeout = id, request.LONGEST_TIMEOUT
  return download.channel.runtime:send(fields)
end

--- Drops a held transfer.
---@param download rtk.Download
---@param id? integer
function request.drop(download, id)
  if not id then return end
  -- It raises if the transport was closed, which has dropped it.
  pcall(function()
    dispatcher.of(download.channel.transport):cancel(id)
  end)
end

return request
