-- SPDX-License-Identifier: MIT
-- A download's target that is a path: the content collects in `path.part`, which gets its name when
-- it is whole. Beside it `path.part.content` says which content it is a part of.

local content = require("rtk.download.content")
local core = require("rtk.core")

---@class rtk.FileTarget
---@field path string
---@field file table of core.open_file
local FileTarget = {}
FileTarget.__index = FileTarget

local file_target = {}

local SUFFIX = ".part"
local CONTENT_SUFFIX = ".part.content"

-- Seconds between two looks at a transfer that nobody wants to hear of.
local QUIET_INTERVAL = 10

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read(4096)
  file:close()
  return text
end

-- nil, the message with the path, the reason.
local function failure(path, message, reason)
  return nil, message .. " (" .. path .. ")", reason
end

--- Opens it.
---@param path string
---@param keeps_part boolean whether to go on with what an earlier download left
---@return rtk.FileTarget? target
---@return string? message
---@return string? reason
function file_target.open(path, keeps_part)
  local file, message, reason, place = core.open_file(path .. SUFFIX, path)
  if not file then return failure(place or path .. SUFFIX, message, reason) end
  local self = setmetatable({ path = path, file = file, _keeps_part = keeps_part }, FileTarget)
  local known = keeps_part and content.decode(read(path .. CONTENT_SUFFIX)) or nil
  if known and file:size() > 0 then
    self.content, self.position = known, file:size()
    return self
  end
  local ok
  ok, message, reason = self:restart()
  if ok then return self end
  file:close()
  return nil, message, reason
end

-- Cuts it to a length, but not without need: a file system may write at once what follows on a cut,
-- as ext4 does when the file is closed.
local function cut(self, bytes)
  if self.file:size() == bytes then return true end
  local ok, message, reason = self.file:truncate(bytes)
  if ok then return true end
  return failure(self.path .. SUFFIX, message, reason)
end

--- Drops what it has.
---@return true? ok
---@return string? message
---@return string? reason
function FileTarget:restart()
  os.remove(self.path .. CONTENT_SUFFIX)
  self.position, self.content = 0, nil
  return cut(self, 0)
end

--- Notes which content it will have a part of.
---@param of rtk.DownloadContent
---@return true? ok
---@return string? message
---@return string? reason
function FileTarget:begin(of)
  self.content = of
  if not self._keeps_part or not content.validator(of) then return true end
  local path = self.path .. CONTENT_SUFFIX
  local note, message, reason = core.open_file(path)
  if not note then return failure(path, message, reason) end
  local ok = note:size() == 0 or note:truncate(0)
  if ok then
    ok, message, reason = note:write(0, content.encode(of))
  end
  note:close()
  if ok then return true end
  return failure(path, message, reason)
end

--- How a transfer flows into it.
---@param interval? number seconds between two reports
---@return table fields of a request
function FileTarget:flow(interval)
  return { file = self.file, offset = self.position, interval = interval or QUIET_INTERVAL }
end

--- Gives it its name.
---@return true? ok
---@return string? message
---@return string? reason
function FileTarget:finish()
  -- More than the content is there if an earlier part was longer.
  local ok, message, reason = cut(self, self.position)
  if not ok then return nil, message, reason end
  ok, message = os.rename(self.path .. SUFFIX, self.path)
  if not ok then return nil, "could not rename the file: " .. tostring(message), "write" end
  os.remove(self.path .. CONTENT_SUFFIX)
  self.file:close()
  return true
end

--- Leaves it: what a later download can go on with stays.
function FileTarget:abandon()
  local can_go_on = self._keeps_part and self.content and content.validator(self.content)
  if not can_go_on or self.position == 0 then
    os.remove(self.path .. SUFFIX)
    os.remove(self.path .. CONTENT_SUFFIX)
  end
  self.file:close()
end

return file_target
