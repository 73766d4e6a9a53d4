-- SPDX-License-Identifier: MIT
-- rtk.runtime: makes runtimes of hosts, and chooses the runtime of each call. A runtime decides how
-- calls wait; every wait in rtk goes through these interfaces. Requests must go through
-- rtk.runtime.scheduler.dispatcher, because a step of a transport returns the results of everyone's
-- requests.

-- Loaded now: when memory runs out while LuaJIT loads a module, it never loads it again.
local blocking = require("rtk.runtime.blocking")
local misuse = require("rtk.misuse")
local suggest = require("rtk.suggest")
local validate = require("rtk.validate")

---@class rtk.RuntimeModule
---@field new fun(transport: table, options?: { allow_blocking?: boolean }): rtk.Runtime
---@field spawn? fun(f: function): rtk.Task runs f concurrently with its caller; f may start before
---spawn returns. The caller must keep the task: a task that nothing refers to may be given up
---@field sleep? fun(seconds: number): string? waits without a client; why it cannot, if so
---@field keep? fun(task: rtk.Task) keeps a task until it has ended, although nothing refers to it
---@field adapter? rtk.EventLoopAdapter

---@class rtk.Runtime
---@field send fun(self: rtk.Runtime, request: table): rtk.Result takes a request for the
---transport's submit, returns the result from its step
---@field sleep fun(self: rtk.Runtime, seconds: number)
---@field now fun(self: rtk.Runtime): number seconds of a monotonic clock
---@field close fun(self: rtk.Runtime) ends the calls in flight with kind "cancelled"
---@field blocked_reason? fun(self: rtk.Runtime): string? why a call cannot wait here, so that send
---will fail; nil when it can

---@class rtk.Task
---@field wait fun(self: rtk.Task): boolean, any ok and values as from pcall, when f has ended; any
---coroutine may wait, repeatedly
---@field cancel fun(self: rtk.Task) cancels f's wait; f does not continue, or sends nothing more;
---wait returns false and a message

local runtime = {}

local loaded = package.loaded

-- The runtime that the program made last. A Lua state has one host.
local of_host

local polling_kinds = { sleep = "function", can_wait = "function" }
local adapter_kinds = {
  watch = "function",
  after = "function",
  suspend = "function",
  resume = "function",
  can_wait = "function",
}

-- Checks the functions of a host; returns a copy.
local function check_hooks(name, hooks, kinds, required)
  misuse.check("what rtk.runtime." .. name .. " takes", hooks, "table")
  validate.check("the functions of rtk.runtime." .. name, hooks, kinds)
  for _, key in ipairs(required) do
    misuse.check(key .. " of rtk.runtime." .. name, hooks[key], "function")
  end
  local copy = {}
  for key in pairs(kinds) do
    copy[key] = hooks[key]
  end
  return copy
end

--- Makes a runtime of a host whose coroutines can only sleep. Calls in coroutines sleep between
--- looks at their connections: for 1 ms, and then longer, up to 8 ms. Where the running coroutine
--- cannot be suspended, calls block.
---@param hooks { sleep: fun(seconds: number), can_wait?: fun(): boolean } sleep lets the host's
---other coroutines run; can_wait says whether it can here, by default whether Lua can yield
---@return rtk.RuntimeModule runtime for rtk.new { runtime = ... }; rtk.gather, rtk.map, rtk.spawn,
---rtk.sleep and clients without that option use it, too, in coroutines
function runtime.polling(hooks)
  local checked = check_hooks("polling", hooks, polling_kinds, { "sleep" })
  of_host = require("rtk.runtime.polling").module(checked)
  return of_host
end

--- Makes a runtime of a host with an event loop. While a call in a coroutine waits, the loop runs;
--- it watches one descriptor of each client with calls in flight. Where the running coroutine
--- cannot be suspended, calls block.
---@param hooks rtk.HostLoop
---@return rtk.RuntimeModule runtime for rtk.new { runtime = ... }; rtk.gather, rtk.map, rtk.spawn,
---rtk.sleep and clients without that option use it, too, in coroutines
function runtime.adapter(hooks)
  local checked = check_hooks("adapter", hooks, adapter_kinds, { "watch", "after" })
  if (checked.suspend == nil) ~= (checked.resume == nil) then
    misuse.raise("rtk.runtime.adapter takes both suspend and resume, or neither")
  end
  of_host = require("rtk.runtime.host").module(checked)
  return of_host
