-- SPDX-License-Identifier: MIT
-- What keeps web pages out of a served emulator: as browsers would ask, sent with curl.
local cjson = require("cjson").new()
local emulator = require("rtk.emulator")
local guard = require("rtk.emulator.http.guard")
local http = require("spec.support.servers.emulator_http")
local server = require("rtk.emulator.server")
local shell = require("spec.support.servers.shell")

local function message_of(headers, hosts)
  local refusal = guard.refusal({ headers = headers }, hosts)
  return refusal and cjson.decode(refusal.body).error.message
end

describe("the guard of the emulator", function()
  it("lets pass what names this machine", function()
    for _, host in ipairs({
      "127.0.0.1",
      "127.0.0.1:8787",
      "127.9.9.9",
      "localhost:8787",
      "LOCALHOST",
      "api.localhost:1",
      "[::1]:8787",
    }) do
      assert.is_nil(message_of({ host = host }), host)
    end
    assert.is_nil(message_of({}))
  end)

  it("refuses every other name, which may be one that was bound to this machine", function()
    for _, host in ipairs({
      "evil.example",
      "evil.example:8787",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "notlocalhost",
      "192.168.0.1",
      "[::ffff:7f00:1]",
      "",
    }) do
      assert.truthy(message_of({ host = host }), host)
    end
    assert.equal(
      "the emulator is not evil.example (its option hosts can list names)",
      message_of({ host = "evil.example" })
    )
  end)

  it("refuses pages of another origin, however they ask", function()
    for _, origin in ipairs({
      "https://evil.example",
      "http://127.0.0.1:3000",
      "http://localhost:8787",
      "null",
      "file://",
      "http://127.0.0.1:8787/",
    }) do
      local headers = { host = "127.0.0.1:8787", origin = origin }
      assert.truthy(message_of(headers), origin)
    end
    for _, site in ipairs({ "cross-site", "same-site", "Cross-Site" }) do
      assert.truthy(message_of({ host = "localhost", ["sec-fetch-site"] = site }), site)
    end
  end)

  it("lets its own page pass, and the user", function()
    local host = "127.0.0.1:8787"
    assert.is_nil(message_of({ host = host, origin = "http://127.0.0.1:8787" }))
    for _, site in ipairs({ "same-origin", "none" }) do
      assert.is_nil(message_of({ host = host, ["sec-fetch-site"] = site }))
    end
  end)

  it("lets hosts pass that the options list, and their pages", function()
    local hosts = { "Emulator", "app.test:3000" }
    assert.is_nil(message_of({ host = "emulator:8787" }, hosts))
    assert.is_nil(message_of({ host = "localhost", origin = "http://app.test:3000" }, hosts))
    assert.truthy(message_of({ host = "localhost", origin = "http://app.test:3001" }, hosts))
    assert.truthy(message_of({ host = "app.test:3001" }, hosts))
    assert.error_matches(function()
      emulator.new({ hosts = { 1 } })
    end, 'emulator option "hosts" must be a list of names')
  end)

  describe("over HTTP", function()
    local one

    setup(function()
      one = assert(server.start({ hosts = { "listed" } }))
    end)

    teardown(function()
      one:stop()
    end)

    local function status_of(path, options)
      local url = one.url:gsub("/client/v4$", "") .. path
      return (http.request(url, options))
    end

    it("stands before the administration, the API and the downloads", function()
      local api = "/client/v4/user/tokens/verify"
      for _, path in ipairs({ "/_emulator/reset", api, "/download/x" }) do
        for _, header in ipairs({ "Host: evil.example", "Origin: https://evil.example" }) do
          assert.equal(403, status_of(path, "-H '" .. header .. "'"), path .. " " .. header)
        end
      end
      assert.equal(200, status_of("/client/v4/user/tokens/verify"))
      assert.equal(200, status_of("/client/v4/user/tokens/verify", "-H 'Host: listed'"))
    end)

    it(
      "takes bodies of the administration from browsers only as JSON, which pages must ask for",
      function()
        local function status_with(content_type, header)
          local command = "curl -s -o /dev/null -w '%{http_code}' --data '{\"seconds\":1}' "
          local headers = ("-H 'Content-Type:%s' -H '%s' "):format(content_type, header)
          return shell.check(command .. headers .. one.admin_url .. "/advance")
        end
        for _, header in ipairs({ "User-Agent: Mozilla/5.0", "Sec-Fetch-Mode: no-cors" }) do
          assert.equal("415", status_with(" text/plain", header))
          assert.equal("415", status_with("", header))
          assert.equal("200", status_with(" application/json; charset=utf-8", header))
        end
        -- What libraries send that were not told.
        assert.equal("200", status_with(" application/x-www-form-urlencoded", "X-Other: 1"))
      end
    )

    it("lists the calls of the administration with what they take", function()
      local _, body = http.request(one.admin_url .. "/")
      local listed = cjson.decode(body).data
      assert.equal("seconds", listed["POST advance"])
      assert.equal("id, file_size", listed["POST upload_recording"])
      assert.equal("", listed["POST reset"])
    end)

    it("answers on after an error of the emulator", function()
      local api = one.url .. "/accounts/a/realtime/kit/00000000-0000-4000-8000-000000000001"
      local broken = cjson.encode({ version = 1, state = { clock = 1 } })
      local options = "-X PUT --data '" .. broken .. "'"
      local status, body = http.request(one.admin_url .. "/snapshot", options)
      assert.equal(400, status)
      assert.matches("the snapshot cannot be restored: its part ", body, 1, true)
      assert.equal(200, (http.request(api .. "/meetings")))
    end)
  end)
end)
