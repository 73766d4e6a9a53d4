-- SPDX-License-Identifier: MIT
-- Works on the items of a list concurrently, and returns the results in a loop.
--
-- Each item has a task of the runtime, which takes the item and then works on it; one task takes
-- at a time. Items are only taken when the loop asks for a result, and at most `concurrency` of
-- them are taken and not yet returned. So a slow loop holds up the list, and a slow list holds up
-- nothing that is under way.

local callable = require("rtk.pagination.callable")
local closing = require("rtk.runtime.closing")
local core = require("rtk.core")
local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local runtime = require("rtk.runtime")
local suggest = require("rtk.suggest")
local validate = require("rtk.validate")

---@class rtk.MapOptions
---@field concurrency? integer items at a time; default 8
---@field ordered? boolean whether results come in the order of the items; default false

---@class rtk.MapIterator what rtk.map returns, for a generic for
---@field close fun(self: rtk.MapIterator) cancels what is under way

local map = {}

local CONCURRENCY = 8

-- Seconds between looks for tasks that ended without a word, as nginx can end them.
local LOOK_INTERVAL = 1

local option_kinds = { concurrency = validate.size, ordered = "boolean" }

local unpack = core.globals.unpack

local function pack(...)
  return { n = select("#", ...), ... }
end

local Map = {}
Map.__index = Map

-- Ends the wait of the loop.
function Map:_signal()
  self._is_signalled = true
  if self._latch then self._latch:cancel() end
end

function Map:_end_wait()
  self._latch, self._is_waiting = nil, false
end

-- Waits until something has happened. There is no condition that all runtimes have, but all can
-- cancel a task that sleeps.
function Map:_wait()
  self._is_signalled, self._is_waiting = false, true
  local latch = runtime.spawn(function()
    runtime.sleep(LOOK_INTERVAL)
  end)
  self._latch = latch
  if self._is_signalled then latch:cancel() end
  latch:wait()
  if not self._is_signalled then self:_look_for_lost() end
end

function Map:_look_for_lost()
  for entry in pairs(self._running) do
    local task = entry.task
    if task and (task.is_done or task._results) then
      self:_finish(entry, pack(false, "the task has ended without a result"))
    end
  end
end

-- Notes a result; an entry without one was not needed, because there are no more items.
function Map:_finish(entry, result)
  if not self._running[entry] then return end
  self._running[entry] = nil
  if self._taking == entry then
    self._taking, self._is_at_end = nil, true
  end
  entry.result = result
  if entry.item == nil then
    self._count = self._count - 1
  elseif not self._is_ordered then
    table.insert(self._queue, entry)
  end
  self:_signal()
end

-- misuse.raise finds the function by the parameter's name.
local function run(user_function, item)
  local result = pack(pcall(user_function, item))
  return result
end

-- Takes an item; returns whether there is one.
function Map:_take(entry)
  local ok, item = pcall(self._next)
  if not self._running[entry] then return false end
  if not ok then self._failure = { item } end
  if not ok or item == nil then return false end
  entry.item = item
  self._taking = nil
  if self._is_ordered then table.insert(self._queue, entry) end
  self:_signal()
  return true
end

function Map:_start()
  local entry = {}
  self._running[entry], self._taking = true, entry
  self._count = self._count + 1
  entry.task = runtime.spawn(function()
    if self:_take(entry) then
      self:_finish(entry, run(self._function, entry.item))
    else
      self:_finish(entry)
    end
  end)
end

function Map:_fill()
  while not self._is_at_end and not self._taking and self._count < self._concurrency do
    self:_start()
  end
end

-- The next result that the loop may have.
function Map:_ready()
  local entry = self._queue[1]
  if not entry or not entry.result then return nil end
  table.remove(self._queue, 1)
  self._count = self._count - 1
  return entry
end

local function values_of(entry)
  local result = entry.result
  if result[1] then return entry.item, unpack(result, 2, result.n) end
  local raised = result[2]
  return entry.item, nil, misuse.text_of(raised), raised
end

-- The end of the loop: the list has ended, or has raised.
function Map:_end()
  local failure = self._failure
  self:close()
  if failure then error(failure[1], 0) end
  return nil
end

--- Waits for the next result.
---@return any item nil at the end
---@return any ... what the function returned; nil, message and the error when it raised
function Map:next()
  if self._is_closed then return nil end
  if self._is_waiting then
    misuse.raise("another coroutine waits for a result of this rtk.map: give each its own")
  end
  while true do
    self:_fill()
    local entry = self:_ready()
    if entry then return values_of(entry) end
    if self._is_at_end and self._count == 0 then return self:_end() end
    closing.run(self._end_wait, self._wait, self)
    if self._is_closed then return nil end
  end
end

-- Ends the list, too, if it is a download or another rtk.map.
local function close_list(list)
  local metatable = getmetatable(list)
  local close = type(metatable) == "table" and rawget(metatable, "__close")
  if close then close(list) end
end

--- Cancels what is under way.
function Map:close()
  if self._is_closed then return end
  self._is_closed, self._queue, self._failure = true, {}, nil
  local running = self._running
  self._running = {}
  for entry in pairs(running) do
    if entry.task then entry.task:cancel() end
  end
  close_list(self._next)
  self:_signal()
end

local function items_of(list)
  local position = 0
  return function()
    position = position + 1
    return list[position]
  end
end

-- Raises unless a table has its items from 1 on: others would be left out.
local function check_array(list)
  local count = 0
  for _ in pairs(list) do
    count = count + 1
  end
  for index = 1, count do
    if list[index] == nil then
      misuse.raise("rtk.map works on an array without gaps, or on an iterator")
    end
  end
  return list
end

-- The function that returns the next item of what the caller passed.
local function next_of(list)
  if type(list) == "function" then return list end
  local metatable = getmetatable(list)
  local is_marked = type(metatable) == "table"
  local is_array = is_marked and metatable.__jsontype == "array"
  if is_marked and metatable.__call and not is_array then return list end
  misuse.check("what rtk.map works on", list, "table")
  if is_array then return items_of(list) end
  return items_of(check_array(input_table.shallow("what rtk.map works on", list)))
end

local function index(self)
  local methods = {
    close = function()
      self:close()
    end,
  }
  return function(_, name)
    if methods[name] then return methods[name] end
    if type(name) ~= "string" or name:sub(1, 1) == "_" then return nil end
    misuse.raise(
      ("what rtk.map returns has no %q"):format(name) .. suggest.clause(name, { "close" })
    )
  end
end

--- Works on items concurrently.
---@param list any an array, or an iterator
---@param f fun(item: any): any
---@param options? rtk.MapOptions
---@return rtk.MapIterator|fun(): any iterator
---@return nil, nil
---@return rtk.MapIterator closing for a generic for of Lua 5.4
function map.new(list, f, options)
  misuse.check("what rtk.map calls for each item", f, "function")
  options = options or {}
  validate.check("the options of rtk.map", options, option_kinds)
  local self = setmetatable({
    _next = next_of(list),
    _function = f,
    _concurrency = options.concurrency or CONCURRENCY,
    _is_ordered = options.ordered == true,
    _count = 0,
    _running = {},
    _queue = {},
  }, Map)
  local iterator = callable.new({
    __name = "rtk.MapIterator",
    __call = function()
      return self:next()
    end,
    __close = function()
      self:close()
    end,
    __index = index(self),
  })
  return iterator, nil, nil, iterator
end

return map
