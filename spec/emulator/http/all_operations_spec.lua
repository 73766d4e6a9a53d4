-- SPDX-License-Identifier: MIT
-- The emulator serves every operation of the API reference: what the client sends for each of them
-- reaches a route. What the ids name does not exist, so that most answers are refusals, but those
-- of the operation and never of the gateway.
local emulator = require("rtk.emulator")
local schema = require("rtk.schema")
local wire_operations = require("spec.support.data.wire_operations")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

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
    served[row.key] = true

    it("is served: " .. row.title, function()
      local emu = emulator.new()
      -- A walk raises what the service refuses.
      pcall(wire_operations.call, emu:client({ max_retries = 0 }), row, arguments(row))
      local journal = emu:journal()
      assert.equal(1, #journal)
      -- A request without a route is named by its path.
      assert.equal(row.key, journal[1].operation)
      assert.is_nil(journal[1].response_body:find("7003", 1, true))
    end)
  end

  it("is in the table", function()
    local expected = {}
    for _, key in ipairs(schema.keys()) do
      expected[key] = true
    end
    assert.same(expected, served)
  end)
end)
