-- SPDX-License-Identifier: MIT
-- The emulator inside nginx. nginx creates it before the workers start; the only worker answers all
-- requests from the state in its Lua VM.
local emulator = require("rtk.emulator")
local json = require("rtk.emulator.util.json")
local process = require("rtk.emulator.server.process")
local response_writer = require("rtk.emulator.server.response_writer")
local watchdog = require("rtk.emulator.server.watchdog")
local webhook_sender = require("rtk.emulator.server.webhook_sender")

local emulator_nginx = {}

-- Set by start or open: { emulator, prefix?, owner?, is_following? }.
local server

-- Seconds between two looks at what is due where the clock follows real time.
local INTERVAL = 0.1

-- Clients of a server wait in real time; they do not advance its clock.
local function with_real_time(options)
  local limit = options and options.rate_limit
  if type(limit) == "table" and limit.real_time == nil then limit.real_time = true end
  return options
end

--- Creates the emulator in an nginx with its own configuration, in init_by_lua.
---@param options? rtk.EmulatorOptions
function emulator_nginx.start(options)
  server = { emulator = emulator.new(with_real_time(options)) }
  server.emulator.sender = webhook_sender.new()
  if server.emulator.real_time then server.emulator.real_time:use(ngx.now) end
end

--- Creates the emulator from the settings that rtk.emulator.server wrote.
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

--- Starts the watchdog, if rtk.emulator.server started this nginx.
function emulator_nginx.watch_owner()
  if server.owner then watchdog.start(server.prefix, server.owner) end
end

-- Lets things happen without requests where the clock follows real time. Not before the first
-- request: timers belong to a worker, and there is nothing to happen yet.
local function follow_time()
  if server.is_following or not server.emulator.real_time then return end
  server.is_following = ngx.timer.every(INTERVAL, function()
    server.emulator:advance(0)
  end)
end

--- The whole body, even if nginx has buffered it in a file.
local function read_body()
  ngx.req.read_body()
  local body = ngx.req.get_body_data()
  if body then return body end
  local path = ngx.req.get_body_file()
  return path and process.read_file(path)
end

--- One value for each header; repeated headers are joined by commas (RFC 9110).
local function read_headers()
  local headers = {}
  for name, value in pairs(ngx.req.get_headers(0)) do
    headers[name] = type(value) == "table" and table.concat(value, ", ") or value
  end
  return headers
end

-- The response to a request; an error of the emulator itself is one, too.
local function answer(request)
  local ok, response = pcall(server.emulator.handle, server.emulator, request)
  if ok then return response end
  ngx.log(ngx.ERR, "the emulator failed: ", response)
  return {
    status = 500,
    headers = { ["content-type"] = "application/json" },
    body = json.encode({ error = { message = "the emulator failed: " .. tostring(response) } }),
  }
end

--- Answers the current request.
function emulator_nginx.serve()
  follow_time()
  local path, query = ngx.var.request_uri:match("^([^?]*)%??(.*)$")
  local response = answer({
    method = ngx.req.get_method(),
    path = path:gsub("^[A-Za-z]+://[^/]*", ""),
    query = query,
    headers = read_headers(),
    body = read_body(),
    port = tonumber(ngx.var.server_port),
    received = ngx.req.start_time(),
    remote = ngx.var.remote_addr,
    streams = true,
  })
  response_writer.send(ngx, response)
  response.finished = ngx.now()
  -- It was in the journal before.
  if response.wire then server.emulator.changes = server.emulator.changes + 1 end
end

return emulator_nginx
