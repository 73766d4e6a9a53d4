-- SPDX-License-Identifier: MIT
-- Bodies that are strings and bodies that are made when they are read.
local body = require("rtk.emulator.http.response_body")

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
      assert.equal(10, body.size(given))
      assert.equal(TEXT, body.text(given))
      assert.equal("234", body.part(given, 3, 5))
      assert.equal("89", body.part(given, 9, 20))
    end)

    it("cuts " .. name .. " into bodies", function()
      local slice = body.slice(body.slice(given, 3, 8), 2, 4)
      assert.equal(3, body.size(slice))
      assert.equal("345", body.text(slice))
      assert.equal("45", body.part(slice, 2, 9))
    end)
  end
end)
