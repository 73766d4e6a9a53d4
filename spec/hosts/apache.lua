-- SPDX-License-Identifier: MIT
-- A handler of Apache's mod_lua, which apache_spec starts: /join mints a token, all else is a ping.

local apache2 = apache2 -- luacheck: ignore (mod_lua's)

function handle(request) -- luacheck: ignore (mod_lua calls it)
  request.content_type = "text/plain"
  request:puts(request.uri == "/join" and require("spec.hosts.token")() or "pong")
  return apache2.OK
end
