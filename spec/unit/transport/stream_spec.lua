-- SPDX-License-Identifier: MIT
-- Replies that are streamed: held when they begin, then let flow into a file or in chunks.

local blocking = require("rtk.runtime.blocking")
local core = require("rtk.core")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local setting = require("spec.faults.setting")
local shell = require("spec.support.servers.shell")

local BYTES = 300000
local SIGKILL, SIGTERM = 9, 15

-- Answers each request of a connection.
local ANSWERS = { "read", "send", "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n", "again" }

describe("a streamed request", function()
  local place, fixture, link, content, transport, path

  setup(function()
    place = setting.start()
    fixture = setting.fixture(place, blocking, function() end)
    local meeting = assert(fixture.client.meetings:create({ title = "Long" }))
    local recording = assert(fixture.client.recordings:start({ meeting_id = meeting.id }))
    fixture.upload({ id = recording.id, file_size = BYTES })
    link = recording:reload().download_url
    content = fixture.fetch(link)
  end)

  teardown(function()
    fixture.close()
    place.stop()
  end)

  before_each(function()
    transport, path = core.transport({ proxy = "" }), os.tmpname()
  end)

  after_each(function()
    transport:close()
    os.remove(path)
    fixture.clear_faults()
  end)

  local function next_result()
    local results
    repeat
      results = transport:step(60, 1)
    until results[1]
    return results[1]
  end

  local function send(request)
    assert(transport:submit(request))
    return next_result()
  end

  local function begin(more)
    local request = { method = "GET", url = link, raw = true, stream = true, timeout = 60 }
    for name, value in pairs(more or {}) do
      request[name] = value
    end
    return send(request)
  end

  it("is held when the content begins, with its headers and no byte of it", function()
    local result = begin()
    assert.is_true(result.held)
    assert.equal(200, result.status)
    assert.equal(0, result.received)
    assert.is_nil(result.text)
    assert.truthy(result.headers:find("ETag: ", 1, true) or result.headers:find("etag: ", 1, true))
    assert.equal(1, transport:pending())
    assert.same({}, transport:step(0))
  end)

  it("comes in chunks that are no longer than asked for", function()
    local result, texts = begin(), {}
    while result.held do
      result = send({ resume = result.id, chunk = 50000 })
      texts[#texts + 1] = result.text
      assert.is_true(#result.text <= 50000)
    end
    assert.is_nil(result.kind)
    assert.equal(BYTES, result.received)
    assert.is_true(table.concat(texts) == content)
    assert.equal(0, transport:pending())
  end)

  it("flows into a file, from where it is told", function()
    local file = assert(core.open_file(path))
    assert(file:write(0, "before"))
    local result = send({ resume = begin().id, file = file, offset = 6 })
    assert.is_nil(result.held)
    assert.equal(BYTES, result.received)
    file:close()
    assert.is_true(shell.read(path) == "before" .. content)
  end)

  it("into a file is held again after an interval", function()
    local count
    -- All of it may have come where a machine stalls: then more slowly.
    for _, rate in ipairs({ 600000, 100000, 20000 }) do
      fixture.fault({ operation = "GET /download", kind = "slow", rate = rate })
      local file = assert(core.open_file(path))
      local result, last = begin(), 0
      count = 0
      while result.held do
        result = send({ resume = result.id, file = file, interval = 0.05 })
        assert.is_true(result.received >= last)
        count, last = count + 1, result.received
      end
      file:close()
      if count > 1 then break end
    end
    assert.is_true(count > 1)
    assert.is_true(shell.read(path) == content)
  end)

  it("goes on writing when the Lua half has closed its file", function()
    local file = assert(core.open_file(path))
    assert(transport:submit({ resume = begin().id, file = file }))
    file:close()
    assert.equal(BYTES, next_result().received)
    assert.is_true(shell.read(path) == content)
  end)

  it("ends at a limit", function()
    local result = begin()
    while result.held do
      result = send({ resume = result.id, chunk = 20000, limit = 60000 })
    end
    assert.equal("too_large", result.kind)
    assert.equal("the content goes on after the 60000 bytes that it may have", result.message)
    assert.is_true(result.received <= 60000)
  end)

  it("is an ordinary reply if the server refuses it", function()
    local result = begin({ url = link .. "x" })
    assert.is_nil(result.held)
    assert.equal(403, result.status)
    assert.truthy(result.text:find("<Code>", 1, true))
  end)

  it("is not bound to the length of a refusal", function()
    local result = send({ resume = begin({ max_response_bytes = 10 }).id, chunk = 200000 })
    while result.held do
      result = send({ resume = result.id, chunk = 200000 })
    end
    assert.equal(BYTES, result.received)
    assert.equal("too_large", begin({ url = link .. "x", max_response_bytes = 10 }).kind)
  end)

  it("tells what came before a failure", function()
    fixture.fault({ operation = "GET /download", kind = "truncate", bytes = 70000 })
    local result, texts = begin(), {}
    while result.held do
      result = send({ resume = result.id, chunk = 50000 })
      texts[#texts + 1] = result.text
    end
    assert.equal("connection", result.kind)
    -- When a connection ends, libcurl (8.14) drops what it has and could not hand over.
    local text = table.concat(texts)
    assert.is_true(#text > 0 and #text <= 70000)
    assert.equal(#text, result.received)
    assert.is_true(text == content:sub(1, #text))
  end)

  it("that is held can be cancelled, and not resumed then", function()
    local id = begin().id
    assert.is_true(transport:cancel(id))
    assert.same(
      { nil, "there is no transfer to go on with" },
      { transport:submit({ resume = id }) }
    )
    assert.equal(0, transport:pending())
    -- Nor one that flows, has ended, or never was.
    id = begin().id
    assert(transport:submit({ resume = id }))
    assert.is_nil(transport:submit({ resume = id }))
    assert.is_nil(transport:submit({ resume = id + 1 }))
    assert.is_nil(transport:submit({ resume = 2 ^ 60 }))
  end)

  -- What begins with ever more time until it is held: a machine may stall for longer than a little.
  local function begin_within(times, options)
    local result
    for _, seconds in ipairs(times) do
      result = begin(options(seconds))
      if result.held then return result end
    end
    error("never begins: " .. result.message)
  end

  it("is held no longer than its timeout", function()
    local id = begin_within({ 0.1, 1, 10 }, function(seconds)
      return { timeout = seconds }
    end).id
    local result = next_result()
    assert.equal(id, result.id)
    assert.equal("timeout", result.kind)
    assert.is_nil(transport:submit({ resume = id }))
  end)

  it("is a failure when it is too slow for too long", function()
    local result = begin_within({ 1, 5, 20 }, function(seconds)
      fixture.clear_faults()
      fixture.fault({ operation = "GET /download", kind = "stall", bytes = 1000 })
      return { min_speed = 1000, stall_timeout = seconds }
    end)
    result = send({ resume = result.id, chunk = 50000 })
    assert.equal("timeout", result.kind)
    assert.equal("stalled", result.reason)
    assert.truthy(result.message:find("sent too slowly, after 1000 bytes", 1, true))
    assert.equal(1000, result.received)
  end)

  it("does not keep others from using the connection pool", function()
    local held = begin()
    assert.equal(200, send({ method = "GET", url = link, raw = true }).status)
    assert.is_true(send({ resume = held.id, chunk = 50000 }).held)
  end)

  it("leaves the compression of others as it is", function()
    local server = rawserver.start(ANSWERS)
    local transfer = begin()
    while transfer.held do
      transfer = send({ resume = transfer.id, chunk = 2 ^ 20 })
    end
    assert.equal(200, send({ method = "GET", url = server.url, raw = true }).status)
    assert.truthy(server:received():find("Accept-Encoding: ", 1, true))
    server:stop()
  end)

  it("belongs to the parent in a child of fork", function()
    local held = begin()
    local pid = process.fork()
    if pid == 0 then
      pcall(transport.step, transport, 0)
      local is_left = transport:submit({ resume = held.id }) == nil
      process.kill(process.pid(), is_left and SIGKILL or SIGTERM)
    end
    assert.equal(128 + SIGKILL, process.wait(pid))
    assert.is_true(send({ resume = held.id, chunk = 50000 }).held)
  end)

  it("that the disk has no room for is a failure with that reason", function()
    local output = shell.lua_output(
      ([[
        local core = require("rtk.core")
        local transport, file = core.transport({ proxy = "" }), assert(core.open_file(%q))
        local function send(request)
          assert(transport:submit(request))
          return transport:step(60)[1]
        end
        local result = send({ method = "GET", url = %q, raw = true, stream = true })
        result = send({ resume = result.id, file = file })
        print(result.kind, result.reason, result.received > 0, file:size() == result.received)
        print(select(2, file:write(file:size(), ("x"):rep(1000000))), core.open_file("/none/x"))
      ]]):format(path, link),
      -- In blocks of 512 bytes.
      "trap '' XFSZ; ulimit -f 200; "
    )
    assert.equal(
      "file\tdisk_full\ttrue\ttrue\ncould not write to the file: File too large\tnil\t"
        .. "could not open the file: No such file or directory\twrite",
      output
    )
  end)
end)

describe("the reach of a request", function()
  local transport

  setup(function()
    transport = core.transport({ proxy = "" })
  end)

  teardown(function()
    transport:close()
  end)

  local function result_of(url, reach, with)
    local through = with or transport
    assert(through:submit({ method = "GET", url = url, reach = reach, connect_timeout = 60 }))
    local results
    repeat
      results = through:step(60)
    until results[1]
    return results[1]
  end

  -- Everything in the registries of special addresses, in many notations.
  local special = {
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "0177.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.254",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "localhost",
    "LOCALHOST.",
    "[::]",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a00:1]",
    "[64:ff9b::a00:1]",
    "[64:ff9b:1::1]",
    "[100::1]",
    "[2001::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::]",
    "[3fff::1]",
    "[fc00::1]",
    "[fd12:3456::1]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
  }

  for _, host in ipairs(special) do
    it("that is public does not have " .. host, function()
      local result = result_of("http://" .. host .. ":9/", "public")
      assert.equal("connection", result.kind)
      -- A machine may have no such addresses; then there is nothing to be kept from.
      if not result.message:find("resolve", 1, true) then
        assert.equal("private_address", result.reason, result.message)
        assert.truthy(result.message:find(":9 is not public", 1, true), result.message)
      end
      assert.is_false(result.sent)
    end)
  end

  it("is any address without the option, and this machine with loopback", function()
    local server = rawserver.start(ANSWERS)
    assert.equal(200, result_of(server.url).status)
    assert.equal(200, result_of(server.url, "loopback").status)
    -- Not even over a connection that is open.
    assert.equal("private_address", result_of(server.url, "public").reason)
    server:stop()
    assert.equal("private_address", result_of("http://10.1.2.3:9/", "loopback").reason)
  end)

  it("behind a proxy is what the link says, because the proxy looks names up", function()
    local server = rawserver.start(ANSWERS)
    local proxied = core.transport({ proxy = server.url })
    assert.equal(200, result_of("http://files.example/", "public", proxied).status)
    for _, host in ipairs({ "10.1.2.3", "localhost", "[::1]", "2130706433", "a.localhost" }) do
      local result = result_of("http://" .. host .. "/", "public", proxied)
      assert.equal("private_address", result.reason, host)
    end
    proxied:close()
    server:stop()
  end)

  it("must be one that there is", function()
    assert.error_matches(function()
      transport:submit({ method = "GET", url = "http://127.0.0.1/", reach = "all" })
    end, "field 'reach' must be one of public loopback")
  end)
end)
