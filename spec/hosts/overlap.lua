-- SPDX-License-Identifier: MIT
-- A call and a pause at once, as programs of hosts check that both work there.

local rtk = require("rtk")

--- Raises where one of them fails.
---@param client rtk.Client
return function(client)
  local results = rtk.gather({
    function()
      return assert(client.meetings:list())
    end,
    function()
      rtk.sleep(0.05)
      return 7
    end,
  })
  assert(results[1][1] and results[2][2] == 7)
end
