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
      "[::1]",
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
      "[::ffff:127.0.0.1]:8787",
      "[::]:8787",
      "[::1].evil.example",
      "0.0.0.0:8787",
      "0:8787",
      "127.1",
      "2130706433",
      "localhost.",
      "localhost:8787.evil.example",
      "evil.example:127.0.0.1",
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
      "http://127.0.0.1:8787.evil.example",
      "http://127.0.0.1:87870",
      "http://[::1]:8787",
      "http://user@127.0.0.1:8787",
      "",
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
    assert.is_nil(message_of({ host = "[::1]:8787", origin = "http://[::1]:8787" }))
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

    -- What a page can make a browser send, old ones among them, and what is answered.
    local FORM = "application/x-www-form-urlencoded"
    local attacks = {
      { "a script's text/plain", { origin = "http://evil.example", type = "text/plain" } },
      {
        "the same without Sec-Fetch-Site",
        { origin = "http://evil.example", type = "text/plain", old = true },
      },
      { "a form", { origin = "http://evil.example", type = FORM, mode = "navigate" } },
      {
        "a form with files",
        { origin = "http://evil.example", type = "multipart/form-data; boundary=x" },
      },
      { "a form of an old browser, which says no Origin", { type = FORM, old = true }, 415 },
      { "the same with text/plain", { type = "text/plain", old = true }, 415 },
      {
        "the same with nothing in it",
        { type = FORM, old = true, body = "", call = "reset" },
        415,
      },
      {
        "a no-cors fetch",
        { origin = "http://evil.example", type = "text/plain", mode = "no-cors" },
      },
      {
        "a beacon",
        { origin = "http://evil.example", type = "text/plain;charset=UTF-8", mode = "no-cors" },
      },
      {
        "JSON, had it been asked for",
        { origin = "http://evil.example", type = "application/json" },
      },
      { "a page that is a file, or in a sandbox", { origin = "null", type = "text/plain" } },
      {
        "a page of another port of this machine",
        { origin = "http://127.0.0.1:3000", type = "text/plain", site = "same-site" },
      },
      {
        "a page of this machine by another name",
        { origin = "http://localhost:$PORT", type = "text/plain" },
      },
      {
        "a page of its own address by https",
        { origin = "https://127.0.0.1:1", type = "text/plain" },
      },
      {
        "a name that was bound to this machine",
        {
          host = "evil.example:$PORT",
          origin = "http://evil.example:$PORT",
          type = "text/plain",
          site = "same-origin",
        },
      },
      {
        "the same with JSON",
        {
          host = "evil.example:$PORT",
          origin = "http://evil.example:$PORT",
          type = "application/json",
          site = "same-origin",
        },
      },
      {
        "the address 0.0.0.0",
        { host = "0.0.0.0:$PORT", origin = "http://evil.example", type = "text/plain" },
      },
      { "a page that hides where it comes from", { type = "text/plain", mode = "no-cors" } },
      { "an extension", { origin = "chrome-extension://abc", type = "text/plain" } },
    }

    local function header(name, value)
      local text = (value or ""):gsub("%$PORT", ("%d"):format(one.port))
      return value and ("-H '%s: %s' "):format(name, text) or ""
    end

    local function send(call, attack)
      local command = "curl -s -o /dev/null -w '%{http_code}' -A '"
        .. (attack.agent or "Mozilla/5.0 (X11)")
        .. "' --data '"
        .. (attack.body or '{"seconds":1}')
        .. "' "
        .. header("Host", attack.host)
        .. header("Origin", attack.origin)
        .. header("Content-Type", attack.type)
        .. header("Sec-Fetch-Mode", attack.fetch)
      if not attack.old then
        command = command .. header("Sec-Fetch-Site", attack.site or "cross-site")
        command = command .. header("Sec-Fetch-Mode", attack.mode or "cors")
      end
      return tonumber((shell.check(command .. one.admin_url .. "/" .. call)))
    end

    for _, row in ipairs(attacks) do
      it("refuses " .. row[1], function()
        local function now()
          local _, body = http.request(one.admin_url .. "/advance", "--data '{\"seconds\":0}'")
          return cjson.decode(body).data.milliseconds
        end
        local before = now()
        assert.equal(row[3] or 403, send(row[2].call or "advance", row[2]))
        assert.equal(before, now())
      end)
    end

    it("takes what its own page sends, and other programs, whatever they call it", function()
      local own = "http://127.0.0.1:$PORT"
      local json = "application/json; charset=utf-8"
      local same = { origin = own, site = "same-origin", type = json }
      assert.equal(200, send("advance", same))
      same.old = true
      assert.equal(200, send("advance", same))
      -- What a body is must be said there, too; without one there is nothing to say.
      same.type = "text/plain"
      assert.equal(415, send("advance", same))
      same.type, same.body = "", ""
      assert.equal(200, send("reset", same))
      -- As Node's fetch does it.
      local node = { old = true, agent = "node", type = "text/plain;charset=UTF-8", fetch = "cors" }
      assert.equal(200, send("advance", node))
      node.type, node.body = "", ""
      assert.equal(200, send("reset", node))
      local plain = "curl -s -o /dev/null -w '%{http_code}' --data '{\"seconds\":1}' "
      for _, type in ipairs({ "", "-H 'Content-Type: text/plain' ", "-H 'Content-Type:' " }) do
        assert.equal("200", shell.check(plain .. type .. one.admin_url .. "/advance"))
      end
    end)

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
