-- SPDX-License-Identifier: MIT
-- What each worker of nginx does for the table of ensure methods: it waits for the next round, runs
-- every method twice in light threads, and notes what they return. All is in a shared dictionary.

local cases = require("spec.ensure.cases")
local cjson = require("cjson")
local rtk = require("rtk")

local ngx = rawget(_G, "ngx")

local worker = {}

local TIMES = 2
local PAUSE = 0.005 -- seconds

local function note(result)
  result.worker = ngx.worker.id()
  assert(ngx.shared.rounds:rpush("results", cjson.encode(result)))
end

local function run(client, task, options)
  local ok, value, outcome = pcall(cases[task.name].ensure, client, task.place, options)
  local failed = not ok or value == nil
  note({
    name = task.name,
    id = not failed and value and value.id or nil,
    outcome = failed and ("failed: " .. tostring(ok and outcome or value)) or outcome,
  })
end

-- A round is { url, app_id, ttl?, tasks = { { name, place } } }; ttl is that of the lock.
local function play(round)
  local client = rtk.new({
    base_url = round.url,
    api_token = "t",
    account_id = "a",
    app_id = round.app_id,
    max_retries = 10,
  })
  local once = round.ttl and rtk.once.shared_dict({ name = "locks", ttl = round.ttl })
  for _, task in ipairs(round.tasks) do
    for _ = 1, TIMES do
      ngx.thread.spawn(run, client, task, { once = once or nil })
    end
  end
end

local function wait_for_rounds()
  local rounds = ngx.shared.rounds
  -- A worker that takes the place of another does not play the round that the other died in.
  local last = rounds:get("ended") or 0
  while not ngx.worker.exiting() do
    local number = rounds:get("number") or 0
    if number > last then
      last = number
      play(cjson.decode(rounds:get("round")))
    end
    ngx.sleep(PAUSE)
  end
end

--- Begins to wait, in init_worker_by_lua.
function worker.start()
  assert(ngx.timer.at(0, wait_for_rounds))
end

return worker
