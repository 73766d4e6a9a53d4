-- SPDX-License-Identifier: MIT
local shell = require("spec.support.shell")

describe("the examples", function()
  local lua = shell.lua()
  local emulated = ("%s lua/rtk/emulator/main.lua -- %s "):format(lua, lua)

  it("run the quick start against the emulator", function()
    local printed = shell.check(emulated .. "examples/quickstart.lua")
    for _, pattern in ipairs({
      "app       %x+%-[%x-]+  Quick start\n",
      "preset    %x+%-[%x-]+  group_call_host\n",
      "Ann       %x+%-[%x-]+  token ey",
      "Bob       %x+%-[%x-]+  token ey",
      "a new token for Ann",
      "Workshop 5\n",
      "updated   %x+%-[%x-]+  Stand%-up, moved, INACTIVE",
      "an error  nil\n",
      "kind not_found, status 404, attempts 1",
    }) do
      assert.truthy(printed:find(pattern), pattern .. " is not in:\n" .. printed)
    end
    assert.equal(1, select(2, printed:gsub("Workshop 3", "")))
  end)

  it("run every Lua block of the README", function()
    local blocks = 0
    for block in shell.read("README.md"):gmatch("```lua\n(.-)```") do
      blocks = blocks + 1
      local name = os.tmpname()
      local file = assert(io.open(name, "w"))
      file:write(block)
      file:close()
      local output, status = shell.run(emulated .. name)
      os.remove(name)
      assert.equal(0, status, block .. "\n" .. output)
    end
    assert.is_true(blocks >= 5)
  end)
end)
