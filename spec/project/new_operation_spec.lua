-- SPDX-License-Identifier: MIT
-- Adds a made-up operation to a copy of the tree by the steps in lua/rtk/README.md, and runs the
-- specs there that compare the schema, the methods, the emulator and the guides.
local guides = require("spec.support.data.guides")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local GUIDE = "lua/rtk/README.md"
local SPECS = "spec/unit/resources spec/unit/schema spec/wire/lists_spec.lua "
  .. "spec/wire/retries_spec.lua spec/wire/options_spec.lua spec/wire/misuse_spec.lua "
  .. "spec/emulator/http/all_operations_spec.lua"

-- The changes in the guide: a file, and a text in it with what replaces it.
local function changes()
  local found = {}
  for _, block in ipairs(guides.blocks(GUIDE)) do
    if block.language == "diff" then
      local file, body = block.text:match("^%-%-%- (%S+)\n(.*)$")
      local before, after = {}, {}
      for sign, line in body:gmatch("([ +])([^\n]*\n)") do
        if sign == " " then before[#before + 1] = line end
        after[#after + 1] = line
      end
      found[#found + 1] =
        { file = file, before = table.concat(before), after = table.concat(after) }
    end
  end
  return found
end

describe("a new operation", function()
  local copy

  before_each(function()
    copy = workdir.new()
    shell.check(("cp -R .busted lua spec rockspec src Makefile README.md %s"):format(copy))
    shell.check(("ln -s %s/build %s/build"):format(shell.check("pwd"), copy))
  end)

  after_each(function()
    workdir.remove(copy)
  end)

  local function apply(change)
    local path = copy .. "/" .. change.file
    local text = shell.read(path)
    local start, stop = text:find(change.before, 1, true)
    assert.is_truthy(start, change.before)
    assert.is_nil(text:find(change.before, stop + 1, true), change.before)
    workdir.write(path, text:sub(1, start - 1) .. change.after .. text:sub(stop + 1))
  end

  local function run(command)
    local lua = shell.lua()
    local environment = "LUA_PATH='lua/?.lua;lua/?/init.lua;./?.lua;spec/?.lua;;' "
      .. ("LUA_CPATH='build/%s/?.so;;'"):format(lua)
    return shell.run(("cd %s && %s %s %s"):format(copy, environment, lua, command))
  end

  local function run_specs()
    return run("$(command -v busted || echo /usr/bin/busted) -o TAP " .. SPECS)
  end

  local function generate()
    shell.check(("make -s -C %s types lists"):format(copy))
  end

  it("costs the steps in the guide, and no more", function()
    assert.equal(5, #changes())
    for _, change in ipairs(changes()) do
      apply(change)
    end
    generate()
    local output, status = run_specs()
    assert.equal(0, status, output)
    assert.truthy(output:find("sessions:list_notes", 1, true), output)
  end)

  it("is missed wherever it is missing", function()
    for _, change in ipairs(changes()) do
      if change.file:find("^spec/") then apply(change) end
    end
    generate()
    local output, status = run_specs()
    assert.are_not.equal(0, status)
    for _, title in ipairs({
      "schema has the operations of the reference",
      "the table of operations has every public method",
      "every operation is served: sessions:list_notes",
    }) do
      assert.truthy(output:find("not ok %d+ %- " .. title), title .. "\n" .. output)
    end
  end)
end)
