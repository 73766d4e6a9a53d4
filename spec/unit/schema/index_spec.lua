-- SPDX-License-Identifier: MIT
local generate = require("spec.support.programs.generate_index").generate
local shell = require("spec.support.servers.shell")

describe("the index of the schema", function()
  it("is what the schema makes it", function()
    assert.equal(generate(), shell.read("lua/rtk/schema/index.lua"), "run make types")
  end)

  it("lets a program load the shapes of no resource but those that it uses", function()
    local loaded = shell.lua_output([[
      local client = require("rtk").new({ api_token = "t", account_id = "a", app_id = "b" })
      pcall(client.webhooks.get, client.webhooks, nil)
      for _, name in ipairs({ "apps", "meetings", "peer_report", "presets", "webhooks" }) do
        if package.loaded["rtk.schema." .. name] then print(name) end
      end
    ]])
    assert.equal("webhooks", loaded)
  end)
end)
