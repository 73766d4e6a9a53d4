-- SPDX-License-Identifier: MIT
-- Keeps an object up to date with what the API answers about it.

local object = {}

local function copy_fields(target, source)
  for name, value in pairs(source) do
    target[name] = value
  end
  return setmetatable(target, getmetatable(source))
end

--- Takes over the fields of a fresh reply; fields it does not mention stay,
--- since some replies are partial.
---@generic T: table
---@param target T
---@param fresh? T
---@param message? string
---@param err? rtk.Error
---@return T? target, string? message, rtk.Error? err
function object.merge(target, fresh, message, err)
  if not fresh then return nil, message, err end
  return copy_fields(target, fresh)
end

--- Becomes what a fresh and complete reply says.
---@generic T: table
---@param target T
---@param fresh? T
---@param message? string
---@param err? rtk.Error
---@return T? target, string? message, rtk.Error? err
function object.replace(target, fresh, message, err)
  if not fresh then return nil, message, err end
  for name in pairs(target) do
    target[name] = nil
  end
  return copy_fields(target, fresh)
end

return object
