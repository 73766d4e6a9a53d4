-- SPDX-License-Identifier: MIT
-- Streamed requests of the in-process transport, with a table in the place of a file.
local core = require("rtk.core")
local new_recordings = require("spec.support.clients.emulator_recordings").new
local transport = require("rtk.emulator.transport")
local workdir = require("spec.support.servers.workdir")

local MIB = 2 ^ 20
local SIZE = 2 * MIB + 5

-- A file that keeps what is written in order.
local function new_file()
  local parts, size = {}, 0
  return {
    write = function(_, offset, text)
      assert.equal(size, offset)
      parts[#parts + 1], size = text, size + #text
      return true
    end,
    text = function()
      return table.concat(parts)
    end,
  }
end

describe("rtk.emulator.transport.transfer", function()
  local emulator, wire, link, id
  -- Further fields of requests.
  local more

  before_each(function()
    more = {}
    local recordings = new_recordings()
    emulator, id = recordings.api.emulator, recordings:start().id
    wire = transport.new(emulator)
    emulator:upload_recording({ id = id, file_size = SIZE })
    link = recordings:get(id).download_url
  end)

  local function whole()
    local path, query = link:match("^http://127%.0%.0%.1(/[^?]*)%?(.*)$")
    return emulator:handle({ method = "GET", path = path, query = query, headers = {} }).body
  end

  local function fault(given)
    given.operation = "GET /download"
    emulator:fault(given)
  end

  local function request(headers, url)
    local given = { method = "GET", url = url or link, headers = headers or {} }
    given.timeout, given.stream, given.raw = 60, true, true
    for name, value in pairs(more) do
      given[name] = value
    end
    return given
  end

  local function begin(headers, url)
    wire:submit(request(headers, url))
    return wire:step(0)[1]
  end

  --- Lets a held transfer flow until its next result.
  local function flow(head, options)
    options.resume = head.id
    assert.equal(head.id, wire:submit(options))
    local result
    repeat
      result = wire:step(0)[1]
    until result
    return result
  end

  it("holds the body when the headers are there", function()
    local head = begin({ "Range: bytes=10-" })
    assert.same({ 206, true, 0 }, { head.status, head.held, head.received })
    assert.matches("^HTTP/1%.1 206 Partial Content\r\n", head.headers)
    assert.matches(("\r\ncontent%%-length: %d\r\n"):format(SIZE - 10), head.headers)
    assert.is_nil(head.text)
    assert.same({}, wire:step(0))
    assert.equal(1, wire:pending())
  end)

  it("writes into a file from an offset", function()
    local file = new_file()
    file:write(0, "before")
    local result = flow(begin(), { file = file, offset = 6 })
    assert.same({ 200, SIZE }, { result.status, result.received })
    assert.is_nil(result.held or result.kind or result.text)
    assert.is_true("before" .. whole() == file.text())
    assert.equal(0, wire:pending())
  end)

  it("writes into files as rtk.core opens them", function()
    local path = os.tmpname()
    local file = assert(core.open_file(path))
    assert(file:write(0, "before"))
    assert.equal(SIZE, flow(begin(), { file = file, offset = 6 }).received)
    assert.equal(SIZE + 6, file:size())
    file:close()
    assert.is_true("before" .. whole() == workdir.read(path))
    os.remove(path)
  end)

  it("gives chunks, the last one with the last result", function()
    local head, parts = begin(), {}
    local result
    repeat
      result = flow(head, { chunk = MIB })
      parts[#parts + 1] = result.text
    until not result.held
    assert.same({ MIB, MIB, 5 }, { #parts[1], #parts[2], #parts[3] })
    assert.same({ 200, SIZE }, { result.status, result.received })
    assert.is_true(whole() == table.concat(parts))
  end)

  it("reports how far a slow body is, in its own time", function()
    fault({ kind = "slow", rate = MIB })
    local head, file = begin(), new_file()
    local first = flow(head, { file = file, offset = 0, interval = 0.5 })
    local second = flow(head, { interval = 0.5 })
    assert.is_true(first.held and second.held)
    assert.is_true(first.received >= MIB / 4 and first.received <= MIB / 2)
    assert.is_true(second.received > first.received and #file.text() == second.received)
    assert.same({ 200, head.headers }, { second.status, second.headers })
    local last = flow(head, {})
    assert.same({ 200, SIZE }, { last.status, last.received })
    assert.is_true(last.elapsed >= 2)
  end)

  it("is late when it takes longer than its request may", function()
    fault({ kind = "slow", rate = 10000 })
    local result = flow(begin(), { file = new_file(), offset = 0 })
    assert.same({ "timeout", true }, { result.kind, result.sent })
    assert.is_true(result.elapsed >= 60 and result.received >= 600000 and result.received < SIZE)
  end)

  it("stalls: reports without progress until it is late", function()
    fault({ kind = "stall", bytes = 1000 })
    local head, file, results = begin(), new_file(), 0
    local result
    repeat
      result, results = flow(head, { file = file, interval = 25 }), results + 1
      assert.equal(1000, result.received)
    until not result.held
    assert.is_true(results >= 3)
    assert.same({ "timeout", 200, nil }, { result.kind, result.status, result.reason })
    assert.equal("timed out after 60 s (1000 bytes of the reply had come)", result.message)
    fault({ kind = "stall", bytes = 1000 })
    result = flow(begin(), { chunk = MIB })
    assert.same({ "timeout", 1000 }, { result.kind, #result.text })
  end)

  it("stalls when it is slower than its request allows, for as long as that allows", function()
    more = { min_speed = 1000, stall_timeout = 30 }
    for _, given in ipairs({
      { kind = "stall", bytes = 5000 },
      { kind = "stall", bytes = 0 },
      { kind = "slow", rate = 999 },
      { kind = "latency", delay = 31 },
    }) do
      fault(given)
      local result = begin()
      if result.held then result = flow(result, { file = new_file() }) end
      assert.same({ "timeout", "stalled", true }, { result.kind, result.reason, result.sent })
      assert.matches("^127%.0%.0%.1 sent too slowly, after %d+ bytes$", result.message)
      assert.is_true(result.elapsed >= 30 and result.elapsed < 60)
    end
    fault({ kind = "slow", rate = 100000 })
    assert.equal(200, flow(begin(), { file = new_file() }).status)
  end)

  it("reaches hosts that its request may reach", function()
    for host, limits in pairs({
      ["127.0.0.1:80"] = { loopback = true },
      ["localhost"] = { loopback = true },
      ["[::1]:80"] = { loopback = true },
      ["10.0.0.1"] = {},
      ["user@192.168.0.1:8080"] = {},
      ["[fd00::1]"] = {},
      ["192.0.66.1"] = { loopback = true, public = true },
      ["files.example.com:443"] = { loopback = true, public = true },
    }) do
      for _, limit in ipairs({ "loopback", "public" }) do
        more = { reach = limit }
        local result = begin(nil, (link:gsub("127%.0%.0%.1", host)))
        assert.equal(not limits[limit], result.reason == "private_address", host .. limit)
        assert.equal(limits[limit], result.held)
      end
    end
    local result = begin(nil, "http://10.0.0.1/x?secret=1")
    assert.same({ "connection", false }, { result.kind, result.sent })
    assert.equal("the address of 10.0.0.1 is not public", result.message)
  end)

  it("fails with what had come", function()
    for fail, message in pairs({ truncate = "bytes remaining to read", reset = "reset by peer" }) do
      fault({ kind = fail, bytes = MIB })
      local file = new_file()
      local result = flow(begin(), { file = file, offset = 0 })
      assert.same({ "connection", true, MIB }, { result.kind, result.sent, result.received })
      assert.matches(message, result.message, 1, true)
      assert.is_true(whole():sub(1, MIB) == file.text())
      fault({ kind = fail, bytes = 1000 })
      result = flow(begin(), { chunk = MIB })
      assert.same({ "connection", 1000 }, { result.kind, #result.text })
    end
  end)

  it("takes no more than the limit", function()
    for _, limit in ipairs({ 0, 1000, SIZE - 1 }) do
      local file = new_file()
      local result = flow(begin(), { file = file, offset = 0, limit = limit })
      assert.same({ "too_large", limit, limit }, { result.kind, result.received, #file.text() })
    end
    assert.equal(200, flow(begin(), { file = new_file(), offset = 0, limit = SIZE }).status)
    local result = flow(begin(), { chunk = MIB, limit = 1024 })
    assert.same({ "too_large", 1024 }, { result.kind, #result.text })
    assert.equal("the content goes on after the 1 KiB that it may have", result.message)
  end)

  it("fails when its file does", function()
    local file = {
      write = function()
        return nil, "the disk is full", "disk_full"
      end,
    }
    local result = flow(begin(), { file = file, offset = 0 })
    assert.same(
      { "file", "the disk is full", "disk_full" },
      { result.kind, result.message, result.reason }
    )
    assert.equal(0, wire:pending())
  end)

  it("announces no length where there is none", function()
    fault({ kind = "chunked" })
    fault({ kind = "truncate", bytes = MIB })
    local head = begin()
    assert.is_nil(head.headers:find("content-length", 1, true))
    local result = flow(head, { file = new_file(), offset = 0 })
    assert.same({ "connection", MIB }, { result.kind, result.received })
    fault({ kind = "bad_gzip" })
    assert.equal(SIZE, flow(begin(), { file = new_file() }).received)
    fault({ kind = "wrong_length", by = -5 })
    head = begin()
    assert.matches(("\r\ncontent%%-length: %d\r\n"):format(SIZE - 5), head.headers)
    assert.equal(SIZE - 5, flow(head, { chunk = 2 * SIZE }).received)
  end)

  it("does not come of replies without a body, other statuses and lost connections", function()
    local result = begin({ "Range: bytes=99999999-" })
    assert.same({ 416, nil }, { result.status, result.held })
    assert.matches("InvalidRange", result.text, 1, true)
    fault({ kind = "redirect", location = "/x" })
    assert.equal(302, begin().status)
    fault({ kind = "close" })
    assert.equal("connection", begin().kind)
    fault({ kind = "truncate", bytes = 0 })
    assert.equal("connection", begin().kind)
    emulator:upload_recording({ id = id, file_size = 0 })
    result = begin()
    assert.same({ 200, "", nil }, { result.status, result.text, result.held })
    assert.equal(0, wire:pending())
  end)

  it("can be cancelled, and resumed only while it is held", function()
    local head = begin()
    assert.same({ true, true }, { wire:cancel(head.id) })
    local none, message = wire:submit({ resume = head.id, chunk = 1 })
    assert.is_nil(none)
    assert.matches("is not held", message, 1, true)
    head = begin()
    assert.equal(head.id, wire:submit({ resume = head.id, chunk = 1 }))
    assert.is_nil(wire:submit({ resume = head.id, chunk = 1 }))
    wire:close()
    assert.equal(0, wire:pending())
  end)

  it("lets others go on meanwhile, and never has the whole body", function()
    emulator:upload_recording({ id = id, file_size = 64 * MIB })
    local function memory()
      collectgarbage()
      return collectgarbage("count") * 1024
    end
    local head, before, at_half = begin(), memory(), nil
    local file = {
      write = function(_, offset)
        if offset == 32 * MIB then at_half = memory() end
        return true
      end,
    }
    wire:submit({ resume = head.id, file = file, offset = 0 })
    wire:submit(request({}, "http://127.0.0.1/download/none"))
    local results = wire:step(0)
    assert.same({ 1, 403 }, { #results, results[1].status })
    repeat
      results = wire:step(0)
    until results[1]
    assert.equal(64 * MIB, results[1].received)
    assert.is_true(at_half - before < 8 * MIB, at_half - before)
  end)
end)
