-- SPDX-License-Identifier: MIT
-- Runs the fault matrix and prints it as a table. Exits with 1 if a cell is not as expected.
--
--   lua spec/faults/print.lua

local columns = require("spec.support.data.columns")
local matrix = require("spec.faults.matrix")
local setting = require("spec.faults.setting")

local runners = require("spec.faults.runners").of(setting)

local LEGEND = [[
Each fault of the emulator, against each kind of call. "ok 2/1x" is a call that succeeded with the
second attempt; the server executed one. "timeout 3/3x ?" is a call that failed with that kind after
three attempts and is reported as maybe executed. `create` is a POST that makes an object, `token`
one that may be repeated, `each` the second of three pages. With `after` the fault comes after the
server has acted; faults that spoil an answer always do. A call makes three attempts at most. A cell
is empty where the fault does not affect the call.
]]

local UNEXPECTED = "!"

-- The outcome of a fault on each runtime; one text where all agree.
local function outcome(found, expected, key)
  local texts, seen = {}, {}
  for _, cells in ipairs(found) do
    local text = cells[key] or ""
    if cells[key] and text ~= expected[key] then text = text .. " " .. UNEXPECTED end
    if not seen[text] then texts[#texts + 1] = text end
    seen[text] = true
  end
  return table.concat(texts, " | ")
end

local function lines_of(results, persistence)
  local lines = { { persistence == "once" and "FAULT, ONCE" or "FAULT, ALWAYS" } }
  for i, call in ipairs(matrix.calls) do
    lines[1][i + 1] = call.name
  end
  for index, row in ipairs(setting.rows) do
    local line, expected = { matrix.name_of(row) }, matrix.expected(row)
    for i, call in ipairs(matrix.calls) do
      line[i + 1] = outcome(results[index], expected, matrix.key(persistence, call))
    end
    lines[#lines + 1] = line
  end
  return lines
end

-- Whether all cells were as expected.
local function print_tables(results)
  local is_as_expected = true
  for _, persistence in ipairs(matrix.persistences) do
    local lines = lines_of(results, persistence)
    print()
    columns.print(lines)
    for _, line in ipairs(lines) do
      if table.concat(line):find(UNEXPECTED, 1, true) then is_as_expected = false end
    end
  end
  return is_as_expected
end

-- The cells of every row, for each runner.
local function run_all()
  local results = {}
  for i, runner in ipairs(runners) do
    local running = runner.start()
    local ok, problem = pcall(function()
      for index in ipairs(setting.rows) do
        results[index] = results[index] or {}
        results[index][i] = running.row(index)
      end
    end)
    running.stop()
    if not ok then error(problem, 0) end
  end
  return results
end

local names = {}
for i, runner in ipairs(runners) do
  names[i] = runner.name
end
print(LEGEND .. "Run: " .. table.concat(names, "; ") .. ".")
os.exit(print_tables(run_all()) and 0 or 1, true)
