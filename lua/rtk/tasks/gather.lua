-- SPDX-License-Identifier: MIT
-- Runs functions concurrently, so that their calls overlap.
--
-- A few workers, tasks of the runtime, each run one function after the other.

local misuse = require("rtk.misuse")
local validate = require("rtk.validate")
local input_table = require("rtk.input_table")
local runtime = require("rtk.runtime")

---@class rtk.GatherOptions
---@field concurrency? integer functions that run at a time; default 8
---@field runtime? table how to wait; default: as calls do

local gather = {}

local CONCURRENCY = 8

local option_kinds = { concurrency = validate.size, runtime = "table" }

local function check_functions(functions)
  misuse.check("what rtk.gather runs", functions, "table")
  local count = 0
  for index, value in pairs(functions) do
    count = count + 1
    if type(index) == "number" then
      misuse.check(("functions[%s]"):format(index), value, "function")
    end
  end
  for index = 1, count do
    if functions[index] == nil then
      misuse.raise("rtk.gather takes functions in an array, without gaps")
    end
  end
end

local function pack(...)
  return { n = select("#", ...), ... }
end

-- misuse.raise finds the function by the parameter's name.
local function run(user_function)
  local result = pack(pcall(user_function))
  return result
end

-- Runs functions until none is left.
local function worker(functions, results)
  local taken = 0
  return function()
    while taken < #functions do
      taken = taken + 1
      local index = taken
      results[index] = run(functions[index])
    end
  end
end

--- Runs all functions and waits for them.
---@param functions function[]
---@param options? rtk.GatherOptions
---@return { n: integer, [integer]: any }[] results for each { ok, values... }, in order
function gather.run(functions, options)
  functions = input_table.shallow("what rtk.gather runs", functions)
  check_functions(functions)
  options = options or {}
  validate.check("the options of rtk.gather", options, option_kinds)
  local results, tasks = {}, {}
  local work = worker(functions, results)
  for index = 1, math.min(options.concurrency or CONCURRENCY, #functions) do
    tasks[index] = runtime.spawn(work, options.runtime)
  end
  for index = 1, #tasks do
    local ok, message = tasks[index]:wait()
    if not ok then error(message, 0) end
  end
  return results
end

return gather
