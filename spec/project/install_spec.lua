-- SPDX-License-Identifier: MIT
-- `make install`, `make uninstall` and `make clean`, in folders whose names have spaces.

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

describe("make", function()
  local directory, lua = nil, shell.lua()

  before_each(function()
    directory = workdir.new()
  end)

  after_each(function()
    workdir.remove(directory)
  end)

  local function make(target, prefix, destination, more)
    return shell.check(
      ("make -s %s LUAS=%s PREFIX=%s DESTDIR=%s %s"):format(
        target,
        lua,
        shell.quote(prefix),
        shell.quote(destination or ""),
        more or ""
      )
    )
  end

  it("installs below a prefix with spaces what works there", function()
    local prefix = directory .. "/with space"
    make("install", prefix)
    local usage =
      shell.check(("env -u LUA_PATH %s -h"):format(shell.quote(prefix .. "/bin/rtk-emulator")))
    assert.truthy(usage:find("usage: rtk-emulator", 1, true), usage)
    workdir.write(directory .. "/program.c", "#include <rtk.h>\nint main(void) { return 0; }\n")
    local compile =
      "cd %s && eval cc program.c -o program $(PKG_CONFIG_PATH=%s pkg-config %s rtk-%s)"
    local packages = shell.quote(prefix .. "/lib/pkgconfig")
    shell.check(compile:format(directory, packages, "--cflags --libs", lua))
    shell.check(directory .. "/program")
  end)

  it("installs libraries into another folder, and removes them", function()
    local stage = directory .. "/a stage"
    local libdir = "LIBDIR='/usr/lib/a machine'"
    make("install", "/usr", stage, libdir)
    local libraries = shell.lines(("cd '%s' && find usr/lib -type f | sort"):format(stage))
    for _, file in ipairs(libraries) do
      assert.truthy(file:find("^usr/lib/a machine/"), file)
    end
    assert.equal(3, #libraries)
    local packages = ("PKG_CONFIG_LIBDIR='%s/usr/lib/a machine/pkgconfig:%s'"):format(
      stage,
      shell.check("pkg-config --variable pc_path pkg-config")
    )
    local printed = shell.check(packages .. " pkg-config --variable libdir rtk-" .. lua)
    assert.equal("/usr/lib/a machine", (printed:gsub("\\", "")))
    make("uninstall", "/usr", stage, libdir)
    assert.same({}, shell.lines("ls " .. directory))
  end)

  it("uninstalls the folders that it made, and no others", function()
    local prefix, destination = "/usr/my local", directory .. "/a stage"
    shell.check("mkdir -p " .. shell.quote(destination .. prefix .. "/bin"))
    make("install", prefix, destination)
    make("install", prefix, destination)
    make("uninstall", prefix, destination)
    assert.same({
      destination,
      destination .. "/usr",
      destination .. prefix,
      destination .. prefix .. "/bin",
    }, shell.lines("find " .. shell.quote(destination)))
  end)

  it(
    "leaves nothing of a prefix that did not exist, and something of one with other files",
    function()
      local prefix = directory .. "/new"
      make("install", prefix)
      make("uninstall", prefix)
      assert.same({}, shell.lines("ls " .. directory))
      make("install", prefix)
      workdir.write(prefix .. "/lib/other", "")
      make("uninstall", prefix)
      assert.same(
        { prefix, prefix .. "/lib", prefix .. "/lib/other" },
        shell.lines("find " .. prefix)
      )
    end
  )

  it("cleans up what luarocks leaves beside the sources", function()
    local copy = directory .. "/copy"
    shell.check(("mkdir -p %s && cp -r Makefile src lua %s"):format(copy, copy))
    shell.check(("cd %s && touch rtk.so src/rtk.o src/json/text.o && make -s clean"):format(copy))
    assert.same({}, shell.lines(("find %s -name '*.o' -o -name '*.so'"):format(copy)))
  end)
end)
