-- SPDX-License-Identifier: MIT
-- Runs an ensure method eight times at once, in tasks on an emulator in process. A cell has the
-- outcomes, or the ids, and how much there is of it: "created 1, found 7; 1 there".

local rtk = require("rtk")
local steps = require("spec.ensure.steps")

local at_once = {}

local TIMES = 8
-- Answers to each request of an undisturbed run. Those that start something get over two.
local LOST = 2

--- Sums up what several runs returned.
---@param results { id?: string, outcome: string }[]
---@param there integer how much there is
---@param has_outcomes boolean whether the outcomes are in it
---@return string
function at_once.text_of(results, there, has_outcomes)
  local outcomes, ids, count, names = {}, {}, 0, {}
  for _, result in ipairs(results) do
    if result.id and not ids[result.id] then
      ids[result.id], count = true, count + 1
    end
    if not outcomes[result.outcome] then names[#names + 1] = result.outcome end
    outcomes[result.outcome] = (outcomes[result.outcome] or 0) + 1
  end
  table.sort(names)
  for index, name in ipairs(names) do
    names[index] = name .. " " .. outcomes[name]
  end
  local first = has_outcomes and table.concat(names, ", ") or count .. " id"
  if has_outcomes and count > 1 then first = first .. ", " .. count .. " ids" end
  for _, name in ipairs(has_outcomes and {} or names) do
    if name:find("^failed") then first = first .. ", " .. name end
  end
  return ("%s; %d there"):format(first, there)
end

-- Runs it eight times at once; failures count as outcomes.
local function run_all(run, client)
  local functions, results = {}, {}
  for index = 1, TIMES do
    functions[index] = function()
      return run:ensure(client)
    end
  end
  for index, result in ipairs(rtk.gather(functions)) do
    local ok, value, outcome = result[1], result[2], result[3]
    local failed = not ok or value == nil
    results[index] = {
      id = not failed and value and value.id or nil,
      outcome = failed and ("failed: " .. tostring(ok and outcome or value)) or outcome,
    }
  end
  return results
end

--- The cell of eight runs.
---@param row table of spec.fixtures.ensures
---@param has_losses boolean whether answers of every operation are lost
---@return string text
function at_once.cell(row, has_losses)
  local run, is_lost = steps.open(row), {}
  for _, operation in ipairs(has_losses and row.steps or {}) do
    local fault = { kind = "close", after = true, times = LOST, operation = operation }
    if not is_lost[operation] or operation:find("^GET ") then run.emulator:fault(fault) end
    is_lost[operation] = true
  end
  local results = run_all(run, run:client({ max_retries = 2 * LOST * #row.steps }))
  return at_once.text_of(results, #run:found(), not has_losses)
end

--- What is expected of it.
---@param row table
---@param has_losses boolean
---@return string text
function at_once.expected(row, has_losses)
  local there = tonumber(row.ends:match("%d+$"))
  local has_id = not row.ends:find("^none")
  local first = has_losses and (has_id and 1 or 0) .. " id" or row.eight
  return ("%s; %d there"):format(first, there)
end

return at_once
