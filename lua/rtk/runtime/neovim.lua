-- SPDX-License-Identifier: MIT
-- The runtime for Neovim: a call in a coroutine lets the editor go on.
--
-- Coroutines go on where all functions of the editor may be called (vim.schedule), not in the
-- callbacks of its loop.

local host = require("rtk.runtime.host")

local vim = package.loaded["vim.shared"] -- the editor's table, whatever globals the script has
local uv = vim.uv or vim.loop
local schedule = vim.schedule

local LONGEST_TIMER = 2 ^ 53 -- milliseconds; libuv's limit is a little higher

-- A function that closes a handle once.
local function closing(handle)
  local is_closed = false
  return function()
    if not is_closed then handle:close() end
    is_closed = true
  end, function()
    return is_closed
  end
end

-- The descriptor stays readable until the scheduled function has run, so meanwhile it is not
-- watched.
local function watch(descriptor, on_readable)
  local handle = assert(uv.new_poll(descriptor))
  local close, is_closed = closing(handle)
  local start
  local function read()
    if is_closed() then return end
    start()
    on_readable()
  end
  start = function()
    return handle:start("r", function()
      handle:stop()
      schedule(read)
    end)
  end
  assert(start())
  return close
end

local function after(seconds, callback)
  local handle = uv.new_timer()
  local close = closing(handle)
  local is_cancelled = false
  -- The loop's cached time is that of its last turn.
  uv.update_time()
  handle:start(math.min(math.ceil(seconds * 1000), LONGEST_TIMER), 0, function()
    close()
    schedule(function()
      if not is_cancelled then callback() end
    end)
  end)
  return function()
    is_cancelled = true
    close()
  end
end

return host.module({ watch = watch, after = after })
