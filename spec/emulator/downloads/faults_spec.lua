-- SPDX-License-Identifier: MIT
-- Faults of the download host over HTTP, as curl sees them: one server, one large recording.
local cjson = require("cjson").new()
local http = require("spec.support.servers.emulator_http")
local kinds = require("rtk.emulator.faults.download_kinds")
local process = require("rtk.emulator.server.process")
local server = require("rtk.emulator.server")
local workdir = require("spec.support.servers.workdir")

local APP = "/accounts/0123456789abcdef0123456789abcdef/realtime/kit/"
  .. "00000000-0000-4000-8000-000000000001"

local SIZE = 3 * 2 ^ 20 + 5
local GIBIBYTE = 2 ^ 30

-- Exit statuses of curl.
local CUT_SHORT, TOO_MANY_REDIRECTS, RECEIVE_FAILED = 18, 47, 56

-- Far below the file, far above what a piece and its copies take.
local MOST_GROWTH_KIB = 64 * 1024

-- Seconds: a busy machine.
local WAIT_TIMEOUT = 60

describe("faults of downloads", function()
  local running, directory, recording_id, link, whole
  local armed = {}

  local function api(method, path, body)
    local options = "--request " .. method .. " --data " .. process.quote(cjson.encode(body))
    local status, answer = http.request(path, options)
    assert(status < 300, answer)
    return cjson.decode(answer).data
  end

  local function admin(call, body)
    return api("POST", running.admin_url .. "/" .. call, body)
  end

  local function upload(size)
    admin("upload_recording", { id = recording_id, file_size = size })
    local _, answer = http.request(running.url .. APP .. "/recordings/" .. recording_id)
    return cjson.decode(answer).data.download_url
  end

  local function fault(given)
    given.operation = "GET /download"
    admin("fault", given)
    armed[given.kind] = true
  end

  --- Downloads with curl; `path` is where the body goes.
  local function command(options, path)
    return ("curl --silent --dump-header %s/head --output %s %s %s"):format(
      directory,
      path or directory .. "/body",
      options or "",
      process.quote(link)
    )
  end

  local function get(options)
    os.remove(directory .. "/body")
    local _, output = process.run(command(options) .. ' --write-out %{time_total}; echo " $?"')
    local seconds, exit = output:match("^(%S+) (%d+)\n$")
    local head = workdir.read(directory .. "/head")
    local headers = {}
    for name, value in head:gmatch("\n([%w-]+): ([^\r]*)") do
      headers[name:lower()] = value
    end
    return {
      exit = tonumber(exit),
      status = tonumber(head:match("^HTTP/1.1 (%d+)")),
      headers = headers,
      body = workdir.read(directory .. "/body"),
      seconds = tonumber(seconds),
    }
  end

  local function assert_whole(reply)
    assert.same({ 0, 200, #whole }, { reply.exit, reply.status, #reply.body })
    assert.is_true(whole == reply.body)
  end

  setup(function()
    running, directory = assert(server.start()), workdir.new()
    local meeting = api("POST", running.url .. APP .. "/meetings", { title = "Long" })
    recording_id = api("POST", running.url .. APP .. "/recordings", { meeting_id = meeting.id }).id
    link = upload(SIZE)
    whole = get().body
    assert.equal(SIZE, #whole)
  end)

  teardown(function()
    running:stop()
    workdir.remove(directory)
  end)

  it("cut a file short, reset the connection, or announce another length", function()
    fault({ kind = "truncate", bytes = 1000000 })
    local reply = get()
    assert.same({ CUT_SHORT, 200, 1000000 }, { reply.exit, reply.status, #reply.body })
    assert.is_true(whole:sub(1, 1000000) == reply.body)
    fault({ kind = "reset", bytes = 1000 })
    reply = get()
    assert.equal(RECEIVE_FAILED, reply.exit)
    assert.is_true(#reply.body <= 1000)
    fault({ kind = "wrong_length", by = 7 })
    reply = get("--range 10-")
    assert.same({ CUT_SHORT, 206, SIZE - 10 }, { reply.exit, reply.status, #reply.body })
    assert.equal(("%d"):format(SIZE - 3), reply.headers["content-length"])
    fault({ kind = "wrong_length", by = -7 })
    reply = get()
    assert.same({ 0, SIZE - 7 }, { reply.exit, #reply.body })
    assert_whole(get())
  end)

  it("send nothing more after some bytes, on a connection that stays open", function()
    fault({ kind = "stall", bytes = 5000 })
    local path = directory .. "/stalled"
    local _, pid = process.run(command("--no-buffer", path) .. " >/dev/null 2>&1 & echo $!")
    pid = tonumber(pid)
    finally(function()
      process.run("kill " .. pid)
    end)
    assert.is_truthy(process.wait_until(WAIT_TIMEOUT, function()
      return #workdir.read(path) == 5000
    end))
    -- The server has turned to others meanwhile.
    assert_whole(get())
    assert.equal(5000, #workdir.read(path))
    assert.is_truthy(process.find(pid))
  end)

  it("let a file drip", function()
    fault({ kind = "slow", rate = 100000 })
    local reply = get("--range 0-19999")
    assert.same({ 0, 206, 20000 }, { reply.exit, reply.status, #reply.body })
    -- Each of three pauses may end a millisecond early, as nginx counts them.
    assert.is_true(reply.seconds >= 0.14, reply.seconds)
  end)

  it("declare a link expired, as often as they should", function()
    fault({ kind = "expired", times = 2 })
    for _ = 1, 2 do
      local reply = get()
      assert.same({ 403, "application/xml" }, { reply.status, reply.headers["content-type"] })
      assert.matches("<Code>AccessDenied</Code><Message>Request has expired<", reply.body, 1, true)
      assert.matches("<Expires>%d%d%d%d%-[^<]+Z</Expires>", reply.body)
    end
    assert_whole(get())
  end)

  it("change the file for good: If-Range then gives the new whole", function()
    local etag = get("--range 0-9").headers.etag
    local resume = "--range 1000- --header " .. process.quote("If-Range: " .. etag)
    assert.equal(206, get(resume).status)
    fault({ kind = "changed", by = 0 })
    local reply = get(resume)
    assert.same({ 200, SIZE }, { reply.status, #reply.body })
    assert.is_false(reply.body == whole)
    assert.not_equal(etag, reply.headers.etag)
    local changed = reply
    fault({ kind = "changed" })
    reply = get()
    assert.equal(SIZE + 1, #reply.body)
    assert.not_equal(changed.headers.etag, reply.headers.etag)
    assert.equal(reply.headers.etag, get("--range 0-9").headers.etag)
    -- Another upload is the first version again.
    link = upload(SIZE)
    assert_whole(get())
  end)

  it("leave out the ETag, make it weak, or serve no ranges, with other faults or alone", function()
    local etag = get("--range 0-9").headers.etag
    fault({ kind = "no_etag" })
    fault({ kind = "truncate", bytes = 10 })
    local reply = get()
    assert.same({ CUT_SHORT, 10 }, { reply.exit, #reply.body })
    assert.is_nil(reply.headers.etag)
    local resume = "--range 10- --header 'If-Range: W/" .. etag .. "'"
    fault({ kind = "weak_etag" })
    reply = get(resume)
    assert.same({ 200, "W/" .. etag }, { reply.status, reply.headers.etag })
    fault({ kind = "no_ranges" })
    reply = get("--range 10-19")
    assert_whole(reply)
    assert.is_nil(reply.headers["accept-ranges"])
    assert.equal("bytes", get("--range 10-19").headers["accept-ranges"])
  end)

  it("give another range than they say", function()
    fault({ kind = "wrong_range", by = 2 })
    local reply = get("--range 10-19")
    assert.equal(("bytes 12-21/%d"):format(SIZE + 2), reply.headers["content-range"])
    assert.equal(whole:sub(11, 20), reply.body)
    fault({ kind = "wrong_range", content_range = "bytes 10-19/*" })
    assert.equal("bytes 10-19/*", get("--range 10-19").headers["content-range"])
  end)

  it("announce no length, of a whole file and of one that is cut short", function()
    fault({ kind = "chunked" })
    local reply = get()
    assert_whole(reply)
    assert.is_nil(reply.headers["content-length"])
    fault({ kind = "chunked" })
    fault({ kind = "truncate", bytes = 500000 })
    reply = get()
    assert.same({ CUT_SHORT, 500000 }, { reply.exit, #reply.body })
  end)

  it("send more than the file has", function()
    fault({ kind = "oversize", bytes = SIZE + 4000000 })
    fault({ kind = "chunked" })
    assert.equal(SIZE + 4000000, #get().body)
  end)

  it("redirect: to a relative reference, and in a loop", function()
    fault({ kind = "redirect", location = link:match("^%w+://[^/]+(.*)") })
    local reply = get()
    assert.equal(302, reply.status)
    assert_whole(get("--location"))
    fault({ kind = "redirect", location = "?again", times = 5, status = 307 })
    assert.equal(TOO_MANY_REDIRECTS, get("--location --max-redirs 3").exit)
    admin("clear_faults", {})
  end)

  it("are errors of the store, rate limits, and pages of somebody else", function()
    fault({ kind = "status", status = 503, envelope = "storage", retry_after = 3 })
    local reply = get()
    assert.same({ 503, "3" }, { reply.status, reply.headers["retry-after"] })
    assert.matches("<Error><Code>SlowDown</Code>", reply.body, 1, true)
    fault({ kind = "status", status = 429, envelope = "storage", retry_after = 1 })
    assert.equal(429, get().status)
    fault({ kind = "html", status = 200 })
    reply = get()
    assert.same(
      { 200, "text/html; charset=UTF-8" },
      { reply.status, reply.headers["content-type"] }
    )
    assert.matches("<!DOCTYPE html>", reply.body, 1, true)
  end)

  it("are all shown here", function()
    for name in pairs(kinds) do
      assert.is_true(armed[name], name)
    end
  end)

  it("are refused where there is nothing to download", function()
    local body = process.quote('{"kind":"changed","operation":"GET /meetings"}')
    local status, answer = http.request(running.admin_url .. "/fault", "--data " .. body)
    assert.equal(400, status)
    assert.matches(
      'fault "changed" is for downloads: operation "GET /download"',
      cjson.decode(answer).error.message,
      1,
      true
    )
  end)

  local function worker_memory()
    local pid = workdir.read(("/proc/%d/task/%d/children"):format(running.pid, running.pid))
    return tonumber(workdir.read("/proc/" .. pid:match("%d+") .. "/status"):match("VmRSS:%s+(%d+)"))
  end

  it("are not needed for 1 GiB, which waits in the server for a slow reader", function()
    link = upload(GIBIBYTE)
    local last = get("--range -10")
    assert.same({ 206, 10 }, { last.status, #last.body })
    local before, path = worker_memory(), directory .. "/slow"
    local _, pid = process.run(command("--limit-rate 10k", path) .. " >/dev/null 2>&1 & echo $!")
    finally(function()
      process.run("kill " .. tonumber(pid))
    end)
    assert.is_truthy(process.wait_until(WAIT_TIMEOUT, function()
      return #workdir.read(path) > 0
    end))
    -- Without back-pressure all of it would be in memory before the next request.
    assert.equal(206, get("--range 0-9").status)
    assert.is_true(worker_memory() - before < MOST_GROWTH_KIB, worker_memory() - before)
  end)
end)
