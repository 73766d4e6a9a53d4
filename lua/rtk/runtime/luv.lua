-- SPDX-License-Identifier: MIT
-- The runtime for luv: a call in a coroutine pauses the coroutine until luv's loop resumes it.
--
-- Without calls the loop has no handle of rtk's, so it can end.

local host = require("rtk.runtime.host")
local io = require("rtk.runtime.host.io")
local uv = require("luv")

local LONGEST_TIMER = 2 ^ 53 -- milliseconds; libuv's limit is a little higher

-- A function that closes a handle once.
local function closing(handle)
  local is_closed = false
  return function()
    if not is_closed then handle:close() end
    is_closed = true
  end
end

local function watch(descriptor, on_readable)
  local handle = assert(uv.new_poll(descriptor))
  -- A problem of the descriptor, too, is the transport's to notice.
  assert(handle:start("r", function()
    on_readable()
  end))
  return closing(handle)
end

local function after(seconds, callback)
  local handle = uv.new_timer()
  local close = closing(handle)
  -- The loop's cached time is that of its last turn.
  uv.update_time()
  handle:start(math.min(math.ceil(seconds * 1000), LONGEST_TIMER), 0, function()
    close()
    callback()
  end)
  return close
end

-- Resolves a host name as the system does, in a thread of luv's.
local function resolve(adapter, name, seconds)
  local result = io.wait(adapter, seconds, function(waiter)
    local hints = { socktype = "stream" }
    local request, problem = uv.getaddrinfo(name, nil, hints, function(err, records)
      waiter:receive({ records = records, problem = err })
    end)
    if not request then waiter:receive({ problem = problem }) end
  end)
  if not result then return nil, "timeout" end
  if result.records then return io.addresses_of(result.records) end
  return nil, ("no address of %s: %s"):format(name, tostring(result.problem))
end

return host.module({ watch = watch, after = after, resolve = resolve })
