-- SPDX-License-Identifier: MIT
-- The iterator over items that come in pages.

local misuse = require("rtk.misuse")

local walk = {}

local function raise(message, err)
  local page_no = err and err.page_no
  misuse.raise(page_no and ("page %d: %s"):format(page_no, message) or message)
end

-- What runs now; on LuaJIT the main program is no coroutine.
local function runner()
  return coroutine.running() or true
end

--- Walks items from page to page.
---@param advance fun(previous?: table[]): table[]?, string?, rtk.Error? gives the next page
---@param items_left number how many items to walk at most
---@param close fun() told when there will be no more items
---@return fun(): table? item raises the message on failure
function walk.items(advance, items_left, close)
  local current, position, done, fetcher
  local function finish(message, err)
    done = true
    close()
    if message then raise(message, err) end
  end
  return function()
    -- To say that there are no more items would be wrong.
    if fetcher and fetcher ~= runner() then
      misuse.raise("another coroutine waits for this list's next page: give each its own loop")
    end
    while not done do
      if items_left <= 0 then return finish() end
      if current and position < #current then
        position, items_left = position + 1, items_left - 1
        return current[position]
      end
      -- Unless there is a page to go on with; advance may raise.
      done, fetcher = true, runner()
      local message, err
      current, message, err = advance(current)
      fetcher = nil
      if not current then return finish(message, err) end
      position, done = 0, false
    end
  end
end

return walk
