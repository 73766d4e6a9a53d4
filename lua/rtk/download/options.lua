-- SPDX-License-Identifier: MIT
-- The options and targets of downloads, checked.

local file_target = require("rtk.download.file_target")
local function_target = require("rtk.download.function_target")
local misuse = require("rtk.misuse")
local validate = require("rtk.validate")

---@class rtk.DownloadOptions
---@field resume? boolean go on with what an earlier download to the same path left; default true
---@field on_progress? fun(progress: rtk.DownloadProgress) called at most 10 times a second
---@field max_bytes? integer the longest content that is taken
---@field timeout? number seconds for the whole download; default no limit
---@field stall_timeout? number seconds that it may be slower than min_speed; default 30
---@field min_speed? number bytes per second; default 1024
---@field max_retries? integer attempts in a row that get nothing; default that of the client
---@field allow_private? boolean also http, and addresses that are not public; default false
---@field renew? fun(): string?, string?, any gives a fresh link when this one has expired

---@class rtk.DownloadProgress
---@field received integer bytes that the target has
---@field total? integer bytes of the content, if the server says
---@field seconds number since the download began

local options = {}

local NO_FILES = "a path as target needs the libraries io and os, which are missing here: "
  .. "pass a function, which gets the content in chunks"

local kinds = {
  resume = "boolean",
  on_progress = "function",
  max_bytes = validate.count,
  timeout = validate.seconds,
  stall_timeout = validate.size,
  min_speed = validate.count,
  max_retries = validate.count,
  allow_private = "boolean",
  renew = "function",
}

local STALL_TIMEOUT = 30 -- seconds
local MIN_SPEED = 1024 -- bytes per second

--- Checks options and adds defaults.
---@param what string the options in messages
---@param given? table
---@param extra? table further kinds
---@return table resolved a new table
function options.resolve(what, given, extra)
  given = given or {}
  validate.check(what, given, kinds, extra)
  local resolved = { stall_timeout = STALL_TIMEOUT, min_speed = MIN_SPEED, resume = true }
  for name, value in pairs(given) do
    resolved[name] = value
  end
  return resolved
end

--- Where a download may connect to, and whether it must be encrypted.
---@param settings table of the channel
---@param resolved table
---@return string? reach for the transport
---@return boolean allows_http
function options.reach(settings, resolved)
  if resolved.allow_private then return nil, true end
  if settings.is_loopback then return "loopback", true end
  return "public", false
end

--- Opens what a caller passed as a target.
---@param target any
---@param resolved table
---@return rtk.FileTarget|rtk.FunctionTarget|nil opened
---@return string? message
---@return string? reason
function options.open(target, resolved)
  if type(target) == "function" then return function_target.new(target) end
  if type(target) == "string" and target ~= "" then
    if not (io and io.open and os.rename and os.remove) then misuse.raise(NO_FILES) end
    if target:find("%z") then misuse.raise("target must not contain NUL") end
    return file_target.open(target, resolved.resume)
  end
  local state = io and io.type(target)
  if state == "file" then return function_target.of_file(target) end
  if state == "closed file" then misuse.raise("target is a file that is closed") end
  misuse.raise("target must be a path, an open file or a function, got " .. misuse.describe(target))
end

return options
