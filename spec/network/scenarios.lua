-- SPDX-License-Identifier: MIT
-- Concurrent calls over a faulty network, and faults that the matrix of single calls does not
-- cover. A scenario takes a place (see spec.network.setting) and returns plain data with a text for
-- the outcome of each call.

local rtk = require("rtk")
local setting = require("spec.network.setting")

local scenarios = {}

-- Seconds that are only reached when something is broken.
local LONG = 30

local function new_client(place, options)
  local all = {
    api_token = "any",
    account_id = "0123456789abcdef0123456789abcdef",
    app_id = "00000000-0000-4000-8000-000000000001",
    base_url = place.url,
    ca_file = place.ca_file,
    proxy = "",
    max_retries = 0,
    timeout = 2 * LONG,
    connect_timeout = LONG,
  }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return rtk.new(all)
end

local function describe(value, _, err)
  if value then return "ok" end
  return err.kind .. (err.maybe_executed and " ?" or "")
end

-- Makes count calls at once. Returns the outcome of each, and the seconds of the slowest.
local function together(count, call)
  local functions, slowest = {}, 0
  for index = 1, count do
    functions[index] = function()
      local value, message, err = call(index)
      slowest = math.max(slowest, value and rtk.response(value).elapsed or 0)
      return describe(value, message, err)
    end
  end
  local outcomes = {}
  for index, result in ipairs(rtk.gather(functions, { concurrency = count })) do
    outcomes[index] = tostring(result[2])
  end
  return outcomes, slowest
end

-- How many there are of each outcome.
local function count_equal(outcomes, counts)
  counts = counts or {}
  for _, outcome in ipairs(outcomes) do
    counts[outcome] = (counts[outcome] or 0) + 1
  end
  return counts
end

--- Eight large replies at once, several times, over the same connections.
---@param place table
---@return table { counts: table<string, integer>, slowest: number }
function scenarios.large_replies(place)
  local client = new_client(place)
  local title = ("t"):rep(50000)
  local id = assert(client.meetings:create({ title = title })).id
  local counts, slowest = {}, 0
  for _ = 1, 3 do
    local outcomes, seconds = together(8, function()
      return client.meetings:get(id)
    end)
    count_equal(outcomes, counts)
    slowest = math.max(slowest, seconds)
  end
  client:close()
  return { counts = counts, slowest = slowest }
end

--- One of six handshakes stalls, until the five other calls are done.
---@param place table
---@return table<string, integer> counts
function scenarios.stalled_handshake(place)
  local control, controller = setting.control(place)
  local client = new_client(place, { max_retries = 1 })
  control("POST", "/fault", { kind = "handshake", how = "silence", times = 1 })
  local done = 0
  local outcomes = together(6, function()
    local page, message, err = client.meetings:list()
    done = done + 1
    if done == 5 then control("POST", "/release") end
    return page, message, err
  end)
  client:close()
  controller:close()
  return count_equal(outcomes)
end

--- Eight calls to a host that is silent in the handshake. Each fails within its own connect_timeout
--- of two seconds; one after the other would take sixteen.
---@param place table
---@return table { counts: table<string, integer>, slowest: number }
function scenarios.silent_host(place)
  local control, controller = setting.control(place)
  local client = new_client(place, { connect_timeout = 2 })
  control("POST", "/fault", { kind = "handshake", how = "silence", times = 8 })
  local began = require("rtk.core").now()
  local outcomes = together(8, function()
    return client.meetings:list()
  end)
  local seconds = require("rtk.core").now() - began
  control("DELETE", "/faults")
  control("POST", "/release")
  client:close()
  controller:close()
  return { counts = count_equal(outcomes), slowest = seconds }
end

-- A body that no socket takes at once.
local BODY = { title = ("x"):rep(16 * 2 ^ 20) }

-- Milliseconds from the reply to the end of the connection: more where a machine stalls for longer
-- before it reads the reply.
local DELAYS = { 100, 3000, 20000 }

local function reply_early(place, control, how, delay)
  local client = new_client(place)
  control("POST", "/fault", { kind = "early", how = how, after = delay, times = 1 })
  local meeting, message, err = client.meetings:create(BODY)
  local outcome = meeting and meeting.id or describe(meeting, message, err)
  -- The connection is not used again.
  local next_outcome = describe(client.meetings:list())
  control("POST", "/release")
  client:close()
  return outcome, next_outcome
end

--- A server replies before it has read the body, and then holds, closes or resets the connection.
---@param place table
---@return table<string, string> outcome by what the server does
function scenarios.early_replies(place)
  local control, controller = setting.control(place)
  local outcomes = {}
  for _, how in ipairs({ "hold", "close", "reset" }) do
    for _, delay in ipairs(DELAYS) do
      outcomes[how], outcomes[how .. ", next"] = reply_early(place, control, how, delay)
      if outcomes[how] == "early" then break end
    end
  end
  controller:close()
  return outcomes
end

--- A CONNECT proxy that refuses, closes the connection or is silent.
---@param place table
---@return table<string, string> outcome by what the proxy does
function scenarios.proxies(place)
  local control, controller = setting.control(place)
  local patient = new_client(place, { proxy = place.proxy })
  local outcomes = { works = describe(patient.meetings:create({ title = "through the proxy" })) }
  patient:close()
  local client = new_client(place, { proxy = place.proxy, connect_timeout = 2, max_retries = 1 })
  for _, how in ipairs({ "403", "407", "502", "503", "close", "silence" }) do
    control("POST", "/fault", { kind = "idle", how = "close" })
    control("POST", "/fault", { kind = "proxy", how = how, times = 2 })
    local meeting, message, err = client.meetings:create({ title = how })
    outcomes[how] = describe(meeting, message, err)
    assert(message:find("proxy", 1, true), message)
    control("DELETE", "/faults")
  end
  control("POST", "/release")
  client:close()
  controller:close()
  return outcomes
end

--- A name whose first address does not answer.
---@param place table whose url is of that name
---@return table<string, integer> counts
function scenarios.second_address(place)
  local client = new_client(place, {
    allow_insecure = true,
    connect_timeout = 4,
    max_retries = 1,
  })
  local outcomes = together(3, function()
    return client.meetings:list()
  end)
  client:close()
  return count_equal(outcomes)
end

--- A server that ends each connection after a few requests.
---@param place table
---@return table<string, integer> counts
function scenarios.few_requests(place)
  local client = new_client(place, { max_retries = 2 })
  local counts = {}
  for _ = 1, 10 do
    local outcomes = together(12, function(index)
      if index % 2 == 0 then return client.meetings:get("x") end
      return client.meetings:create({ title = "x" })
    end)
    count_equal(outcomes, counts)
    count_equal({ describe(client.meetings:get("x")) }, counts)
    count_equal({ describe(client.meetings:create({ title = "x" })) }, counts)
  end
  client:close()
  return counts
end

return scenarios
