-- SPDX-License-Identifier: MIT
-- Objects of one kind, in order of creation and by id. A record is any table with an `id`.
local Collection = { __name = "rtk.emulator.state.collection" }
Collection.__index = Collection

---@param record table
---@return table record
function Collection:add(record)
  table.insert(self.records, record)
  self.by_id[record.id] = record
  return record
end

---@param id string
---@return table? record
function Collection:get(id)
  return self.by_id[id]
end

---@param record table
function Collection:remove(record)
  self.by_id[record.id] = nil
  for index, candidate in ipairs(self.records) do
    if candidate == record then
      table.remove(self.records, index)
      return
    end
  end
end

--- The first record that passes, or nil.
---@param passes fun(record: table): boolean
---@return table? record
function Collection:find(passes)
  for _, record in ipairs(self.records) do
    if passes(record) then return record end
  end
end

--- The records that pass, oldest first. Without a test the list itself, not to be changed.
---@param passes? fun(record: table): boolean
---@return table[]
function Collection:select(passes)
  if not passes then return self.records end
  local selected = {}
  for _, record in ipairs(self.records) do
    if passes(record) then selected[#selected + 1] = record end
  end
  return selected
end

local function new()
  return setmetatable({ records = {}, by_id = {} }, Collection)
end

return { new = new }
