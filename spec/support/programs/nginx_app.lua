-- SPDX-License-Identifier: MIT
-- Runs in the specs' nginx: calls to a slow upstream, and records of their outcomes. Clients are
-- made while nginx starts and shared by all of its requests, as programs should do it.

local cjson = require("cjson")
local rtk = require("rtk")

local ngx = rawget(_G, "ngx")
local app = { clients = {} }

--- Makes a client.
---@param name string
---@param options table of rtk.new
function app.add_client(name, options)
  options.api_token, options.account_id, options.app_id = "x", "a", "b"
  app.clients[name] = assert(rtk.new(options))
end

--- Makes one call that takes a while.
---@param name? string of a client
---@param ms? integer milliseconds; default 200
---@param options? table further ones of the call
---@return string outcome "GET", the method that was used, or what is wrong
---@return string? kind
---@return boolean? maybe_executed
function app.call(name, ms, options)
  local request = { path = "/slow", query = { ms = ms or 200 } }
  for key, value in pairs(options or {}) do
    request[key] = value
  end
  local reply, message, err = app.clients[name or "http"]:request(request)
  if reply then return reply.method end
  return message, err.kind, err.maybe_executed
end

--- Makes a call that is answered only when as many with this name are in flight.
---@param client? string
---@param name string
---@param count integer
---@return string outcome
function app.meet(client, name, count)
  local options = { path = "/meet", query = { name = name, count = count } }
  return (app.call(client, nil, options))
end

--- Makes the call that the request's query tells: client, and gate, or meet and count, or ms.
---@return string outcome
function app.told()
  local client, name, gate = ngx.var.arg_client, ngx.var.arg_meet, ngx.var.arg_gate
  if name then return app.meet(client, name, tonumber(ngx.var.arg_count)) end
  local options = gate and { path = "/gate", query = { name = gate } }
  return (app.call(client, tonumber(ngx.var.arg_ms), options))
end

--- Runs a function in a timer and waits for it.
---@param f fun(...: any): any
---@return any outcome
function app.in_timer(f, ...)
  local semaphore = require("ngx.semaphore").new(0)
  local outcome
  assert(ngx.timer.at(0, function(_, ...)
    outcome = f(...)
    semaphore:post(1)
  end, ...))
  assert(semaphore:wait(120))
  return outcome
end

--- Makes a call and records its outcome in the shared dictionary.
---@param key string
---@param name? string of a client
function app.note(key, name)
  local message, kind, maybe_executed = app.call(name, 1)
  local text = cjson.encode({ message = message, kind = kind, maybe_executed = maybe_executed })
  ngx.shared.answers:set(key, text)
end

--- Answers with what was noted.
function app.answer()
  ngx.print(ngx.shared.answers:get(ngx.var.arg_key))
end

--- Answers with how many requests a client has in flight.
function app.pending()
  ngx.print(app.clients[ngx.var.arg_client or "http"]._channel.transport:pending())
end

-- Declares functions of the C library once.
local function libc()
  local ffi = require("ffi")
  pcall(ffi.cdef, "int getsockname(int, void *, unsigned *); int shutdown(int, int);")
  return ffi.C, ffi
end

--- Ends the connection that the waker sends its bytes over, as a fault would.
---@return integer count of connections
function app.break_waker()
  local C, ffi = libc()
  local count = 0
  for descriptor = 3, 1000 do
    local address, size = ffi.new("char[128]"), ffi.new("unsigned[1]", 128)
    local known = C.getsockname(descriptor, address, size) == 0
    if known and ffi.string(address + 2, 126):find("^[%w/]+/rtk%-") then
      count = count + 1
      C.shutdown(descriptor, 2)
    end
  end
  return count
end

return app
