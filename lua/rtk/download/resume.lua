-- SPDX-License-Identifier: MIT
-- Whether a response's content belongs to what the target has already. A wrong answer here would
-- mix two contents, so in doubt the target starts over, or the download fails.

local content = require("rtk.download.content")
local download_error = require("rtk.download.download_error")

local resume = {}

local function changed(call, is_passing)
  local message = "the content has changed since the part of it that the target has"
  return download_error.of("conflict", call, message, "changed", is_passing)
end

-- Starts over. The failure when the target cannot.
local function restart(download)
  local ok, message, reason = download.target:restart()
  if ok then
    download.resumed_from = 0
    return nil
  end
  if ok == false then return changed(download.call) end
  return download_error.of("file", download.call, message, reason)
end

--- Makes sure that the rest can be asked for. The failure when it cannot, nor all.
---@param download rtk.Download
---@return rtk.Error? err
function resume.prepare(download)
  local target = download.target
  if target.position == 0 or target.content and content.validator(target.content) then
    return nil
  end
  local err = restart(download)
  if err and err.reason == "changed" then
    local message = "the connection was lost, and the server does not say how to go on"
    return download_error.of("connection", download.call, message, "changed")
  end
  return err
end

local function place_part(download, found)
  local target = download.target
  local fits = target.position > 0
    and found.first == target.position
    and content.may_be_same(target.content, found)
  if fits then return nil end
  local err = restart(download)
  if err then return err end
  local message = "the server sent another part than was asked for"
  return download_error.of("protocol", download.call, message, nil, true)
end

local function place_whole(download, found)
  local target = download.target
  if target.position == 0 then return nil end
  local known = target.content
  local err = restart(download)
  -- A function skips what it has had of the same content.
  local is_skipped = err and err.reason == "changed" and found.etag and found.etag == known.etag
  if is_skipped then return nil end
  return err
end

local function check_size(download, found)
  local most = download.options.max_bytes
  if not most or not found.total or found.total <= most then return nil end
  local message = ("the content has %.0f bytes, max_bytes allows %.0f"):format(found.total, most)
  return download_error.of("too_large", download.call, message)
end

-- What stands between may answer with a page of its own.
local function check_type(download, found)
  if not download.refuses_pages or not (found.type or ""):find("^[Tt][Ee][Xx][Tt]/[Hh][Tt]") then
    return nil
  end
  local message = "a page of HTML came in place of the file"
  return download_error.of("protocol", download.call, message, nil, true)
end

--- Checks what a response announces, and notes it. The failure when it must not be taken.
---@param download rtk.Download
---@param result rtk.Result
---@return rtk.Error? err
function resume.accept(download, result)
  local found = content.of(result)
  local place = result.status == 206 and place_part or place_whole
  local err = check_type(download, found) or check_size(download, found) or place(download, found)
  if err then return err end
  download.content, download.start = found, found.first
  local ok, message, reason = download.target:begin(found)
  if ok then return nil end
  return download_error.of("file", download.call, message, reason)
end

-- 416: the target has all, or more than there is.
local function conclude_range(download, result)
  local target, found = download.target, content.of(result)
  if target.position == 0 then return download_error.of_response(result, download.call) end
  -- The range counts only for the content that was asked for, so this is its length.
  if found.total == target.position then
    download.content = target.content
    return nil
  end
  return restart(download) or changed(download.call, true)
end

--- What a response without content means. The failure unless the target has all.
---@param download rtk.Download
---@param result rtk.Result
---@return rtk.Error? err
function resume.conclude(download, result)
  local status = result.status
  if status == 416 then return conclude_range(download, result) end
  if status < 200 or status >= 300 or status == 204 then
    return download_error.of_response(result, download.call)
  end
  return resume.accept(download, result)
end

return resume
