-- SPDX-License-Identifier: MIT
-- The emulator inside nginx: opened once before the workers start, then answers every request of
-- the only worker, whose Lua VM holds the state. A timer watches the process that started the
-- server and shuts nginx down when it is gone, so that no crashed test leaves a server behind.
local sender = require("rtk.emulator.server.webhook_sender")
local emulator = require("rtk.emulator")
local json = require("rtk.emulator.util.json")
local response_writer = require("rtk.emulator.server.response_writer")
local process = require("rtk.emulator.server.process")

local emulator_nginx = {}

-- Seconds between two looks at the owner.
local WATCH_INTERVAL = 0.5

-- Set by start or open: { emulator, prefix?, owner? }.
local server

-- Clients of a server wait, they do not move its clock.
local function for_a_server(options)
  local limit = options and options.rate_limit
  if type(limit) == "table" and limit.real_time == nil then limit.real_time = true end
  return options
end

--- Makes the emulator of an nginx with a configuration of one's own, in init_by_lua.
---@param options? rtk.EmulatorOptions
function emulator_nginx.start(options)
  server = { emulator = emulator.new(for_a_server(options)) }
  server.emulator.sender = sender.new()
end

--- Builds the emulator from the settings that rtk.emulator.server wrote.
---@param prefix string nginx's directory
function emulator_nginx.open(prefix)
  local settings = json.decode(assert(process.read_file(prefix .. "settings.json")))
  emulator_nginx.start(settings.emulator)
  server.prefix, server.owner = prefix, settings.owner
  if settings.download_port then
    server.emulator.download_url = settings.download_url
    server.emulator.download_port = settings.download_port
  end
end

--- The pid of the master, this worker's parent. The file that names it is missing where the disk
-- was full.
local function master_pid()
  local stat = process.read_file("/proc/self/stat") or ""
  return tonumber(stat:match("^%d+ .*%) [A-Za-z] (%d+) "))
end

local function shut_down()
  local master = master_pid()
  local directory = process.quote((server.prefix:gsub("/$", "")))
  -- In the background, because the worker has to go before its directory can.
  local command = "(kill -TERM %d; sleep 1; rm -rf %s) >/dev/null 2>&1 &"
  if master then os.execute(command:format(master, directory)) end
end

--- Begins to watch the owner.
function emulator_nginx.watch_owner()
  if not server.owner then return end
  ngx.timer.every(WATCH_INTERVAL, function()
    if not process.is_alive(server.owner) then shut_down() end
  end)
end

--- The whole body, also when nginx has put it into a file.
local function read_body()
  ngx.req.read_body()
  local body = ngx.req.get_body_data()
  if body then return body end
  local path = ngx.req.get_body_file()
  return path and process.read_file(path)
end

--- One value for each header; repeated ones are joined as HTTP has it.
local function read_headers()
  local headers = {}
  for name, value in pairs(ngx.req.get_headers(0)) do
    headers[name] = type(value) == "table" and table.concat(value, ", ") or value
  end
  return headers
end

--- Answers the current request.
function emulator_nginx.serve()
  local path, query = ngx.var.request_uri:match("^([^?]*)%??(.*)$")
  local response = server.emulator:handle({
    method = ngx.req.get_method(),
    path = path:gsub("^[A-Za-z]+://[^/]*", ""),
    query = query,
    headers = read_headers(),
    body = read_body(),
    port = tonumber(ngx.var.server_port),
    remote = ngx.var.remote_addr,
    streams = true,
  })
  response_writer.send(ngx, response)
end

return emulator_nginx
