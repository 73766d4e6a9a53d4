-- SPDX-License-Identifier: MIT
-- Runs the table of ensure methods and prints it. Exits with 1 if a cell is not as expected.
--
--   lua spec/ensure/print.lua

local at_once = require("spec.ensure.at_once")
local columns = require("spec.support.data.columns")
local rows = require("spec.fixtures.ensures")
local steps = require("spec.ensure.steps")
local workers = require("spec.ensure.workers")

local LEGEND = [[
Each ensure method, while something happens at each of its requests. "created 1x 1" is a run that
returned "created"; the emulator executed one request that creates, and has one of it in the end.
A program that dies, or loses every answer from a step on, runs it again. Lists are longer than a
page. stop_if_running has what stops in place of what creates, and leaves none running.
]]

local UNEXPECTED = " !"

local is_as_expected = true

local function marked(text, expected)
  if text == expected then return text end
  is_as_expected = false
  return text .. UNEXPECTED
end

local function name_of(row)
  return row[1] .. ", " .. row[2] .. (row.service and ", service: " .. row.service or "")
end

local function step_lines()
  local lines = { { "EACH STEP", "REQUEST" } }
  for _, mishap in ipairs(steps.mishaps) do
    table.insert(lines[1], mishap:upper())
  end
  for _, row in ipairs(rows) do
    local operations = steps.plain(row)
    for step, operation in ipairs(row.steps) do
      local request = marked(operations[step] or "none", operation)
      local line = { step == 1 and name_of(row) or "", request }
      for _, mishap in ipairs(steps.mishaps) do
        local expected = steps.expected(row, mishap, step)
        line[#line + 1] = marked(steps.cell(row, mishap, step), expected)
      end
      lines[#lines + 1] = line
    end
  end
  return lines
end

local function task_lines()
  local lines = { { "EIGHT IN TASKS", "UNDISTURBED", "ANSWERS LOST" } }
  for _, row in ipairs(rows) do
    if row.eight then
      local line = { name_of(row) }
      for index, has_losses in ipairs({ false, true }) do
        local expected = at_once.expected(row, has_losses)
        line[index + 1] = marked(at_once.cell(row, has_losses), expected)
      end
      lines[#lines + 1] = line
    end
  end
  return lines
end

local function worker_lines()
  local lines, setting = { { "EIGHT IN FOUR NGINX WORKERS" } }, workers.start()
  local ok, problem = pcall(function()
    for index, column in ipairs(workers.columns) do
      lines[1][index + 1] = column:upper()
      local cells = setting:play(column)
      for number, row in ipairs(workers.rows) do
        lines[number + 1] = lines[number + 1] or { row[1] }
        lines[number + 1][index + 1] = marked(cells[row[1]], workers.expected(row, column))
      end
    end
  end)
  setting:stop()
  if not ok then error(problem, 0) end
  return lines
end

print(LEGEND)
for _, lines_of in ipairs({ step_lines, task_lines, worker_lines }) do
  columns.print(lines_of())
  print()
end
os.exit(is_as_expected and 0 or 1, true)