end

local function is_nginx(ngx)
  return type(ngx) == "table" and ngx.get_phase ~= nil
end

local function runs_cqueues(cqueues)
  return type(cqueues) == "table" and cqueues.running() ~= nil
end

local function runs_luv(uv)
  return type(uv) == "table" and uv.loop_mode ~= nil and uv.loop_mode() ~= nil
end

-- Neovim runs luv's loop itself, so luv does not know of it. This module of the editor is what it
-- calls vim; in its threads that has no schedule.
local function is_neovim(vim)
  return type(vim) == "table" and vim.schedule ~= nil and (vim.uv or vim.loop) ~= nil
end

--- The module of the runtime that a call made here uses: that of the first loop that runs. No loop
--- is looked for whose library the program has not loaded, and its adapter is loaded when it is
--- needed first.
---@param given? rtk.RuntimeModule the user's choice
---@return rtk.RuntimeModule module
function runtime.choose(given)
  if given then return given end
  if of_host and of_host.adapter.can_wait() then return of_host end
  local ngx = loaded.ngx
  if ngx and is_nginx(ngx) then return require("rtk.runtime.nginx") end
  local cqueues = loaded.cqueues
  if cqueues and runs_cqueues(cqueues) then return require("rtk.runtime.cqueues") end
  local uv = loaded.luv
  if uv and runs_luv(uv) then return require("rtk.runtime.luv") end
  local vim = loaded["vim.shared"]
  if vim and is_neovim(vim) then return require("rtk.runtime.neovim") end
  return blocking
end

--- The adapter of the event loop that keeps running while the current coroutine waits.
---@return rtk.EventLoopAdapter? adapter nil without a loop, or when the coroutine cannot pause
function runtime.current_adapter()
  local adapter = runtime.choose().adapter
  return adapter and adapter.can_wait() and adapter or nil
end

--- Runs a function concurrently with its caller.
---@param f function
---@param given? rtk.RuntimeModule the user's choice
---@return rtk.Task task
function runtime.spawn(f, given)
  local module = runtime.choose(given)
  if not module.spawn then
    misuse.raise("the runtime has no spawn, so it runs one call at a time")
  end
  return module.spawn(f)
end

--- Has the task of a function's spawn run to its end, although nothing may refer to it.
---@param f function
---@return rtk.Task task
function runtime.spawn_kept(f)
  local module = runtime.choose()
  local task = runtime.spawn(f, module)
  if module.keep then module.keep(task) end
  return task
end

--- Waits, and lets everything else run that the place allows.
---@param seconds number
---@return string? reason why the caller cannot wait here
function runtime.sleep(seconds)
  return runtime.choose().sleep(seconds)
end

-- A runtime that chooses for each call: clients are often created before the loop that uses them.
local Automatic = {}
Automatic.__index = Automatic

local function chosen(self)
  local module = runtime.choose()
  local instance = self._instances[module]
  if not instance then
    instance = module.new(self._transport, self._options)
    self._instances[module] = instance
  end
  return instance
end

--- Sends one request and waits for its result.
---@param request table for the transport's submit
---@return rtk.Result result
function Automatic:send(request)
  return chosen(self):send(request)
end

--- Waits.
---@param seconds number
function Automatic:sleep(seconds)
  return chosen(self):sleep(seconds)
end

--- The monotonic clock.
---@return number seconds
function Automatic:now()
  return chosen(self):now()
end

--- Why a call cannot wait here; nil when it can.
---@return string? reason
function Automatic:blocked_reason()
  local instance = chosen(self)
  return instance.blocked_reason and instance:blocked_reason()
end

--- Ends the calls in flight with kind "cancelled".
function Automatic:close()
  for _, instance in pairs(self._instances) do
    instance:close()
  end
end

--- Creates the runtime of a client.
---@param transport table
---@param given? rtk.RuntimeModule the user's choice
---@param options? { allow_blocking?: boolean }
---@return rtk.Runtime runtime
function runtime.new(transport, given, options)
  if given then return given.new(transport, options) end
  return setmetatable({ _transport = transport, _options = options, _instances = {} }, Automatic)
end

return setmetatable(runtime, {
  __index = function(_, name)
    local clause = suggest.clause(tostring(name), { "adapter", "polling" })
    misuse.raise("rtk.runtime has no " .. tostring(name) .. clause)
  end,
})
