-- SPDX-License-Identifier: MIT
-- A host program with an OpenSSL of its own in libcurl's way: failures of TLS say so.

local shell = require("spec.support.servers.shell")
local shim = require("spec.support.servers.shim")
local webserver = require("spec.support.servers.webserver")
local workdir = require("spec.support.servers.workdir")

-- Exports a function of OpenSSL without its version, as static linking does.
local HOST = [[
#include <dlfcn.h>
void *SSL_CTX_new(const void *method)
{
  void *library = dlopen("$libssl", RTLD_LAZY);
  void *(*next)(const void *) = (void *(*)(const void *))dlsym(library, "SSL_CTX_new");
  return next(method);
}
]]

local CALL = [[
local core = require("rtk.core")
local transport = assert(core.transport({ proxy = "" }))
transport:submit({ method = "GET", url = "%s/", connect_timeout = 60 })
local result = transport:step(60)[1]
print(result.kind, result.message)
]]

describe("a host's own OpenSSL", function()
  local server, directory

  setup(function()
    server = webserver.start()
    directory = workdir.new()
  end)

  teardown(function()
    server:stop()
    workdir.remove(directory)
  end)

  local function message(environment)
    local script = directory .. "/call.lua"
    workdir.write(script, CALL:format(server.self))
    return shell.check(("%s %s %s"):format(environment, shell.interpreter(), script))
  end

  it("is named when a handshake fails, and only when it is there", function()
    local module = "build/" .. shell.lua() .. "/rtk.so"
    local libssl = assert(shell.check("ldd " .. module):match("libssl%S+"))
    local library = shim.build(directory, "host", (HOST:gsub("$libssl", libssl)))
    local words = "(libcurl has to use the OpenSSL inside " .. library .. ")"
    local suspicious = message(shim.before(library))
    assert.matches("^tls%s", suspicious)
    assert.matches(words, suspicious, 1, true)
    local plain = message("")
    assert.matches("^tls%s", plain)
    assert.not_matches("libcurl has to use", plain, 1, true)
  end)
end)
