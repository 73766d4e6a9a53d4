-- SPDX-License-Identifier: MIT
-- Finding nginx and writing its configuration, without running it: nginx_program and nginx_conf.
local nginx_conf = require("rtk.emulator.server.conf")
local nginx_program = require("rtk.emulator.server.program")
local process = require("rtk.emulator.server.process")

describe("rtk.emulator.server.program", function()
  local directory

  before_each(function()
    local _, output = process.run("mktemp -d")
    directory = output:gsub("\n$", "")
  end)

  after_each(function()
    os.execute("rm -rf " .. process.quote(directory))
  end)

  --- A program that describes itself as nginx does.
  local function program(description)
    local path = directory .. "/it's nginx"
    process.write_file(path, "#!/bin/sh\necho " .. process.quote(description) .. " >&2\n")
    os.execute("chmod +x " .. process.quote(path))
    return path
  end

  it("loads nothing into an OpenResty", function()
    local path = program("configure arguments: --add-module=../ngx_lua-0.10.25")
    assert.same({ path = path, modules = {} }, nginx_program.find(path))
  end)

  it("loads the modules that lie in the modules' path, the kit first", function()
    for _, name in ipairs({ "ndk_http_module.so", "ngx_http_lua_module.so" }) do
      process.write_file(directory .. "/" .. name, "")
    end
    local path = program("configure arguments: --modules-path=" .. directory .. " --with-x")
    assert.same(
      { directory .. "/ndk_http_module.so", directory .. "/ngx_http_lua_module.so" },
      nginx_program.find(path).modules
    )
  end)

  it("names the packages when there is no program", function()
    local found, message = nginx_program.find(directory .. "/none")
    assert.is_nil(found)
    assert.matches("libnginx-mod-http-lua", message, 1, true)
  end)
end)

describe("rtk.emulator.server.conf", function()
  local function write(changes)
    local settings = { port = 8080, modules = {}, is_root = false, directory = "/work dir" }
    for name, value in pairs(changes or {}) do
      settings[name] = value
    end
    return nginx_conf.write(settings)
  end

  it("listens on the loopback port and keeps one worker", function()
    local conf = write()
    assert.matches("listen 127.0.0.1:8080;", conf, 1, true)
    assert.matches("worker_processes 1;", conf, 1, true)
    assert.matches("access_log off;", conf, 1, true)
  end)

  it("names a user only for root", function()
    assert.is_nil(write():find("\nuser "))
    assert.matches("user root;", write({ is_root = true }), 1, true)
  end)

  it("asks the machine's resolver for the hosts of webhooks, if there is one", function()
    local read_file = process.read_file
    local function conf(resolv_conf)
      local replaced = stub(process, "read_file").invokes(function(path)
        if path == "/etc/resolv.conf" then return resolv_conf end
        return read_file(path)
      end)
      local text = write()
      replaced:revert()
      return text
    end
    local two = conf("search x\nnameserver 10.0.0.1\nnameserver ::1\nnameserver fe80::1%eth0\n")
    assert.matches("  resolver 10.0.0.1 [::1] ipv6=off;\n", two, 1, true)
    for _, none in ipairs({ "", "# nameserver 1.2.3.4\n", false }) do
      assert.is_nil(conf(none or nil):find("resolver", 1, true))
    end
  end)

  it("quotes paths", function()
    local conf = write({ modules = { '/a "b\\c/x.so' }, access_log = "/l o g" })
    assert.matches('load_module "/a \\"b\\\\c/x.so";', conf, 1, true)
    assert.matches('access_log "/l o g";', conf, 1, true)
  end)

  describe("with search paths of its own", function()
    local path, cpath = package.path, package.cpath

    after_each(function()
      package.path, package.cpath = path, cpath
    end)

    it("makes them absolute and puts the emulator's place first", function()
      package.path = "./some/?.lua;" .. path
      local line = write():match("lua_package_path ([^\n]+)")
      assert.matches('^"/[^;]+/%?%.lua;/[^;]+/%?/init%.lua;;/work dir/%./some/%?%.lua;', line)
    end)

    it("offers LuaJIT no libraries for another version", function()
      local own = _VERSION:match("%d%.%d")
      package.cpath = "/x/" .. own .. "/?.so;/plain/?.so"
      local line = write():match("lua_package_cpath ([^\n]+)")
      assert.matches('^";;/x/5%.1/%?%.so', line)
      assert.equal(_VERSION == "Lua 5.1", line:find("/plain/", 1, true) ~= nil)
    end)
  end)
end)
