-- SPDX-License-Identifier: MIT
-- Links and what they lead to, with a stand-in for the texts that sessions leave behind.
local calls = require("spec.support.clients.emulator_calls")
local downloads = require("rtk.emulator.downloads")
local server = require("rtk.emulator.server")
local process = require("rtk.emulator.server.process")
local session_content = require("rtk.emulator.downloads.session_content")

local ID = "11111111-2222-4333-8444-555555555555"
local DAY = 86400

describe("rtk.emulator.downloads", function()
  local api, emu, app, real_content

  setup(function()
    real_content = session_content.content
    session_content.content = function(_, item)
      if item.id == ID then return "0123456789" .. (item.format or "") end
    end
  end)

  teardown(function()
    session_content.content = real_content
  end)

  before_each(function()
    api = calls.new()
    emu = api.emulator
    app = emu.store:account(emu.account_id).apps:get(emu.app_id)
  end)

  local function link(item)
    return downloads.link(emu, app, item or { kind = "chat", id = ID })
  end

  local function ask(url, headers, method)
    local path, query = url:match("^http://127%.0%.0%.1(/[^?]*)%??(.*)$")
    return emu:handle({
      method = method or "GET",
      path = path,
      query = query,
      headers = headers or {},
    })
  end

  local function assert_error(status, code, response)
    assert.equal(status, response.status)
    assert.equal("application/xml", response.headers["content-type"])
    assert.matches("<Error><Code>" .. code .. "</Code>", response.body, 1, true)
  end

  it("makes links that look signed and hold for a week", function()
    local url, expiry = link()
    assert.matches("^http://127%.0%.0%.1/download/[^?]+%.csv%?.*X%-Amz%-Expires=604800", url)
    assert.matches("&X%-Amz%-Signature=%x+$", url)
    assert.equal("2023-11-21T22:13:20.000Z", expiry)
    assert.equal(url, (link()))
  end)

  it("gives what the link is for", function()
    local response = ask((link()))
    assert.equal(200, response.status)
    assert.equal("0123456789", response.body)
    assert.equal("text/csv", response.headers["content-type"])
    response = ask((link({ kind = "transcript", id = ID, format = "VTT" })))
    assert.equal("0123456789VTT", response.body)
    assert.equal("text/vtt", response.headers["content-type"])
  end)

  it("refuses a request that brings an Authorization header", function()
    local response = ask((link()), { authorization = "Bearer secret" })
    assert_error(400, "InvalidArgument", response)
    assert.is_nil(response.body:find("secret", 1, true))
  end)

  it("refuses links that are over, forged or bare", function()
    local url = link()
    emu:advance(7 * DAY - 1)
    assert.equal(200, ask(url).status)
    emu:advance(1)
    assert_error(403, "AccessDenied", ask(url))
    local later = url:gsub("Expires=604800", "Expires=999999")
    assert_error(403, "SignatureDoesNotMatch", ask(later))
    assert_error(403, "AccessDenied", ask((url:gsub("%?.*", ""))))
    assert.equal(200, ask((link())).status)
  end)

  it("says when there is nothing, and that nothing can be written", function()
    assert_error(404, "NoSuchKey", ask((link({ kind = "chat", id = api.emulator.app_id }))))
    assert_error(404, "NoSuchKey", ask((link({ kind = "photo", id = ID }))))
    assert_error(405, "MethodNotAllowed", ask((link()), {}, "PUT"))
  end)

  it("answers HEAD with the length alone", function()
    local response = ask((link()), {}, "HEAD")
    assert.equal(200, response.status)
    assert.equal("", response.body)
    assert.equal("10", response.headers["content-length"])
    assert.equal("bytes", response.headers["accept-ranges"])
  end)

  it("gives ranges", function()
    local url = link()
    for range, expected in pairs({
      ["bytes=0-3"] = { "0123", "bytes 0-3/10" },
      ["bytes=4-"] = { "456789", "bytes 4-9/10" },
      ["bytes=-2"] = { "89", "bytes 8-9/10" },
      ["bytes=8-100"] = { "89", "bytes 8-9/10" },
      ["bytes=-100"] = { "0123456789", "bytes 0-9/10" },
    }) do
      local response = ask(url, { range = range })
      assert.equal(206, response.status)
      assert.same(expected, { response.body, response.headers["content-range"] })
    end
    for _, range in ipairs({ "bytes=1-2,4-5", "bytes=", "bytes=3-1", "lines=1-2" }) do
      assert.equal(200, ask(url, { range = range }).status)
    end
  end)

  it("refuses ranges outside, and gives all when the version is another", function()
    local url = link()
    local response = ask(url, { range = "bytes=10-" })
    assert_error(416, "InvalidRange", response)
    assert.equal("bytes */10", response.headers["content-range"])
    local etag = ask(url).headers.etag
    assert.not_equal(etag, ask((link({ kind = "summary", id = ID }))).headers.etag)
    assert.equal(206, ask(url, { range = "bytes=1-", ["if-range"] = etag }).status)
    assert.equal(200, ask(url, { range = "bytes=1-", ["if-range"] = '"x"' }).status)
  end)

  it("makes up a recording's bytes, always the same and as many as its size", function()
    app:all("recordings"):add({ id = ID, file_size = 100000 })
    local url = link({ kind = "recording", id = ID })
    local whole = ask(url)
    assert.equal("video/mp4", whole.headers["content-type"])
    assert.equal(100000, #whole.body)
    local part = ask(url, { range = "bytes=50000-59999" })
    assert.equal(whole.body:sub(50001, 60000), part.body)
    local audio = ask((link({ kind = "recording_audio", id = ID })))
    assert.equal("audio/mpeg", audio.headers["content-type"])
  end)

  it("can be cut short by a fault", function()
    app:all("recordings"):add({ id = ID, file_size = 1000 })
    emu:fault({ kind = "truncate", bytes = 10, operation = "GET /download" })
    local response = ask((link({ kind = "recording", id = ID })))
    assert.same({ sent = 10, stop = "close" }, response.wire)
  end)

  it("is served on a port of its own", function()
    local one = assert(server.start({ emulator = { start_time = calls.START_TIME } }))
    finally(function()
      one:stop()
    end)
    assert.not_equal(one.url:match(":%d+/"), one.download_url:match(":%d+/"))
    local _, output = process.run("curl -s -i -H 'Authorization: Bearer x' " .. one.download_url)
    assert.matches("^HTTP/1.1 400 .*InvalidArgument", output)
    _, output = process.run("curl -s -i " .. one.download_url .. "/a/b/chat/c.csv")
    assert.matches("^HTTP/1.1 403 .*AccessDenied", output)
    local elsewhere = one.download_url:gsub("/download$", "/client/v4")
    _, output = process.run("curl -s -i " .. elsewhere)
    assert.matches("^HTTP/1.1 403 ", output)
  end)

  it("streams large recordings, whole and in part", function()
    -- A recording that is in the served emulator because of a snapshot.
    local size = 3 * 2 ^ 20 + 5
    local meeting = api:data("POST", "/meetings", {})
    local id = api:data("POST", "/recordings", { meeting_id = meeting.id }).id
    emu:upload_recording({ id = id, file_size = size })
    local one = assert(server.start({ emulator = { start_time = calls.START_TIME } }))
    finally(function()
      one:stop()
    end)
    local path = os.tmpname()
    process.write_file(path, emu:snapshot())
    local json = " -H 'Content-Type: application/json' "
    local put = "curl -s -T " .. path .. json .. one.admin_url .. "/snapshot"
    assert.matches('"data"', select(2, process.run(put)), 1, true)
    os.remove(path)
    local url = link({ kind = "recording", id = id })
    local served = process.quote((url:gsub("^http://127%.0%.0%.1/download", one.download_url)))
    local _, whole = process.run("curl -s " .. served)
    assert.equal(size, #whole)
    assert.is_true(whole == ask(url).body)
    local _, part = process.run("curl -s -r 1000000-2999999 " .. served)
    assert.is_true(whole:sub(1000001, 3000000) == part)
  end)
end)
