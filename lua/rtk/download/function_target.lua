-- SPDX-License-Identifier: MIT
-- A download's target that is a function: it gets the content in chunks, and each only when it has
-- returned from the one before. A file that the caller has opened is such a function, too.

---@class rtk.FunctionTarget
local FunctionTarget = {}
FunctionTarget.__index = FunctionTarget

local function_target = {}

local CHUNK_BYTES = 128 * 1024

--- Makes one.
---@param f? fun(chunk: string): any
---@return rtk.FunctionTarget
function function_target.new(f)
  return setmetatable({ take = f, position = 0 }, FunctionTarget)
end

local NO_SPACE = 28 -- ENOSPC

-- Makes the failure of a file's method one of the download.
local function written(ok, message, code)
  if ok then return true end
  local reason = code == NO_SPACE and "disk_full" or "write"
  return nil, "could not write to the file: " .. tostring(message), reason
end

--- Makes one of a file that is open for writing.
---@param file file*
---@return rtk.FunctionTarget
function function_target.of_file(file)
  local self = function_target.new(function(chunk)
    return written(file:write(chunk))
  end)
  self.finish = function()
    return written(file:flush())
  end
  return self
end

--- What it has got cannot be taken back.
---@return false
function FunctionTarget:restart()
  return self.position == 0
end

--- Notes which content it gets.
---@param of rtk.DownloadContent
---@return true ok
function FunctionTarget:begin(of)
  self.content = of
  return true
end

--- How a transfer flows to it.
---@return table fields of a request
function FunctionTarget:flow()
  return { chunk = CHUNK_BYTES }
end

--- Nothing is left to do.
---@return true ok
function FunctionTarget:finish()
  return true
end

--- Nothing is left behind.
function FunctionTarget:abandon() end

return function_target
