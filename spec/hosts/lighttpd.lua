-- SPDX-License-Identifier: MIT
-- A script of lighttpd's mod_magnet, which lighttpd_spec starts: /join mints a token, all else is a
-- ping.

local lighty = lighty -- luacheck: ignore (mod_magnet's)

local path = lighty.env["uri.path"]
lighty.header["content-type"] = "text/plain"
lighty.content = { path == "/join" and require("spec.hosts.token")() or "pong" }
return 200
