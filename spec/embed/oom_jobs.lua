-- SPDX-License-Identifier: MIT
-- The jobs that oom.c runs out of memory, by name. Each is { run, before? }: `run` must succeed
-- when there is memory; `before` prepares the emulator that the environment names, with all the
-- memory it needs.

local core = require("rtk.core")
local no_sleep_runtime = require("spec.support.clients.no_sleep_runtime")
local rtk = require("rtk")
local signing_key = require("spec.fixtures.signing_key")

-- LuaJIT's compiler does not survive refused allocations, whatever the program: a loop of plain Lua
-- crashes it, too. Its interpreter does.
local jit = rawget(_G, "jit")
if jit then jit.off() end

local TEXT = '{"a":[1,2.5,"x\\u00e9\\n",null,true],"long":"' .. ("y"):rep(300) .. '","o":{"p":{}}}'

local VALUE = {
  a = { 1, 2.5, "x\n", core.null, true },
  long = ("y"):rep(300),
  o = { p = {} },
}

-- A client as users make it, only that it does not wait between attempts.
local events = 0
local client = assert(rtk.new({
  runtime = no_sleep_runtime,
  on_event = function()
    events = events + 1
  end,
}))

local admin_url = os.getenv("CLOUDFLARE_BASE_URL"):gsub("/client/v4$", "/_emulator")
local admin = assert(rtk.new({ base_url = admin_url }))

-- Loads what calls load when they need it first, so that only the job without it meets that.
local function load_modules()
  local operation = require("rtk.request.operation")
  assert(client.meetings and client.presets)
  for _, name in ipairs({ "GET /meetings/{meeting_id}", "POST /meetings", "GET /presets" }) do
    assert(operation.named[name])
  end
  require("rtk.attempts.state_check")
  require("rtk.hints.argument_hint")
  require("rtk.hints.preset_hint")
end

local function clear_faults()
  load_modules()
  assert(admin:request({ method = "DELETE", path = "/faults" }))
end

-- A request that was given up for lack of memory may still be sent, and take one of the two.
local function fault_twice(given)
  given.times = 2
  return function()
    clear_faults()
    assert(admin:request({ method = "POST", path = "/faults", body = given }))
  end
end

local jobs = {}

jobs.decode = {
  run = function()
    assert(core.decode(TEXT).long)
    -- A string with an escape is read to be skipped.
    assert(core.decode('{"data":[' .. TEXT .. "]}", "[\0o\0").data[1].o)
  end,
}

-- A page stays for the next call where one raised: none of it was handed on.
local unseen = core.unseen()
local page, page_count = nil, 0
unseen({ { id = "known" } })

local function new_page()
  page_count = page_count + 1
  local items = {}
  for number = 1, 200 do
    items[number] = { id = page_count .. "-" .. number }
  end
  items[201] = { id = "known" }
  return items
end

jobs.unseen = {
  before = function()
    page = page or new_page()
  end,
  run = function()
    assert(#unseen(page) == 200)
    page = nil
  end,
}

jobs.encode = {
  run = function()
    assert(#core.encode(VALUE) > 300)
  end,
}

jobs.create = {
  run = function()
    local meeting = assert(client.meetings:create({ title = "x", record_on_start = false }))
    assert(meeting.title == "x" and #meeting.id == 36)
  end,
}

jobs.refusal = {
  before = clear_faults,
  run = function()
    local _, message, err = client.meetings:get("00000000-0000-4000-8000-00000000dead")
    assert(err.kind == "not_found" and err.attempts == 1, message)
  end,
}

jobs.retry = {
  before = fault_twice({
    operation = "GET /presets",
    kind = "status",
    status = 503,
    retry_after = 0,
  }),
  run = function()
    local presets = assert(client.presets:list({ per_page = 1 }))
    assert(#presets == 1 and rtk.response(presets).attempts >= 2)
  end,
}

jobs.lost = {
  before = fault_twice({ operation = "POST /meetings", kind = "close", after = true }),
  run = function()
    local _, message, err = client.meetings:create({ title = "x" })
    assert(err.kind == "connection" and err.maybe_executed and err.attempts == 1, message)
  end,
}

jobs.each = {
  before = clear_faults,
  run = function()
    local count = 0
    for preset in client.presets:each({ per_page = 2 }, { max_pages = 2 }) do
      assert(preset.id)
      count = count + 1
    end
    assert(count == 4)
  end,
}

local BYTES = 200000
local link

jobs.download = {
  -- Loads what the first download loads, too.
  before = function()
    clear_faults()
    if link then return end
    require("rtk.download")
    local meeting = assert(client.meetings:create({ title = "x" }))
    local recording = assert(client.recordings:start({ meeting_id = meeting.id }))
    local body = { id = recording.id, file_size = BYTES }
    assert(admin:request({ method = "POST", path = "/upload_recording", body = body }))
    link = client.recordings:get(recording.id).download_url
  end,
  run = function()
    local count = 0
    local result, message = client:download(link, function(chunk)
      count = count + #chunk
    end)
    assert(result and count == BYTES, message)
  end,
}

jobs.signature = {
  run = function()
    local private = assert(core.private_key(signing_key))
    local signature = assert(private:sign(TEXT))
    local public = assert(core.public_key((private:public_pem():gsub("\n", "\\n"))))
    assert(public:verify(TEXT, signature) == true)
    assert(public:verify(TEXT .. " ", signature) == false)
    assert(not core.public_key(signing_key))
    assert(private:private_pem() == signing_key)
    assert(tostring(public) == "rtk.key (public, RSA, 2048 bits)" and #core.sha256(TEXT) == 64)
  end,
}

return jobs
