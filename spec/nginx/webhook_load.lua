-- SPDX-License-Identifier: MIT
-- Webhooks as they come in bad times: two served emulators deliver to one nginx with four workers.
-- Events come late, in another order, and some twice; some handlers fail; keys are replaced while
-- deliveries are on their way; strangers send junk.
--
-- A place is what `start` starts, and plain data but for its functions, so that another process can
-- drive it.

local core = require("rtk.core")
local emulator_server = require("rtk.emulator.server")
local openresty = require("spec.support.servers.openresty")
local rtk = require("rtk")

local webhook_load = {}

-- The ones that an emulator has from the start.
local ACCOUNT = "0123456789abcdef0123456789abcdef"
local APP = "00000000-0000-4000-8000-000000000001"

-- Deliveries of an emulator: each event goes to each webhook. Two emulators make 2,000.
local EVENTS, WEBHOOKS = 200, 5
local DELIVERIES = EVENTS * WEBHOOKS

local ROTATIONS = 3
local STUCK_SECONDS = 30
local STRANGERS, JUNK_PER_SECOND = 8, 200

--- Seconds between two fetches of a key.
webhook_load.KEY_INTERVAL = 1.5

--- Deliveries of one drive.
webhook_load.DELIVERIES = DELIVERIES * 2

-- Far more attempts than failures need.
local RETRIES = {}
for index = 1, 100 do
  RETRIES[index] = 0.5
end

-- Where the second emulator's attempts have ids of their own, only their content says that two
-- deliveries are the same.
local KINDS = { { by = "uuid", webhook_uuid = "same" }, { by = "content", webhook_uuid = "new" } }

local HTTP = [[
lua_shared_dict webhooks 20m;
lua_shared_dict handled 20m;
init_by_lua_block {
  receivers = {}
  local function work(event)
    ngx.sleep(0.001)
    if math.random() < 0.05 then error("a handler fails", 0) end
    local delivery = event.delivery
    ngx.shared.handled:incr(delivery.webhook_id .. " " .. delivery.digest, 1, 0)
    ngx.shared.handled:incr("total", 1, 0)
  end
  for by, url in pairs { uuid = "UUID_URL", content = "CONTENT_URL" } do
    receivers[by] = require("rtk").webhook.receiver {
      by = by,
      seen = require("rtk").webhook.seen.shared_dict { name = "webhooks" },
      key_url = url .. "/.well-known/webhooks.json",
      key_interval = INTERVAL,
    }
    receivers[by]:on("*", work)
  end
  MORE_INIT
}
init_worker_by_lua_block {
  math.randomseed(ngx.worker.pid())
  MORE_WORKER
}
]]

-- The control does what the handlers do, and no more.
local SERVER = [[
location = /receive {
  content_by_lua_block {
    local status = receivers[ngx.var.arg_by]:serve()
    if status == 401 and not ngx.var.http_rtk_junk then ngx.log(ngx.ERR, "taken for a forgery") end
  }
}
location = /control {
  content_by_lua_block {
    ngx.req.read_body()
    ngx.sleep(0.001)
    if math.random() < 0.05 then return ngx.exit(500) end
    if not ngx.var.http_rtk_junk then ngx.shared.handled:incr("total", 1, 0) end
    ngx.print("ok")
  }
}
location = /total {
  content_by_lua_block {
    ngx.print('{"total":', ngx.shared.handled:get("total") or 0, "}")
  }
}
]]

--- Starts the emulators and nginx.
---@param more? { init?: string, worker?: string, server?: string } Lua for the start of nginx and
---of its workers; configuration of its server
---@return table place
function webhook_load.start(more)
  more = more or {}
  local place, servers = { emulators = {} }, {}
  local values = {
    INTERVAL = tostring(webhook_load.KEY_INTERVAL),
    MORE_INIT = more.init or "",
    MORE_WORKER = more.worker or "",
  }
  for index, kind in ipairs(KINDS) do
    local server = assert(emulator_server.start({
      seed = index,
      webhook_uuid = kind.webhook_uuid,
      webhook_delay = 0.5,
      webhook_duplicates = 0.1,
      webhook_retries = RETRIES,
    }))
    servers[index] = server
    place.emulators[index] = { by = kind.by, url = server.url, admin_url = server.admin_url }
    values[kind.by:upper() .. "_URL"] = "http://127.0.0.1:" .. server.port
  end
  local nginx = openresty.start({
    http = HTTP:gsub("[A-Z]+_?[A-Z]*", values),
    server = SERVER .. (more.server or ""),
    main = "worker_processes 4;",
  })
  place.url, place.nginx = nginx.url, nginx
  function place.stop()
    nginx:remove()
    for _, server in ipairs(servers) do
      server:stop()
    end
  end
  return place
end

-- A client of something else than the API, which does not try again.
local function plain_client(base_url)
  return rtk.new({ base_url = base_url, api_token = "t", account_id = false, max_retries = 0 })
end

