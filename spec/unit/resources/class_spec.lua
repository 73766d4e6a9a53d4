-- SPDX-License-Identifier: MIT

local schema = require("rtk.schema")

-- The most that a wrapped method passes on, self included.
local MOST = 5

describe("rtk.resources.class", function()
  it("passes on as many arguments as any method takes", function()
    for _, name in ipairs(schema.resources) do
      for method, f in pairs(require("rtk.resources." .. name)._methods) do
        local info = debug.getinfo(f, "u")
        -- Lua 5.1 does not say.
        assert.is_true((info.nparams or 0) <= MOST, name .. "." .. method)
        assert.is_not_true(info.isvararg, name .. "." .. method)
      end
    end
  end)
end)
