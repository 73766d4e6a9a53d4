-- SPDX-License-Identifier: MIT
-- How calls wait, and which way a call takes.
--
-- A runtime is a module with two functions. All that waits in rtk is written on them:
--
--   new(transport, options) -> runtime, whose only option is allow_blocking, and on that
--     runtime:send(request) -> result   what the transport's submit takes and its step returns
--     runtime:sleep(seconds)
--     runtime:now() -> seconds          of a clock that only goes forward
--     runtime:close()                   calls in progress end with kind "cancelled"
--     runtime:refusal() -> reason       where it cannot wait, and send will fail; may be missing
--   spawn(f) -> task, which runs f beside its caller, and on that
--     task:wait() -> ok, values...      as from pcall, when f is done; anybody may wait, repeatedly
--     task:cancel()                     gives up on it: what it waits for is cancelled, f does not
--                                       go on or sends nothing more, and wait returns false and a
--                                       message
--
-- f may begin before spawn returns. Whoever spawns a task keeps it: one that nobody holds may be
-- given up. Requests go through rtk.runtime.dispatcher, since results come to whoever steps.

-- Loaded at once: where memory runs out while a module is loaded, LuaJIT never loads it again.
local blocking = require("rtk.runtime.blocking")
local misuse = require("rtk.misuse")

local runtime = {}

local loaded = package.loaded

-- Where calls may find themselves. `is_running` tells, once the host's own library is loaded, and
-- must be cheap since it is asked for every call; `module` is loaded when it is first needed. The
-- first that is running is taken.
---@type { library: string, module: string, is_running: fun(library: any): boolean }[]
runtime.hosts = {
  {
    library = "ngx",
    module = "rtk.runtime.nginx",
    is_running = function(ngx)
      return type(ngx) == "table" and ngx.get_phase ~= nil
    end,
  },
  {
    library = "cqueues",
    module = "rtk.runtime.cqueues",
    is_running = function(cqueues)
      return type(cqueues) == "table" and cqueues.running() ~= nil
    end,
  },
  {
    library = "luv",
    module = "rtk.runtime.luv",
    is_running = function(uv)
      return type(uv) == "table" and uv.loop_mode ~= nil and uv.loop_mode() ~= nil
    end,
  },
}

--- The module that calls made here and now wait with.
---@param given? table the one that the user chose
---@return table module
function runtime.choose(given)
  if given then return given end
  local hosts = runtime.hosts
  for index = 1, #hosts do
    local host = hosts[index]
    local library = loaded[host.library]
    if library and host.is_running(library) then return require(host.module) end
  end
  return blocking
end

--- The event loop that goes on while the running coroutine waits.
---@return table? host see rtk.runtime.event_loop; nil where there is none, or where the
---coroutine cannot pause
function runtime.loop()
  local host = runtime.choose().host
  return host and host.can_wait() and host or nil
end

--- Runs a function beside its caller.
---@param f function
---@param given? table the module that the user chose
---@return table task
function runtime.spawn(f, given)
  local module = runtime.choose(given)
  if not module.spawn then
    misuse.raise("the runtime has no spawn, so it runs one call at a time")
  end
  return module.spawn(f)
end

-- A runtime that chooses for each call, because clients are often made before the loop that they
-- are used in runs.
local Automatic = {}
Automatic.__index = Automatic

function Automatic:_here()
  local module = runtime.choose()
  local made = self._made[module]
  if not made then
    made = module.new(self._transport, self._options)
    self._made[module] = made
  end
  return made
end

--- Sends one request and waits for what comes of it.
---@param request table what the transport's submit takes
---@return table result what the transport's step returns for it
function Automatic:send(request)
  return self:_here():send(request)
end

--- Waits.
---@param seconds number
function Automatic:sleep(seconds)
  return self:_here():sleep(seconds)
end

--- The monotonic clock.
---@return number seconds
function Automatic:now()
  return self:_here():now()
end

--- Why a call cannot be made here and now, or nil when it can.
---@return string? reason
function Automatic:refusal()
  local here = self:_here()
  return here.refusal and here:refusal()
end

--- Ends the calls in progress with kind "cancelled".
function Automatic:close()
  for _, made in pairs(self._made) do
    made:close()
  end
end

--- Makes what a client waits with.
---@param transport table
---@param given? table the module that the user chose
---@param options? { allow_blocking?: boolean }
---@return table runtime
function runtime.new(transport, given, options)
  if given then return given.new(transport, options) end
  return setmetatable({ _transport = transport, _options = options, _made = {} }, Automatic)
end

return runtime
