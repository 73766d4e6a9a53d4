-- SPDX-License-Identifier: MIT
-- Downloads: content behind a link, into a file, to a function, or as chunks in a loop.

local closing = require("rtk.runtime.closing")
local download = require("rtk.download.download")
local download_error = require("rtk.download.download_error")
local function_target = require("rtk.download.function_target")
local misuse = require("rtk.misuse")
local option = require("rtk.download.options")

local downloads = {}

---@class rtk.DownloadResult
---@field path? string of a target that is a path
---@field bytes integer of the content
---@field content_type? string
---@field content_encoding? string how the content is packed, if the server says
---@field etag? string
---@field resumed_from integer bytes that were there before
---@field seconds number

-- Hands a chunk to the caller's function. The failure when that stops the download.
local function hand_over(self, chunk)
  local goes_on, message, reason = self.target.take(chunk)
  if goes_on or goes_on == nil and message == nil then return nil end
  if message == nil then
    return download_error.of("cancelled", self.call, "the target returned false, which stops it")
  end
  return download_error.of("file", self.call, misuse.text_of(message), reason)
end

local function run(self)
  while true do
    local piece, err = self:step()
    if piece == false then return self:finish() end
    if type(piece) == "string" then err = hand_over(self, piece) end
    if err then return nil, self:fail(err) end
  end
end

--- Downloads.
---@param channel rtk.Channel
---@param source rtk.DownloadSource
---@param target string|file*|fun(chunk: string): any
---@param resolved table options, as rtk.download.options resolves them
---@return rtk.DownloadResult? result
---@return string? message
---@return rtk.Error? err
function downloads.run(channel, source, target, resolved)
  download.check_open(channel)
  local opened, message, reason = option.open(target, resolved)
  if not opened then
    local err = download_error.of("file", download.call(source.url), message, reason)
    return nil, err.message, err
  end
  local self = download.new(channel, source, opened, resolved)
  -- The caller's function may raise, which ends it.
  local value, err = closing.run(self.close, run, self)
  if not value then return nil, err.message, err end
  return value
end

--- Downloads in a loop.
---@param channel rtk.Channel
---@param source rtk.DownloadSource
---@param resolved table options, as rtk.download.options resolves them
---@return fun(): string?, string?, rtk.Error? next the next chunk, nil at the end; nil, message,
---err on failure
---@return fun() close cancels it
function downloads.chunks(channel, source, resolved)
  download.check_open(channel)
  local self = download.new(channel, source, function_target.new(), resolved)
  local is_over = false
  local function close()
    is_over = true
    self:close()
  end
  local function next_chunk()
    while not is_over do
      local piece, err = self:step()
      if is_over then
        self:close()
        return nil
      end
      if type(piece) == "string" then return piece end
      is_over = not piece
      if err then return nil, self:fail(err).message, err end
      if piece == false then self:finish() end
    end
    return nil
  end
  return next_chunk, close
end

return downloads
