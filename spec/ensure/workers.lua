-- SPDX-License-Identifier: MIT
-- Runs all ensure methods eight times at once in four workers of nginx, with a served emulator. A
-- cell says how many objects they returned, how many there are, and with a lock how often the
-- emulator executed what creates one: "1 id; 1 there; 1x".

local at_once = require("spec.ensure.at_once")
local cases = require("spec.ensure.cases")
local cjson = require("cjson")
local emulator_server = require("rtk.emulator.server")
local http = require("spec.support.servers.emulator_http")
local openresty = require("spec.support.servers.openresty")
local process = require("spec_process")
local rows = require("spec.fixtures.ensures")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")

local workers = {}

local HTTP = [[
lua_shared_dict locks 1m;
lua_shared_dict rounds 4m;
init_worker_by_lua_block { require("spec.ensure.worker").start() }
]]

local MAIN = "worker_processes 4;"
local TIMES, WORKERS = 8, 4
local APP = "00000000-0000-4000-8000-000000000001"

local SIGKILL = 9
local LOST = 2 -- answers of each operation
-- Seconds: what locks last, and those of workers that are killed, which have to end by themselves.
local TTL, SHORT_TTL = 60, 3
local HELD = 100 -- seconds that an answer is held back, more than a round takes

--- The columns: what happens to the runs.
workers.columns = { "workers", "answers lost", "lock, answers lost", "lock, workers killed" }

-- Each method once, as its row of the fixture.
local function rows_with_workers()
  local found = {}
  for _, row in ipairs(rows) do
    if row.has_workers then found[#found + 1] = row end
  end
  return found
end

workers.rows = rows_with_workers()

local Setting = {}
Setting.__index = Setting

--- Starts an emulator and nginx.
---@return table setting
function workers.start()
  local self = setmetatable({ number = 0 }, Setting)
  self.emulator = assert(emulator_server.start({ max_per_page = 5, journal_size = 100000 }))
  self.client = rtk.new({
    base_url = self.emulator.url,
    api_token = "t",
    account_id = "a",
    app_id = APP,
  })
  self.nginx = openresty.start({ http = HTTP, main = MAIN })
  return self
end

function Setting:stop()
  self.nginx:remove()
  self.emulator:stop()
end

function Setting:_administer(call, body)
  local options = "--data-binary " .. shell.quote(cjson.encode(body or {}))
  local status, answer = http.request(self.emulator.admin_url .. "/" .. call, options)
  assert(status == 200, answer)
  return cjson.decode(answer).data
end

-- What is there before, in lists that are longer than a page.
function Setting:_prepare()
  local tasks = {}
  self:_administer("reset")
  for index, row in ipairs(workers.rows) do
    local case, key = cases[row[1]], tostring(self.number * 100 + index)
    local state = row[2] .. ", long list"
    tasks[index] = { name = row[1], place = cases.prepare(case, state, self.client, key) }
  end
  self.first = #self:_administer("journal") + 1
  return tasks
end

function Setting:_begin(tasks, ttl)
  self.number = self.number + 1
  local round = { url = self.emulator.url, app_id = APP, ttl = ttl, tasks = tasks }
  local code = [[
    local rounds = ngx.shared.rounds
    rounds:delete("results")
    rounds:set("round", %q)
    rounds:set("number", %d)
  ]]
  self.nginx:run(code:format(cjson.encode(round), self.number))
end

-- Waits for all results.
function Setting:_results(tasks)
  local results, seen, count = {}, {}, 0
  local code = [[
    local rounds, all = ngx.shared.rounds, {}
    for _ = 1, 6000 do
      if rounds:llen("results") >= %d then break end
      ngx.sleep(0.01)
    end
    for index = 1, rounds:llen("results") do
      all[index] = require("cjson").decode(rounds:lpop("results"))
    end
    return all
  ]]
  for _, task in ipairs(tasks) do
    results[task.name] = {}
  end
  for _, result in ipairs(self.nginx:run(code:format(TIMES * #tasks))) do
    table.insert(results[result.name], result)
    if not seen[result.worker] then
      seen[result.worker], count = true, count + 1
    end
  end
  assert(count == WORKERS, count .. " workers took part")
  return results
end

-- The cells of a round, by method.
function Setting:_cells(tasks, results, counts_executed)
  local cells = {}
  local snapshot, journal = self:_administer("snapshot"), self:_administer("journal")
  for _, task in ipairs(tasks) do
    local case, own = cases[task.name], results[task.name]
    local text = at_once.text_of(own, #cases.count(case, snapshot, task.place), false)
    if #own ~= TIMES then text = text .. "; " .. #own .. " results" end
    if counts_executed then
      text = ("%s; %dx"):format(text, cases.executed(case, journal, self.first, task.place))
    end
    cells[task.name] = text
  end
  return cells
end

function Setting:_fault(fault)
  fault.after = fault.kind == "close" or nil
  self:_administer("fault", fault)
end

function Setting:_lose_answers()
  for _, row in ipairs(workers.rows) do
    local is_known = {}
    for _, operation in ipairs(row.steps) do
      if not is_known[operation] then
        self:_fault({ operation = operation, kind = "close", times = LOST })
      end
      is_known[operation] = true
    end
  end
end

-- Lets one of each method get as far as its change, and kills all workers then.
function Setting:_kill_in_the_middle(tasks)
  for _, task in ipairs(tasks) do
    local operation = cases[task.name].creates
    self:_fault({ operation = operation, kind = "latency", delay = HELD, times = 1 })
  end
  self:_begin(tasks, SHORT_TTL)
  local have_all_begun = self.nginx.wait_for(function()
    local journal = self:_administer("journal")
    for _, task in ipairs(tasks) do
      if cases.executed(cases[task.name], journal, self.first, task.place) == 0 then
        return false
      end
    end
    return true
  end)
  assert(have_all_begun, "not all methods got as far as their change")
  self.nginx:run(("ngx.shared.rounds:set('ended', %d)"):format(self.number))
  for _, pid in ipairs(self.nginx:workers()) do
    process.kill(pid, SIGKILL)
  end
end

local plays = {
  workers = function(self, tasks)
    self:_begin(tasks)
  end,
  ["answers lost"] = function(self, tasks)
    self:_lose_answers()
    self:_begin(tasks)
  end,
  ["lock, answers lost"] = function(self, tasks)
    self:_lose_answers()
    self:_begin(tasks, TTL)
  end,
  ["lock, workers killed"] = function(self, tasks)
    self:_kill_in_the_middle(tasks)
    self:_begin(tasks, TTL)
  end,
}

--- Runs a round.
---@param column string
---@return table<string, string> cells by method
function Setting:play(column)
  local tasks = self:_prepare()
  plays[column](self, tasks)
  return self:_cells(tasks, self:_results(tasks), column:find("^lock") ~= nil)
end

--- What is expected of a cell.
---@param row table
---@param column string
---@return string text
function workers.expected(row, column)
  local text = at_once.expected(row, true)
  if not column:find("^lock") then return text end
  -- The one that stopped it has died.
  if column == "lock, workers killed" and row.ends:find("^stopped") then
    text = text:gsub("^1 id", "0 id")
  end
  return text .. "; 1x"
end

return workers
