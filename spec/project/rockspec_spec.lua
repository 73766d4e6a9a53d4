-- SPDX-License-Identifier: MIT
local lists = require("spec.support.programs.generate_lists")
local shell = require("spec.support.servers.shell")

-- The fields of a rockspec, which is a chunk that sets globals.
local function fields_of(file)
  local fields = {}
  local chunk = assert(loadfile(file, "t", fields))
  if rawget(_G, "setfenv") then rawget(_G, "setfenv")(chunk, fields) end
  chunk()
  return fields
end

describe("the rockspec", function()
  local version = require("rtk")._VERSION
  local file = ("rockspec/rtk-%s-1.rockspec"):format(version)
  local development = "rockspec/rtk-scm-1.rockspec"
  local rockspec = fields_of(file)

  it("and the bundle list the files that there are", function()
    for name, text in pairs(lists.files) do
      assert.equal(text(), shell.read(name), name .. ": run make lists")
    end
  end)

  it("of this version builds its tag, and that in development the branch", function()
    local other = fields_of(development)
    assert.equal(version .. "-1", rockspec.version)
    assert.equal("scm-1", other.version)
    assert.same({ "v" .. version }, { rockspec.source.tag, rockspec.source.branch })
    assert.same({ "main" }, { other.source.branch, other.source.tag })
    other.version, other.source = rockspec.version, rockspec.source
    assert.same(rockspec, other)
  end)

  it("says who maintains it, what it needs and how it is tested", function()
    local about = rockspec.description
    for _, address in ipairs({ about.homepage, about.issues_url, rockspec.source.url }) do
      assert.truthy(address:find("github.com/rtk-lua/rtk", 1, true), address)
    end
    assert.truthy(about.maintainer:find("<%S+@%S+>"))
    assert.is_true(#about.labels >= 3)
    assert.same({
      CURL = { library = "curl" },
      OPENSSL = { header = "openssl/evp.h" },
    }, rockspec.external_dependencies)
    local target = rockspec.test.command:match("^make (%l+)$")
    assert.truthy(shell.read("spec/checks.mk"):find("\n" .. target .. ":", 1, true))
  end)

  it("is for the Luas that the C part compiles with", function()
    local condition = "\n#if LUA_VERSION_NUM < 50(%d) || LUA_VERSION_NUM > 50(%d)\n#error"
    local first, last = shell.read("src/base/compat.h"):match(condition)
    assert.same({ ("lua >= 5.%d, < 5.%d"):format(first, last + 1) }, rockspec.dependencies)
  end)

  it("is one that luarocks takes", function()
    for _, name in ipairs({ file, development }) do
      shell.check("luarocks lint " .. name)
    end
  end)

  it("has a section in the changes", function()
    assert.truthy(shell.read("rockspec/CHANGELOG.md"):find("\n## " .. version .. " (", 1, true))
  end)

  it("lists every Lua module under the name of its path", function()
    local listed = {}
    for name, path in pairs(rockspec.build.modules) do
      if name ~= "rtk" then listed[path] = name end
    end
    for _, path in ipairs(shell.lines("find lua -name '*.lua'")) do
      local name = path:match("^lua/(.*)%.lua$"):gsub("/", ".")
      assert.equal(name, listed[path], path)
      listed[path] = nil
    end
    assert.same({}, listed)
  end)

  it("lists every C file and the bundled Lua layer", function()
    local sources = {}
    for _, path in ipairs(rockspec.build.modules.rtk.sources) do
      sources[#sources + 1] = path
    end
    table.sort(sources)
    assert.same(shell.lines("find src -name '*.[cS]' | LC_ALL=C sort"), sources)
  end)

  -- `make lists build` reads the list before `lists` has written it anew.
  it("does not keep make from building when a listed file is gone", function()
    local command = "make -n build/%s/rtk.so BUNDLED=lua/rtk/gone.lua"
    local output, status = shell.run(command:format(shell.lua()))
    assert.equal(0, status, output)
  end)

  it("builds and installs the files that make install does", function()
    local lua = shell.lua()
    local folder = lua == "luajit" and "5.1" or lua:match("[%d.]+")
    local headers = shell.check("pkg-config --cflags-only-I " .. lua):match("^%-I(%S+)")
    local root = shell.check("mktemp -d")
    finally(function()
      shell.check("rm -rf " .. root)
    end)
    -- A copy, because luarocks compiles beside the sources.
    shell.check("cp -r src lua rockspec LICENSE README.md " .. root)
    local make = "cd %s && luarocks --lua-version %s --tree %s/rocks make --deps-mode=none "
    shell.check((make .. "%s LUA_INCDIR=%s"):format(root, folder, root, file, headers))
    shell.check(("make install LUAS=%s PREFIX=%s/made"):format(lua, root))
    -- LuaRocks copies everything in lua/, the guides too; programs need the rest.
    local function installed(tree)
      local find = "cd %s/%s && find share/lua lib/lua -type f -not -name README.md | LC_ALL=C sort"
      return shell.lines(find:format(root, tree))
    end
    assert.same(installed("made"), installed("rocks"))
    local script = 'local rtk = require("rtk") print(rtk._VERSION, '
      .. 'rtk.new({ api_token = "t", account_id = "a" }))'
    for _, tree in ipairs({ "made", "rocks" }) do
      local share = ("%s/%s/share/lua/%s"):format(root, tree, folder)
      local lib = ("%s/%s/lib/lua/%s"):format(root, tree, folder)
      local run = "cd / && LUA_PATH='%s/?.lua;%s/?/init.lua' LUA_CPATH='%s/?.so' %s -e %s"
      local printed = shell.check(run:format(share, share, lib, lua, shell.quote(script)))
      assert.truthy(printed:find("^%d+%.%d+%.%d+\trtk.Client"), printed)
      local alone = "cd / && LUA_PATH= LUA_CPATH='%s/?.so' %s -e %s"
      assert.equal(printed, shell.check(alone:format(lib, lua, shell.quote(script))))
      -- What make install wrote knows where its files are; LuaRocks' script may not.
      local path = tree == "rocks" and ("LUA_PATH='%s/?.lua;%s/?/init.lua;;'"):format(share, share)
      local command = "cd / && env -u LUA_PATH %s %s/%s/bin/rtk-emulator --help"
      local usage = shell.check(command:format(path or "", root, tree))
      assert.truthy(usage:find("usage: rtk-emulator", 1, true), usage)
    end
    shell.check(("make uninstall LUAS=%s PREFIX=%s/made"):format(lua, root))
    assert.same({}, shell.lines(("find %s -path '*/made*'"):format(root)))
  end)
end)
