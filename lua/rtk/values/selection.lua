-- SPDX-License-Identifier: MIT
-- The option `fields` of list, each and get: only these fields of the objects are built.
--
-- The C transport reads past all others, which costs far less than to build them; it checks them as
-- any other JSON. What another transport decoded is cut down here.

local misuse = require("rtk.misuse")
local suggest = require("rtk.suggest")

---@class rtk.Selection
---@field names string[] with id, which is always there
---@field is_wanted table<string, true>
---@field text string for the transport: src/select/selection.h

local selection = {}

-- The type of the objects that an operation returns; nil when they have no id.
local function type_of(op)
  local reply = op.fields.reply
  local object = reply and (reply.kind == "array" and reply.items or reply)
  return object and object.fields and object.fields.id and object or nil
end

local function refuse_unknown(name, known)
  local clause = suggest.clause(name, suggest.names(known))
  misuse.raise(("fields: no object has a field %q"):format(name) .. clause)
end

--- Reads the option of a call.
---@param op rtk.Operation
---@param options rtk.CallOptions with fields, already checked
---@return rtk.Selection selection
function selection.of(op, options)
  local fields = options.fields
  local object, is_list = type_of(op), op.fields.reply.kind == "array"
  if not object then misuse.raise("fields has no use here: what the API returns has no id") end
  local names, is_wanted = { "id" }, { id = true }
  for _, name in ipairs(fields) do
    -- A page always has its paging.
    local is_of_page = is_list and name == "paging"
    if not object.fields[name] and not is_of_page then refuse_unknown(name, object.fields) end
    if not is_wanted[name] and not is_of_page then
      names[#names + 1], is_wanted[name] = name, true
    end
  end
  local text = (is_list and "[" or "{") .. (op.fields.wrapper or "") .. "\0"
  return { names = names, is_wanted = is_wanted, text = text .. table.concat(names, "\0") .. "\0" }
end

--- Lets a call select.
---@param call rtk.Call
---@param chosen rtk.Selection
function selection.put(call, chosen)
  call.selection, call.selected = chosen.text, chosen.names
end

--- Removes the other fields of an object.
---@param chosen rtk.Selection
---@param object any of a reply; what is no table stays as it is
function selection.cut(chosen, object)
  if type(object) ~= "table" then return end
  for name in next, object do
    if not chosen.is_wanted[name] then object[name] = nil end
  end
end

--- Removes the other fields of the items of a list, unless the transport has read past them.
---@param chosen rtk.Selection
---@param reply rtk.Reply
---@param items table
function selection.cut_all(chosen, reply, items)
  -- A single item may be an object in the list's place, which the transport does not know.
  if reply.is_selected and #items ~= 1 then return end
  for index = 1, #items do
    selection.cut(chosen, items[index])
  end
end

return selection
