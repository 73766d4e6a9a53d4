-- SPDX-License-Identifier: MIT
local emulator_server = require("rtk.emulator.server")
local guides = require("spec.support.data.guides")
local process = require("spec_process")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

describe("the examples", function()
  local lua = shell.lua()
  local later = {} -- what ends the servers of a test
  local emulated = ("%s lua/rtk/emulator/main.lua -- %s "):format(lua, lua)

  after_each(function()
    while #later > 0 do
      table.remove(later)()
    end
  end)

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

  it("run a script in the C program that mints tokens", function()
    shell.check("make -s host")
    local command = "%s lua/rtk/emulator/main.lua -- env -u LUA_PATH -u LUA_CPATH %s %s"
    local host = "build/lua5.4/host"
    local printed = shell.check(command:format(lua, host, "examples/embed/invite.lua"))
    assert.truthy(printed:find("^Ann gets a token of %d+ bytes\nBob gets a token of %d+ bytes$"))
    local output, status = shell.run(command:format(lua, host, "examples/embed/none.lua"))
    assert.equal(1, status)
    assert.truthy(output:find("cannot open examples/embed/none.lua", 1, true), output)
  end)

  -- Runs a script against the emulator.
  local function run_emulated(script, place)
    local name = os.tmpname()
    local file = assert(io.open(name, "w"))
    file:write(script)
    file:close()
    local output, status = shell.run(emulated .. name)
    os.remove(name)
    assert.equal(0, status, place .. ":\n" .. script .. "\n" .. output)
  end

  it("run every Lua block of the guides", function()
    local blocks = 0
    for _, file in ipairs(guides.files()) do
      for _, block in ipairs(guides.blocks(file)) do
        if block.language == "lua" and not block.path then
          blocks = blocks + 1
          run_emulated(block.text, file)
        end
      end
    end
    assert.is_true(blocks >= 14, blocks .. " blocks")
  end)

  -- The nginx configuration in a guide, on a free port.
  local function start_nginx(guide, environment)
    local directory = workdir.new()
    local port = process.free_ports(1)[1]
    local block = guides.block(guide, "nginx")
    local paths = (
      'http {\n  lua_package_path "ROOT/lua/?.lua;ROOT/lua/?/init.lua;;";\n'
      .. '  lua_package_cpath "ROOT/build/luajit/?.so;;";\n  access_log off;'
    ):gsub("ROOT", (shell.check("pwd")))
    block = block:gsub("(listen 127.0.0.1:)%d+", "%1" .. port):gsub("http {", paths)
    local modules = "/usr/lib/nginx/modules/"
    local head = "load_module %sndk_http_module.so; load_module %sngx_http_lua_module.so;\n"
      .. "pid %s/pid; error_log %s/error.log notice;\n"
    workdir.write(
      directory .. "/nginx.conf",
      head:format(modules, modules, directory, directory) .. block
    )
    local command = ("%s nginx -c %s/nginx.conf -e %s/error.log"):format(
      environment or "",
      directory,
      directory
    )
    shell.check(command)
    later[#later + 1] = function()
      shell.run(command .. " -s stop")
      workdir.remove(directory)
    end
    return ("http://127.0.0.1:%d"):format(port), directory .. "/error.log"
  end

  it("serve the emulator from the nginx configuration in its guide", function()
    local client = rtk.new({
      api_token = "any",
      account_id = "a",
      app_id = require("rtk.emulator").new().app_id,
      base_url = start_nginx("lua/rtk/emulator/README.md") .. "/client/v4",
    })
    local meeting = assert(client.meetings:create({ title = "Here" }))
    assert.equal("Here", client.meetings:get(meeting.id).title)
  end)

  it("make calls from the nginx configuration in the guide to runtimes", function()
    local emulator = assert(emulator_server.start({ port = 0 }))
    later[#later + 1] = function()
      emulator:stop()
    end
    local url, log = start_nginx(
      "lua/rtk/runtime/README.md",
      (
        "env CLOUDFLARE_BASE_URL=%s CLOUDFLARE_API_TOKEN=any CLOUDFLARE_ACCOUNT_ID=a"
        .. " REALTIMEKIT_APP_ID=%s"
      ):format(emulator.url, require("rtk.emulator").new().app_id)
    )
    assert.matches("^ey", shell.check("curl --silent " .. shell.quote(url .. "/join?name=Ann")))
    local logged
    for _ = 1, 1000 do
      logged = logged or shell.read(log):find("there is Stand-up", 1, true)
      if logged then break end
      shell.check("sleep 0.05")
    end
    assert.truthy(logged)
  end)
end)
