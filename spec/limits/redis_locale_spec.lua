-- SPDX-License-Identifier: MIT
-- A fleet of which some processes run with decimal commas shares one budget in Redis.
local locales = require("spec.support.programs.locales")
local redis_server = require("spec.support.servers.redis_server")
local workdir = require("spec.support.servers.workdir")

-- Asks once, learns from one reply, and prints the notes.
local PROGRAM = [[
local rtk = require("rtk")
local limiter = rtk.rate_limit.redis({
  port = tonumber(arg[1]), quota = 40, window = 0.5 + 300, reserve = 0.25, timeout = 5,
})
local seconds, note = limiter:admit({})
print(seconds == 0, note)
print(limiter:observe({
  status = 200,
  elapsed = 0.125,
  headers = {
    ratelimit = '"default";r=' .. arg[2] .. ";t=30",
    ["ratelimit-policy"] = '"default";q=40;w=60',
  },
}))
]]

describe("rtk.rate_limit.redis", function()
  local server = redis_server.around()

  it("stores budgets that processes in other locales read", function()
    local directory = locales.make()
    finally(function()
      workdir.remove(directory)
    end)
    local names = locales.names()
    names[#names + 1] = "C"
    for index, name in ipairs(names) do
      local arguments = ("%d %d"):format(server.port, 39 - index)
      local output = locales.run(directory, name, PROGRAM, arguments)
      assert.equal("true\tnil", output:match("^[^\n]*"), name .. ": " .. output)
      local state = server:cli(("--raw get $(redis-cli -s %s keys '*')"):format(server.path))
      assert.falsy(state:find(",", 1, true), state)
      local written = ("default 40000000 60000000 %d000000"):format(39 - index)
      assert.truthy(state:find(written, 1, true), name .. ": " .. state)
    end
  end)
end)
