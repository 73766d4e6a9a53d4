-- The intersection of all Lua versions is the portability test. What only some have comes from
-- core.globals, and nginx from package.loaded.
std = "min"
max_line_length = 100
-- Methods of an interface take self whether they need it or not.
self = false
exclude_files = { "build" }
files["spec"] = { std = "+busted" }
files["lua/rtk/emulator/nginx.lua"] = { read_globals = { "ngx" } }
files["lua/rtk/emulator/server"] = { read_globals = { "ngx" } }
files["examples/openresty"] = { globals = { "ngx" } }
files["examples/join"] = { globals = { "ngx" } }
