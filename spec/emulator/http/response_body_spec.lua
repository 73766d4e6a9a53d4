-- SPDX-License-Identifier: MIT
-- Bodies that are strings and bodies that are made when they are read.
local response_body = require("rtk.emulator.http.response_body")

local TEXT = "0123456789"

local BODIES = {
  ["a string"] = TEXT,
  ["a source"] = {
    size = #TEXT,
    read = function(first, last)
      return TEXT:sub(first, last)
    end,
  },
}

describe("rtk.emulator.http.response_body", function()
  for name, given in pairs(BODIES) do
    it("measures and reads " .. name, function()
      assert.equal(10, response_body.size(given))
      assert.equal(TEXT, response_body.text(given))
      assert.equal("234", response_body.part(given, 3, 5))
      assert.equal("89", response_body.part(given, 9, 20))
    end)

    it("cuts " .. name .. " into bodies", function()
      local slice = response_body.slice(response_body.slice(given, 3, 8), 2, 4)
      assert.equal(3, response_body.size(slice))
      assert.equal("345", response_body.text(slice))
      assert.equal("45", response_body.part(slice, 2, 9))
    end)
  end
end)
