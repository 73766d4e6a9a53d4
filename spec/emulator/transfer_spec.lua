-- SPDX-License-Identifier: MIT
-- Streamed requests of the in-process transport, with a table in the place of a file.
local new_recordings = require("spec.support.clients.emulator_recordings").new
local transport = require("rtk.emulator.transport")

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

describe("rtk.emulator.transfer", function()
  local emulator, wire, link, id

  before_each(function()
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
    return {
      method = "GET",
      url = url or link,
      headers = headers or {},
      timeout = 60,
      stream = true,
      raw = true,
    }
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
    local second = flow(head, { file = file, offset = first.received, interval = 0.5 })
    assert.is_true(first.held and second.held)
    assert.is_true(first.received >= MIB / 4 and first.received <= MIB / 2)
    assert.is_true(second.received > first.received and #file.text() == second.received)
    local last = flow(head, { file = file, offset = second.received })
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
    for _, options in ipairs({ { file = new_file(), offset = 0 }, { chunk = MIB } }) do
      fault({ kind = "stall", bytes = 1000 })
      local head = begin()
      options.interval = 25
      local received, results = 0, 0
      local result
      repeat
        options.offset = options.file and received
        result = flow(head, options)
        received, results = result.received, results + 1
        assert.equal(1000, received)
      until not result.held
      assert.is_true(results >= 3)
      assert.same({ "timeout", 200 }, { result.kind, result.status })
      assert.equal("timed out after 60 s (1000 bytes of the reply had come)", result.message)
    end
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
    assert.equal("reply is larger than 1 KiB", result.message)
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
