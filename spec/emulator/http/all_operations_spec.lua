-- SPDX-License-Identifier: MIT
-- The emulator serves every operation of the API reference: what the client sends for each of them
-- reaches a route. What the ids name does not exist, so that most answers are refusals, but those
-- of the operation and never of the gateway.
local emulator = require("rtk.emulator")
local wire_operations = require("spec.support.data.wire_operations")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

local OPERATIONS = 55

--- The row's arguments with ids that are UUIDs, which the emulator wants all ids to be.
local function arguments(row)
  local given = wire_operations.arguments(row)
  for position = 1, #row.names do
    given[position] = UNKNOWN
  end
  return given
end

describe("every operation", function()
  local served = {}

  for _, row in ipairs(wire_operations.rows()) do
    served[row.operation] = true

    it("is served: " .. row.title, function()
      local emu = emulator.new()
      -- A walk raises what the service refuses.
      pcall(wire_operations.call, emu:client({ max_retries = 0 }), row, arguments(row))
      local journal = emu:journal()
      assert.equal(1, #journal)
      -- A request without a route is named by its path. The reference has hyphens in one id's name.
      assert.equal(
        (row.operation:gsub("livestream%-session%-id", "livestream_session_id")),
        journal[1].operation
      )
      assert.is_nil(journal[1].response_body:find("7003", 1, true))
    end)
  end

  it("is in the table", function()
    local count = 0
    for _ in pairs(served) do
      count = count + 1
    end
    assert.equal(OPERATIONS, count)
  end)
end)
