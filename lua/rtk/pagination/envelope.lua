-- SPDX-License-Identifier: MIT
-- Finds the items and the paging in the body of a list's response, in any of the observed forms.

local errors = require("rtk.errors")

local envelope = {}

-- Keys under which lists were seen in data, in the order to look.
local known_keys = {
  "sessions",
  "participants",
  "livestreams",
  "recordings",
  "meetings",
  "presets",
  "webhooks",
  "apps",
  "data",
}

local function is_list(value)
  return type(value) == "table" and (value[1] ~= nil or next(value) == nil)
end

local function items_in(data, list_key)
  if is_list(data) then return data end
  if type(data) ~= "table" then return nil end
  if list_key and is_list(data[list_key]) then return data[list_key] end
  for _, key in ipairs(known_keys) do
    if is_list(data[key]) then return data[key] end
  end
  return data.id ~= nil and { data } or nil
end

-- The paging stands beside the data, inside of them, or in result_info.
local function paging_in(body, data)
  if type(body.paging) == "table" then return body.paging end
  local inner = type(data) == "table" and data.paging
  if type(inner) == "table" then return inner end
  return type(body.result_info) == "table" and body.result_info or nil
end

--- Finds the items and the paging.
---@param body table the decoded reply
---@param list_key? string where the operation's schema expects the list in data
---@return table? items nil when there is no list in it
---@return rtk.Paging? paging
function envelope.read(body, list_key)
  if is_list(body) then return body, nil end
  local data = body.data
  if data == nil then data = body.result end
  local items, paging = items_in(data, list_key), paging_in(body, data)
  -- A single object in the list's place, when there is none.
  if not items and paging and paging.total_count == 0 then items = {} end
  return items, paging
end

--- Finds the items and the paging of a reply, for its fields items and paging.
---@param reply rtk.Reply
---@return rtk.Error? err when there is no list in it
function envelope.read_reply(reply)
  local call = reply.call
  reply.items, reply.paging = envelope.read(reply.value, call.operation.fields.wrapper)
  if reply.items then return nil end
  return errors.unusable("decode", reply, call, "there is no list in it")
end

return envelope
