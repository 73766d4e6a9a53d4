-- SPDX-License-Identifier: MIT
-- libcurl may have no memory for an option. A request without it could trust other authorities than
-- those that were given, or go through a proxy of the environment, so it does not start.

local shell = require("spec.support.servers.shell")
local shim = require("spec.support.servers.shim")
local webserver = require("spec.support.servers.webserver")
local workdir = require("spec.support.servers.workdir")

-- Stands before libcurl and refuses an option once, the n-th time that it is set.
local REFUSING = [[
#include <dlfcn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

int curl_easy_setopt(void *easy, int option, ...)
{
  static int count;
  int (*set)(void *, int, ...) = dlsym(RTLD_NEXT, "curl_easy_setopt");
  const char *refused = getenv("REFUSED"), *turn = getenv("TURN");
  int result;
  va_list arguments;
  va_start(arguments, option);
  if (option == atoi(refused) && ++count == atoi(turn)) {
    result = 27; /* CURLE_OUT_OF_MEMORY */
  } else if (option >= 30000 && option < 40000) {
    result = set(easy, option, va_arg(arguments, int64_t));
  } else {
    result = set(easy, option, va_arg(arguments, void *));
  }
  va_end(arguments);
  return result;
}
]]

local SCRIPT = [[
  local call = require("spec.support.clients.call")
  local core = require("rtk.core")
  local workdir = require("spec.support.servers.workdir")
  local transport = assert(core.transport({ ca_pem = workdir.read(%q) }))
  print(select(2, transport:submit({ method = "GET", url = %q })))
  print(call.one(transport, %q).status, transport:pending())
]]

describe("a request", function()
  local directory, library, server

  setup(function()
    server, directory = webserver.start(), workdir.new()
    library = shim.build(directory, "refusing", REFUSING, "-Wl,--no-as-needed -lcurl")
  end)

  teardown(function()
    server:stop()
    workdir.remove(directory)
  end)

  for name, option in pairs({
    -- CURLOPT_CAINFO_BLOB, which the transport tries first
    ["its authorities"] = "40309 TURN=2",
    ["the choice of no proxy"] = "10004 TURN=1", -- CURLOPT_PROXY
    ["the hosts that need no proxy"] = "10177 TURN=1", -- CURLOPT_NOPROXY
    ["the compressions"] = "10102 TURN=1", -- CURLOPT_ACCEPT_ENCODING
    ["its URL"] = "10002 TURN=1", -- CURLOPT_URL
  }) do
    it("does not start without memory for " .. name .. ", and the next one does", function()
      local url = server.https .. "/echo"
      assert.equal(
        "could not start the request: Out of memory\n200\t0",
        shell.lua_output(
          SCRIPT:format(server.ca_file, url, url),
          ("REFUSED=%s %s"):format(option, shim.before(library))
        )
      )
    end)
  end
end)
