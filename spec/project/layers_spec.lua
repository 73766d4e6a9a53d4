-- SPDX-License-Identifier: MIT
-- Every require in lua/ and every #include in src/ against the layers in lua/rtk/README.md.
local layers = require("spec.support.asserts.layers")
local shell = require("spec.support.servers.shell")

local GUIDE = "lua/rtk/README.md"

describe("the imports", function()
  local rows = layers.read(GUIDE, shell.read(GUIDE))

  local function all_files()
    local files = {}
    for _, path in ipairs(shell.lines("find lua src -name '*.lua' -o -name '*.[ch]'")) do
      -- The editor's types are no modules.
      if not path:find("/types%.lua$") then files[path] = shell.read(path) end
    end
    return files
  end

  it("go down the layers, without cycles, and not between client and emulator", function()
    assert.same({}, layers.problems(all_files(), rows))
  end)

  it("are all found", function()
    local count = 0
    for _, imported in pairs(layers.imports(all_files())) do
      count = count + #imported
    end
    assert.is_true(count > 500, count .. " imports")
  end)

  -- The problems of the tree with some files replaced or added.
  local function problems_with(changed)
    local files = all_files()
    for path, text in pairs(changed) do
      files[path] = text
    end
    return layers.problems(files, rows)
  end

  it("are reported when one goes up", function()
    assert.same(
      {
        "lua/rtk/misuse.lua (helpers) imports lua/rtk/client.lua of a higher layer (entry)",
      },
      problems_with({
        ["lua/rtk/misuse.lua"] = 'local client = require("rtk.client")',
        ["lua/rtk/client.lua"] = "",
      })
    )
    assert.same(
      { "src/new.c (C basics) imports src/json/new.h of a higher layer (JSON)" },
      problems_with({
        ["src/new.c"] = '#include "json/new.h"',
        ["src/json/new.h"] = "",
      })
    )
  end)

  it("are reported when they form a cycle", function()
    assert.same(
      { "lua/rtk/new_b.lua and lua/rtk/new_a.lua import each other in a cycle" },
      layers.problems({
        ["lua/rtk/new_a.lua"] = 'require("rtk.new_b")',
        ["lua/rtk/new_b.lua"] = 'require "rtk.new_a"',
      }, { { name = "all", paths = { "lua/rtk" } } })
    )
  end)

  it("are reported when they form a cycle of folders", function()
    assert.same(
      { "lua/rtk/b and lua/rtk/a import each other in a cycle" },
      layers.problems({
        ["lua/rtk/a/one.lua"] = 'require("rtk.b.one")',
        ["lua/rtk/a/two.lua"] = "",
        ["lua/rtk/b/one.lua"] = "",
        ["lua/rtk/b/two.lua"] = 'require("rtk.a.two")',
      }, { { name = "all", paths = { "lua/rtk" } } })
    )
  end)

  it("are reported when the emulator uses the client's code", function()
    assert.same(
      { "lua/rtk/emulator/new.lua of the emulator imports the client's lua/rtk/misuse.lua" },
      problems_with({ ["lua/rtk/emulator/new.lua"] = 'require("rtk.misuse")' })
    )
  end)

  it("are reported for a file that belongs to no layer", function()
    assert.same(
      { "lua/rtk/new.lua belongs to no layer" },
      problems_with({ ["lua/rtk/new.lua"] = "" })
    )
  end)
end)

describe("the folders", function()
  local function files_in(folder)
    return shell.lines(("find %s -maxdepth 1 -type f"):format(folder))
  end

  it("have twenty files at most, so that a reader can take them in", function()
    for _, folder in ipairs(shell.lines("find lua src spec -type d -not -path '*/corpus*'")) do
      local count = #files_in(folder)
      assert.is_true(count <= 20, folder .. " has " .. count)
    end
  end)

  it("are ten files at most at the root of the Lua layer", function()
    assert.is_true(#files_in("lua/rtk") <= 10)
  end)
end)
