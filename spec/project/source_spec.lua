-- SPDX-License-Identifier: MIT
local shell = require("spec.support.servers.shell")

describe("the sources", function()
  local lua_files = shell.lines("find lua -name '*.lua' | LC_ALL=C sort")
  local c_files = shell.lines("find src -name '*.[chS]' | LC_ALL=C sort")

  it("say in every file what licence they have and what the file is for", function()
    for _, name in ipairs(lua_files) do
      local text = shell.read(name)
      if not text:find("^%-%-%-@meta") then
        assert.truthy(text:find("^%-%- SPDX%-License%-Identifier: MIT\n%-%- %S"), name)
      end
    end
    for _, name in ipairs(c_files) do
      local text = shell.read(name)
      assert.truthy(text:find("^/%* SPDX%-License%-Identifier: MIT %*/\n"), name)
    end
  end)

  it("test the version of Lua in the compat header only", function()
    for _, name in ipairs(c_files) do
      if name ~= "src/base/compat.h" then
        assert.falsy(shell.read(name):find("LUA_VERSION_NUM", 1, true), name)
      end
    end
  end)

  it("do not look at the table of globals", function()
    for _, name in ipairs(lua_files) do
      assert.falsy(shell.read(name):find("%f[%w_]_G%f[^%w_]"), name)
    end
  end)

  -- Whether a line has a pattern whose meaning the locale decides; %s means another thing
  -- to string.format.
  local function has_class(line)
    if line:find("%%[acglpuwACGLPUW]") then return true end
    for _, name in ipairs({ "find", "match", "gmatch", "gsub" }) do
      if line:find("[:.]" .. name .. "%([^)]*%%[sS]") then return true end
    end
    return false
  end

  it("do not depend on the locale for letters, order and decimal points", function()
    for _, name in ipairs(lua_files) do
      -- What decimal() writes has its point put right.
      local text = shell.read(name):gsub("%-%-[^\n]*", ""):gsub("decimal%b()", "")
      for line in text:gmatch("[^\n]+") do
        assert.is_false(has_class(line), name .. ": " .. line)
        assert.falsy(line:find(":lower%(%)") or line:find(":upper%(%)"), name .. ": " .. line)
        -- So has what gsub ends, and one runs in Redis. %.0f writes no point, %f[ is a pattern.
        local is_number = line:gsub("%%%.0f", ""):gsub("%%f%[", ""):find("%%%.?%d*[gf]")
          and not line:find("gsub", 1, true)
        assert.falsy(is_number and not name:find("redis_script", 1, true), name .. ": " .. line)
      end
    end
    for _, name in ipairs(c_files) do
      local text = shell.read(name):gsub("/%*.-%*/", "")
      assert.falsy(text:find("<ctype.h>", 1, true) or text:find("<strings.h>", 1, true), name)
      local is_number = text:find('"[^"]*%%[%d.*]*[gef][^"]*"')
      assert.falsy(is_number and name ~= "src/number/number_format.c", name)
    end
  end)

  it("write the version in one place", function()
    local version = shell.read("src/rtk.h"):match('RTK_VERSION "([%d.]+)"')
    assert.equal(version, require("rtk")._VERSION)
    local elsewhere = shell.run("grep -rlF " .. shell.quote('"' .. version .. '"') .. " src lua")
    assert.equal("src/rtk.h", elsewhere)
  end)

  it("print nothing, apart from the program that serves the emulator", function()
    for _, name in ipairs(lua_files) do
      if name ~= "lua/rtk/emulator/main.lua" then
        local text = shell.read(name):gsub("%-%-[^\n]*", "")
        assert.falsy(text:find("%f[%w_.]print%s*%("), name)
        assert.falsy(text:find("io.stdout", 1, true), name)
        assert.falsy(text:find("io.stderr", 1, true), name)
      end
    end
  end)

  -- Names of parameters as the comment above a function has them.
  local function documented(lines, index)
    local names = {}
    local line = index - 1
    while lines[line]:find("^%-%-%-") do
      local name = lines[line]:match("^%-%-%-@param ([%w_.]+)%??")
      if name then table.insert(names, 1, (name:gsub("^%.%.%.$", "..."))) end
      line = line - 1
    end
    return names, line < index - 1
  end

  it("document the parameters of every public function as they are", function()
    local checked = 0
    for _, name in ipairs(lua_files) do
      local lines = {}
      for line in shell.read(name):gmatch("([^\n]*)\n") do
        lines[#lines + 1] = line
      end
      for index, line in ipairs(lines) do
        local owner, method, list = line:match("^function ([%w_]+)[.:]([%w_]+)%((.-)%)")
        local is_public = owner and not method:find("^_") and not name:find("/emulator/", 1, true)
        if is_public and not name:find("/types%.lua$") then
          local expected = {}
          for parameter in list:gmatch("[%w_.]+") do
            expected[#expected + 1] = parameter
          end
          local found, has_comment = documented(lines, index)
          local place = name .. ":" .. index
          assert.is_true(has_comment or owner:find("^[a-z]+$") ~= nil, place .. " has no comment")
          if has_comment then assert.same(expected, found, place) end
          checked = checked + 1
        end
      end
    end
    assert.is_true(checked > 50, "only " .. checked .. " functions found")
  end)
end)
