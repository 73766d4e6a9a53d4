-- SPDX-License-Identifier: MIT
-- Many calls over HTTP to a served emulator with random faults from fixed seeds:
-- every fault of the fault matrix. It counts the outcomes, compares the client's results
-- with the final state of the server, and measures memory and descriptors on the way.

local Random = require("spec.support.data.random")
local calls = require("spec.endurance.calls")
local core = require("rtk.core")
local no_sleep_runtime = require("spec.support.clients.no_sleep_runtime")
local expectations = require("spec.faults.expectations")
local expected_state = require("spec.endurance.expected_state")
local rtk = require("rtk")
local server = require("rtk.emulator.server")
local process_stats = require("spec.support.asserts.process_stats")

local endurance = {}

local SEED = 20240229

-- Of all requests, for each fault; those that end in a timeout take long.
local PROBABILITY, LATE_PROBABILITY, MOST_LATE = 0.004, 0.005, 50

-- Seconds; a lot for one request on loopback.
local TIMEOUT = 0.1

-- Memory no longer grows after this part of the calls, and at least so many.
local WARM_UP, LEAST_WARMING = 0.1, 500

local KINDS = {}
for kind in
  (
    "connection timeout tls protocol decode too_large cancelled authentication permission "
    .. "not_found conflict invalid rate_limit server api"
  ):gmatch("%S+")
do
  KINDS[kind] = true
end

local function connect(base_url, more)
  local options = {
    api_token = "any",
    account_id = "0123456789abcdef0123456789abcdef",
    app_id = "00000000-0000-4000-8000-000000000001",
    base_url = base_url,
    proxy = "",
  }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return assert(rtk.new(options))
end

local function inject(run)
  local late = math.min(LATE_PROBABILITY, MOST_LATE / run.calls)
  for _, row in ipairs(expectations) do
    local fault = { probability = PROBABILITY }
    if row.is_late or row[1].kind == "stall" then fault.probability = late end
    for name, value in pairs(row[1]) do
      fault[name] = value
    end
    -- The client takes the 404 of a repeated DELETE for success, so a false one would mislead it.
    if fault.status == 404 then fault.operation = "GET *" end
    assert(run.admin:request({ method = "POST", path = "/faults", body = fault }))
  end
end

local function add(tally, key)
  tally[key] = (tally[key] or 0) + 1
end

-- What is wrong with a reported failure, or nil.
local function defect(message, err)
  if type(message) ~= "string" or message == "" then return "an error without a message" end
  if not KINDS[err.kind] then return "no kind: " .. tostring(err.kind) end
  return nil
end

local function call(run, number)
  local name = run.dice:pick(run.names)
  local result, message, err = calls[name](run, number)
  local problem = not result and defect(message, err)
  if problem then table.insert(run.problems, ("call %d, %s: %s"):format(number, name, problem)) end
  add(run.tally, result and "ok" or err.kind)
  run.reported = run.reported + (err or rtk.response(result)).attempts
  if err and err.maybe_executed then run.in_doubt = run.in_doubt + 1 end
end

-- Makes calls until all workers together have made enough.
local function work(run)
  while run.number < run.calls do
    run.number = run.number + 1
    call(run, run.number)
    if not run.first and run.number >= run.warm then run.first = process_stats.take() end
  end
end

local function work_beside_others(run)
  local workers = {}
  for index = 1, run.concurrency do
    workers[index] = function()
      work(run)
    end
  end
  for _, result in ipairs(rtk.gather(workers, { concurrency = run.concurrency })) do
    assert(result[1], result[2])
  end
end

local function count_titles(run)
  local counts = { meeting = {}, participant = {} }
  local observer = run.observer
  for meeting in observer.meetings:each({ per_page = 500 }) do
    local number = tonumber((meeting.title:match("^m(%d+)$")))
    if number then add(counts.meeting, number) end
  end
  for participant in observer.meetings:each_participant(run.meeting_id, { per_page = 500 }) do
    add(counts.participant, tonumber((participant.custom_participant_id:match("^p(%d+)$"))))
  end
  return counts
end

local function compare(run)
  if run.reported ~= run.attempts then
    local text = "%d requests were made, %d were reported"
    table.insert(run.problems, text:format(run.attempts, run.reported))
  end
  for _, text in ipairs(run.expected_state:contradictions(count_titles(run))) do
    table.insert(run.problems, text)
  end
end

local function perform(run)
  run.meeting_id = assert(run.observer.meetings:create({ title = "all" })).id
  inject(run)
  local start = core.now()
  if run.concurrency == 1 then
    work(run)
  else
    work_beside_others(run)
  end
  run.seconds, run.last = core.now() - start, process_stats.take()
  assert(run.admin:request({ method = "DELETE", path = "/faults" }))
  compare(run)
end

local function new_run(count, concurrency)
  local warm = math.floor(math.max(count * WARM_UP, math.min(count, LEAST_WARMING)))
  return {
    calls = count,
    concurrency = concurrency,
    warm = warm,
    number = 0,
    names = calls.names(),
    dice = Random.new(SEED),
    expected_state = expected_state.new(count),
    pool = {},
    tally = {},
    problems = {},
    attempts = 0,
    reported = 0,
    in_doubt = 0,
  }
end

--- Makes a number of calls.
---@param count integer
---@param concurrency? integer how many at a time; default 1
---@return table report { calls, seconds, attempts, tally, in_doubt, problems, first, last }, the
---last two as process_stats.take returns them
function endurance.run(count, concurrency)
  local running = assert(server.start({ port = 0, emulator = { seed = SEED, journal_size = 1 } }))
  local run = new_run(count, concurrency or 1)
  local function count_attempt(event)
    if event.type == "request" then run.attempts = run.attempts + 1 end
  end
  run.client = connect(running.url, {
    runtime = no_sleep_runtime,
    on_event = count_attempt,
    timeout = TIMEOUT,
    max_response_bytes = 65536,
  })
  run.observer = connect(running.url)
  run.admin = connect(running.admin_url)
  local ok, message = xpcall(perform, debug.traceback, run)
  run.client:close()
  run.observer:close()
  run.admin:close()
  running:stop()
  assert(ok, message)
  return run
end

return endurance
