-- SPDX-License-Identifier: MIT
-- What all objects of the API have in common: an id, the times of creation and last change (in the
-- clock's milliseconds) and `fields`, the members that users may write.
local clock = require("rtk.emulator.state.clock")

local M = {}

--- A new record with the next id, created now.
---@param emulator table
---@param fields table
---@return table record
function M.new(emulator, fields)
  local now = emulator.clock:tick()
  return { id = emulator.ids:uuid(), created = now, updated = now, fields = fields }
end

--- Gives a record new fields and notes the time.
---@param emulator table
---@param record table
---@param fields table
---@return table record
function M.update(emulator, record, fields)
  record.fields, record.updated = fields, emulator.clock:tick()
  return record
end

--- The record as the API shows it; the result may be changed at its top level.
---@param record table
---@return table
function M.view(record)
  local view = {}
  for name, value in pairs(record.fields) do
    view[name] = value
  end
  view.id = record.id
  view.created_at, view.updated_at = clock.format(record.created), clock.format(record.updated)
  return view
end

return M
