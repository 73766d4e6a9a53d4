-- SPDX-License-Identifier: MIT
-- Reads the body of a successful reply: its data, the object in it, what it lacks.

local array = require("rtk.array")

local reply_body = {}

--- The data of a successful reply.
---@param body table the decoded reply
---@return any data
function reply_body.data(body)
  if body.data ~= nil then return body.data end
  return body.result
end

--- The object in a successful reply; some replies wrap it under its own name.
---@param self rtk.Operation
---@param body table the decoded reply
---@return table? object
function reply_body.object(self, body)
  local data, wrapper = body.data, self.fields.wrapper
  if data == nil then data = body.result end
  if type(data) ~= "table" then return nil end
  if wrapper and type(data[wrapper]) == "table" and data.id == nil then return data[wrapper] end
  return data
end

-- The object that a reply holds under a name; some replies have a list of it, under the plural.
local function held_in(self, data)
  local name = self.fields.holds
  if not name then return nil end
  local all = data[name .. "s"]
  if data[name] == nil and type(all) == "table" then return all[1] end
  return data[name]
end

-- The only item of a list, which stands in its place.
local function is_lone_item(value)
  return type(value) == "table" and not array.is(value) and next(value) ~= nil
end

--- The data of a successful reply, in the form that the schema gives it: the object that it holds
--- under its name, lists as arrays, the paging inside.
---@param self rtk.Operation
---@param body table the decoded reply
---@return any data
function reply_body.complete_data(self, body)
  local data, reply = reply_body.data(body), self.fields.reply
  if type(data) ~= "table" or not reply or not reply.fields then return data end
  if self.fields.holds then data[self.fields.holds] = held_in(self, data) end
  for name, field in pairs(reply.fields) do
    if field.kind == "array" and is_lone_item(data[name]) then
      data[name] = array.new({ data[name] })
    end
  end
  -- The reference has the paging inside data, real replies have it beside.
  if reply.fields.paging and data.paging == nil then data.paging = body.paging end
  return data
end

local function is_usable(value)
  local kind = type(value)
  return kind == "string" and value ~= "" or kind == "number"
end

local function is_held(held, name)
  return type(held) == "table" and is_usable(held[name])
end

--- Looks for the needed fields in the object of a successful reply.
---@param self rtk.Operation one that needs some
---@param body table the decoded reply
---@return string? missing name of the first field that it lacks, or "object"
---@return table? object
function reply_body.missing(self, body)
  local object, needs = reply_body.object(self, body), self.needs
  if not object then return "object" end
  for index = 1, #needs do
    local name = needs[index]
    if not is_usable(object[name]) and not is_held(held_in(self, object), name) then return name end
  end
  return nil, object
end

return reply_body