-- Has people join and leave a meeting of an emulator that has webhooks.
local function make_events(emulator, target)
  local function admin(call, body)
    return assert(emulator.admin:request({ method = "POST", path = "/" .. call, body = body }))
  end
  admin("reset", {})
  local client =
    rtk.new({ base_url = emulator.url, api_token = "t", account_id = ACCOUNT, app_id = APP })
  local meeting = assert(client.meetings:create({ title = "Room" }))
  local function person(name)
    return assert(meeting:add_participant({
      name = name,
      custom_participant_id = name,
      preset_name = "group_call_host",
    })).id
  end
  local ann, bob = person("Ann"), person("Bob")
  admin("join", { meeting_id = meeting.id, participant_id = ann })
  for number = 1, WEBHOOKS do
    assert(client.webhooks:create({
      name = "n" .. number,
      url = ("%s&number=%d"):format(target, number),
      events = { "meeting.participantJoined", "meeting.participantLeft" },
    }))
  end
  for number = 1, EVENTS do
    local call = number % 2 == 1 and "join" or "leave"
    admin(call, { meeting_id = meeting.id, participant_id = bob })
  end
  client:close()
end

-- Replaces the keys when a part of all deliveries has been handled, until all have been, or no more
-- are for a long time.
local function replace_keys(drive)
  local rotations, before, since = 0, 0, core.now()
  repeat
    rtk.sleep(0.05)
    local total = assert(drive.receiver:request({ path = "/total" })).total
    if total > before then
      before, since = total, core.now()
    end
    local is_due = total * (ROTATIONS + 1) >= webhook_load.DELIVERIES * (rotations + 1)
    if rotations < ROTATIONS and is_due then
      rotations = rotations + 1
      for _, emulator in ipairs(drive.emulators) do
        assert(emulator.admin:request({ method = "POST", path = "/rotate_key", body = {} }))
      end
    end
    local is_stuck = core.now() - since > STUCK_SECONDS
  until drive.is_finished or is_stuck or total >= webhook_load.DELIVERIES
  return rotations
end

-- All deliveries of an emulator, once none is on its way any more.
local function finished_deliveries(drive, emulator)
  while not drive.is_finished do
    local list = assert(emulator.admin:request({ path = "/deliveries" })).data
    local is_finished = #list == DELIVERIES
    for _, delivery in ipairs(list) do
      is_finished = is_finished and delivery.state ~= "pending" and delivery.state ~= "waiting"
    end
    if is_finished then return list end
    rtk.sleep(0.2)
  end
end

-- How often an emulator was asked for its key.
local function count_fetches(emulator)
  local count = 0
  for _, entry in ipairs(assert(emulator.admin:request({ path = "/journal" })).data) do
    if entry.path == "/.well-known/webhooks.json" then count = count + 1 end
  end
  return count
end

-- A stranger who sends signatures of nobody until the end.
local function send_junk(drive, number)
  local signature = ("A"):rep(342) .. "=="
  local start, sent = core.now(), 0
  while not drive.is_finished do
    sent = sent + 1
    local due = start + sent * STRANGERS / JUNK_PER_SECOND - core.now()
    if due > 0 then rtk.sleep(due) end
    local _, _, err = drive.receiver:request({
      method = "POST",
      path = drive.path,
      query = { by = KINDS[sent % #KINDS + 1].by },
      body = { event = "meeting.ended", number = sent },
      headers = {
        ["rtk-signature"] = signature,
        ["rtk-uuid"] = ("junk-%d-%d"):format(number, sent),
        ["rtk-webhook-id"] = "junk",
        ["rtk-junk"] = "yes",
      },
    })
    local status = err and err.status or 200
    drive.junk[status] = (drive.junk[status] or 0) + 1
  end
end

-- Runs the functions at once; when one raises, the others end.
local function run(drive, functions)
  local guarded = {}
  for index, f in ipairs(functions) do
    guarded[index] = function()
      local ok, message = pcall(f)
      if ok then return end
      drive.is_finished, drive.problem = true, drive.problem or message
    end
  end
  rtk.gather(guarded)
  assert(not drive.problem, drive.problem)
end

--- Lets the emulators deliver from their beginning, and waits until everything has been handled.
---@param place table
---@param path "/receive"|"/control"
---@return { rotations: integer, seconds: number, junk: table<integer, integer>, lists: table[],
---fetches: integer[] } report how many of the strangers' deliveries got each status; of each
---emulator, the deliveries and how often it was asked for its key
function webhook_load.drive(place, path)
  local drive = { receiver = plain_client(place.url), path = path, emulators = {}, junk = {} }
  local report, start = { junk = drive.junk, lists = {}, fetches = {} }, core.now()
  local functions = {}
  for index, given in ipairs(place.emulators) do
    local emulator = { by = given.by, url = given.url, admin = plain_client(given.admin_url) }
    drive.emulators[index] = emulator
    functions[index] = function()
      make_events(emulator, ("%s%s?by=%s"):format(place.url, path, emulator.by))
    end
  end
  functions[#functions + 1] = function()
    report.rotations = replace_keys(drive)
    for index, emulator in ipairs(drive.emulators) do
      report.lists[index] = finished_deliveries(drive, emulator)
      report.fetches[index] = count_fetches(emulator)
    end
    drive.is_finished = true
  end
  for number = 1, STRANGERS do
    functions[#functions + 1] = function()
      send_junk(drive, number)
    end
  end
  run(drive, functions)
  report.seconds = core.now() - start
  return report
end

return webhook_load
