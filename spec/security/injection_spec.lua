-- SPDX-License-Identifier: MIT
-- Strings that try to be more than a value. Each one is refused at the caller's line or arrives
-- unchanged in its place. (spec/wire/misuse_spec.lua covers the ids of every operation.)

local cjson = require("cjson")
local clients = require("spec.support.clients.clients")
local rawserver = require("spec.support.servers.rawserver")
local rtk = require("rtk")
local wire_operations = require("spec.support.data.wire_operations")
local wire_request = require("spec.support.data.wire_request")

local evil = {
  "a b",
  "a/b",
  "../x",
  "..",
  "a?b=c",
  "a&b=c",
  "a#b",
  "a=b",
  "a%b",
  "%2e%2e%2f",
  "%0d%0aX-Evil: 1",
  "a\\b",
  "a;b",
  "a,b",
  "a+b",
  'a"b',
  "a'b",
  "a\r\nX-Evil: 1",
  "a\nX-Evil: 1",
  "a\rb",
  "a\0b",
  "\127",
  "\27[31m",
  "é",
  "\226\128\174",
  "//evil.example/",
  "http://evil.example/",
  "@evil.example",
  ":443",
  ("x"):rep(5000),
}

local rows = wire_operations.rows()

describe("a string that tries to be more", function()
  local client, transport

  before_each(function()
    client, transport = clients.fake({ wire_operations.answer })
  end)

  -- What a URL must look like, whatever is in it: one line of ASCII at the right host.
  local function assert_clean(request)
    assert.truthy(request.url:find("^https://api%.example%.com/client/v4/"), request.url)
    assert.falsy(request.url:find("[^\33-\126]"), request.url)
    assert.falsy(request.url:find('[\\"<>#]'), request.url)
    for _, line in ipairs(request.headers) do
      assert.falsy(line:find("[%z\1-\31\127]"), line)
      assert.falsy(line:lower():find("^x%-evil"), line)
    end
  end

  local function assert_refused_here(message)
    assert.truthy(message:find("injection_spec.lua:%d+: "), message)
    assert.falsy(message:match(":%d+: (.*)$"):find("Evil", 1, true), message)
  end

  it("stays a value in the query of every operation", function()
    local count = 0
    for _, row in ipairs(rows) do
      if row.takes == "query" then
        local name = next(row.arguments[#row.arguments])
        for _, text in ipairs(evil) do
          wire_operations.call(client, row, wire_operations.arguments(row, { [name] = text }))
          assert_clean(transport:last())
          assert.same({ [name] = { text } }, wire_request.url(transport:last().url).query)
          count = count + 1
        end
      end
    end
    assert.is_true(count > 400, tostring(count))
  end)

  it("stays a name or a value in nested and extra queries", function()
    for _, text in ipairs(evil) do
      local query = { [text] = { text, { [text] = text } }, other = "1" }
      client.meetings:list(nil, { extra_query = query })
      assert_clean(transport:last())
      local expected = { [text] = { text }, [text .. "." .. text] = { text }, other = { "1" } }
      assert.same(expected, wire_request.url(transport:last().url).query)
      client:request({ path = "/x", query = { [text] = text } })
      assert_clean(transport:last())
      assert.same({ [text] = { text } }, wire_request.url(transport:last().url).query)
    end
  end)

  it("stays a name or a value in every body", function()
    for _, row in ipairs(rows) do
      if row.takes == "body" then
        for _, text in ipairs(evil) do
          local extra = { extra_body = { [text] = { [text] = text } } }
          wire_operations.call(client, row, wire_operations.arguments(row, { v = text }, extra))
          assert_clean(transport:last())
          local sent = transport:last().body
          assert.falsy(sent:find("[%z\1-\31]"), sent)
          local body = cjson.decode(sent)
          assert.equal(text, body.v)
          assert.same({ [text] = text }, body[text])
        end
      end
    end
  end)

  it("cannot leave the account or the app", function()
    for _, text in ipairs(evil) do
      for _, option in ipairs({ "account_id", "app_id" }) do
        local before = #transport.requests
        local ok, message = pcall(function()
          return client.meetings:list(nil, { [option] = text }) ~= nil
        end)
        if ok then
          assert_clean(transport:last())
          local expected = { "accounts", "acc", "realtime", "kit", "app", "meetings" }
          expected[option == "account_id" and 2 or 5] = text
          local url = wire_request.url(transport:last().url, "https://api.example.com/client/v4")
          assert.same(expected, url.segments)
        else
          assert_refused_here(message)
          assert.equal(before, #transport.requests)
        end
      end
    end
  end)

  it("cannot end a header", function()
    for _, text in ipairs(evil) do
      for _, try in ipairs({
        function()
          return client.meetings:list(nil, { headers = { ["X-A"] = text } }) ~= nil
        end,
        function()
          return client.meetings:list(nil, { headers = { [text] = "v" } }) ~= nil
        end,
        function()
          return client:request({ path = "/x", headers = { [text] = text } }) ~= nil
        end,
      }) do
        local ok, message = pcall(try)
        if ok then
          assert.falsy(text:find("[\r\n%z\127\27]"))
          assert.equal(4, #transport:last().headers)
          assert_clean(transport:last())
        else
          assert_refused_here(message)
        end
      end
    end
  end)

  it("cannot end a header when the client is made", function()
    for _, text in ipairs(evil) do
      for _, options in ipairs({
        { user_agent = text },
        { headers = { ["X-A"] = text } },
        { api_token = text },
        { ca_file = text },
        { proxy = text },
      }) do
        local ok, message = pcall(function()
          local made, other = clients.fake({ wire_operations.answer }, options)
          assert(made.meetings:list())
          return other
        end)
        if ok then
          assert_clean(message:last())
        else
          assert_refused_here((message:gsub("^.-clients.lua:", "injection_spec.lua:")))
        end
      end
    end
  end)

  it("cannot be a header that says where the request ends", function()
    for _, name in ipairs({ "Content-Length", "transfer-encoding", "CONNECTION", "Expect" }) do
      local ok, message = pcall(function()
        return client.meetings:list(nil, { headers = { [name] = "0" } }) ~= nil
      end)
      assert.is_false(ok)
      assert_refused_here(message)
    end
  end)

  it("cannot make client:request leave the base URL", function()
    for _, path in ipairs({
      "https://evil.example/",
      "HTTPS:/evil.example",
      "//evil.example/",
      "\\\\evil.example",
      "/\\evil.example",
      "/%5cevil.example",
      "@evil.example/",
      ":443/",
      ".evil.example/",
      "/..",
      "/a/../../../b",
      "/a/%2e%2e/b",
      "/a/.%2E/b",
      "/a/..%2f..%2Fb",
      "/a/%2e%2e%5C",
      "/a%2f..",
      "/.",
      "/a?b",
      "/a#b",
      "/a\0",
      "/a%00",
      "/a\r\nX-Evil: 1",
      "/a%0d%0aX-Evil: 1",
      "/a%7f",
      "/%",
      "/%2",
      "/%zz",
    }) do
      local ok, message = pcall(function()
        return client:request({ path = path }) ~= nil
      end)
      assert.is_false(ok, path)
      assert_refused_here(message)
    end
    assert.equal(0, #transport.requests)
    for path, sent in pairs({
      ["/a b/é"] = "/a%20b/%C3%A9",
      ["/a%2Fb"] = "/a%2Fb",
      ["/a..b/...;/..c"] = "/a..b/...;/..c",
      ["/%252e%252e/"] = "/%252e%252e/",
      ["/a@evil.example:443"] = "/a@evil.example:443",
    }) do
      client:request({ path = path })
      assert.equal("https://api.example.com/client/v4" .. sent, transport:last().url)
    end
  end)

  it("arrives on a socket as it was meant", function()
    local answer = [[HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{"data":{"id":"m"}}]]
    local server = rawserver.start({ "read", "send", answer, "again" })
    local real = rtk.new({
      api_token = "t!#$%&*+/=?^_`{|}~",
      account_id = "acc",
      app_id = "app",
      base_url = server.url .. "/base",
    })
    finally(function()
      real:close()
      server:stop()
    end)
    local sent = 0
    for _, text in ipairs(evil) do
      local id = "a" .. text
      -- The log of the server has room for short lines only.
      if not id:find("%c") and #id < 100 then
        assert(real.meetings:get_participant(id, id))
        assert(real.meetings:create({ title = text }, { headers = { ["X-A"] = text } }))
        sent = sent + 2
      end
    end
    local requests = server:requests()
    assert.equal(sent, #requests)
    for _, line in ipairs(requests) do
      local path = line:match(
        "^conn 1 request %d+ %u+ /base/accounts/acc/realtime/kit/app/meetings(%S*) HTTP/1.1$"
      )
      assert.truthy(path == "" or path:find("^/[^/?#]+/participants/[^/?#]+$"), line)
    end
    local received = server:received()
    local _, tokens = received:gsub("\r\nAuthorization: Bearer t!#%$%%&%*%+/=%?%^_`{|}~\r\n", "")
    assert.equal(sent, tokens)
    assert.falsy(received:find("\nX%-Evil"))
  end)
end)
