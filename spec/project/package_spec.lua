-- SPDX-License-Identifier: MIT
-- What is handed to others: the source archive, the Debian packages, the libraries in them.

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local VERSION = require("rtk")._VERSION

describe("the source archive", function()
  local directory, archive, root

  setup(function()
    directory = workdir.new()
    archive = shell.check("rockspec/dist " .. directory)
    shell.check(("tar -xzf %s -C %s"):format(archive, directory))
    root = ("%s/rtk-%s"):format(directory, VERSION)
  end)

  teardown(function()
    workdir.remove(directory)
  end)

  it("has the files that git knows, with their modes", function()
    local _, status = shell.run("git rev-parse")
    local list = "git ls-files --cached --others --exclude-standard"
    -- This may be the archive itself, or a folder that git refuses to look into.
    if status ~= 0 then
      list = "find . '(' -path ./build -o -path ./.git ')' -prune -o -type f -print | cut -c 3-"
    end
    local sorted = " | LC_ALL=C sort"
    local packed = shell.lines(("cd %s && find . -type f | cut -c 3-%s"):format(root, sorted))
    assert.same(shell.lines(list .. sorted), packed)
    for _, file in ipairs(packed) do
      local is_program = file:find("^%.ci/") or shell.read(file):find("^#!")
      if is_program then shell.check(("test -x %s/%s"):format(root, file)) end
    end
  end)

  it("packs itself again without git, to the same bytes", function()
    local again = "cd %s && find . -exec touch {} + && umask 077 && PATH=%s:$PATH rockspec/dist"
    workdir.write(directory .. "/git", "#!/bin/sh\nexit 127\n")
    shell.check(("chmod 755 %s/git"):format(directory))
    local second = shell.check(again:format(root, directory))
    shell.check(("cmp %s %s/%s"):format(archive, root, second))
  end)
end)

describe("a library", function()
  it("names no folder of the machine that built it", function()
    local here = shell.check("pwd -P")
    for _, file in ipairs({ "rtk.so", "librtk.a" }) do
      local path = ("build/%s/%s"):format(shell.lua(), file)
      assert.falsy(shell.read(path):find(here, 1, true), path)
    end
  end)
end)

describe("the workflow", function()
  it("runs all checks on Debian 12 and 13, with no action of others", function()
    local text = shell.read(".github/workflows/ci.yml")
    assert.truthy(text:find('debian: ["12", "13"]', 1, true))
    assert.truthy(text:find("- run: .ci/run\n", 1, true))
    for action in text:gmatch("uses: (%S+)") do
      assert.truthy(action:find("^actions/checkout@"), action)
    end
  end)
end)

-- Once is enough: they hold both Luas.
if shell.lua() == "lua5.4" then
  describe("the Debian packages", function()
    local directory
    local archive_of, files_of = {}, {}

    setup(function()
      directory = workdir.new()
      for _, file in ipairs(shell.lines("rockspec/debian/build " .. directory .. " build")) do
        local name = file:match("([^/_]+)_[^/]+%.deb$")
        archive_of[name], files_of[name] = file, {}
        for _, line in ipairs(shell.lines("dpkg-deb -c " .. file)) do
          assert.truthy(line:find("root/root", 1, true), line)
          local mode, path, target =
            line:match("^(%S+).- %.(/%S*)"), line:match(" %.(/%S*)"), line:match("%-> (.*)")
          if mode:sub(1, 1) ~= "d" then files_of[name][path] = target or mode end
        end
      end
    end)

    teardown(function()
      workdir.remove(directory)
    end)

    local function field(name, key)
      return shell.check(("dpkg-deb -f %s %s"):format(archive_of[name], key))
    end

    it("have the library for both Luas, which share its Lua files", function()
      local lib = "/usr/lib/" .. shell.check("dpkg-architecture -qDEB_HOST_MULTIARCH")
      local files = files_of["lua-rtk"]
      assert.equal("-rw-r--r--", files[lib .. "/lua/5.4/rtk.so"])
      assert.equal("-rw-r--r--", files[lib .. "/lua/5.1/rtk.so"])
      assert.equal("-rw-r--r--", files["/usr/share/lua/5.4/rtk/init.lua"])
      assert.equal("../5.4/rtk", files["/usr/share/lua/5.1/rtk"])
      assert.truthy(files["/usr/share/doc/lua-rtk/examples/quickstart.lua"])
      local development = files_of["lua-rtk-dev"]
      assert.truthy(development["/usr/include/rtk.h"])
      for _, lua in ipairs({ "lua5.4", "luajit" }) do
        assert.truthy(development[("%s/librtk-%s.a"):format(lib, lua)])
        assert.truthy(development[("%s/pkgconfig/rtk-%s.pc"):format(lib, lua)])
      end
      assert.equal("-rwxr-xr-x", files_of["rtk-emulator"]["/usr/bin/rtk-emulator"])
      assert.truthy(files_of["rtk-emulator"]["/usr/share/lua/5.4/rtk/emulator/main.lua"])
      local assets = "/usr/share/lua/5.4/rtk/emulator/page/assets/"
      for _, file in ipairs(shell.lines("cd lua/rtk/emulator/page/assets && find . -type f")) do
        assert.truthy(files_of["rtk-emulator"][assets .. file:sub(3)], file)
      end
    end)

    it("share no file, and name no folder of the build", function()
      local owner = {}
      for name, files in pairs(files_of) do
        for path in pairs(files) do
          assert.is_nil(owner[path], path)
          owner[path] = name
        end
        local unpack = "dpkg-deb -x %s %s/all && dpkg-deb -e %s %s/control"
        shell.check(unpack:format(archive_of[name], directory, archive_of[name], directory))
        shell.check(("cd %s/all && md5sum --quiet -c ../control/md5sums"):format(directory))
      end
      assert.equal("", (shell.run(("grep -rlF %s %s/all"):format(directory, directory))))
    end)

    it("say what they are and need", function()
      for name in pairs(archive_of) do
        assert.equal(VERSION .. "-1", field(name, "Version"))
        assert.truthy(field(name, "Maintainer"):find("<%S+@%S+>"))
        assert.truthy(tonumber(field(name, "Installed-Size")) > 100)
        assert.falsy(shell.check("dpkg-deb -f " .. archive_of[name]):find("@[%l]+@"))
        for _, file in ipairs({ "copyright", "changelog.gz", "changelog.Debian.gz" }) do
          assert.truthy(files_of[name][("/usr/share/doc/%s/%s"):format(name, file)])
        end
      end
      local needed = field("lua-rtk", "Depends")
      for _, library in ipairs({ "libc6 %(>= ", "libcurl4[t64]* %(>= ", "libssl%d[t64]* %(>= " }) do
        assert.truthy(needed:find(library), needed)
      end
      needed = field("rtk-emulator", "Depends")
      for _, package in ipairs({ "lua-rtk (", "lua-cjson", "nginx", "libnginx-mod-http-lua" }) do
        assert.truthy(needed:find(package, 1, true), needed)
      end
    end)
  end)
end
