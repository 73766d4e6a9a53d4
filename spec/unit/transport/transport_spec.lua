-- SPDX-License-Identifier: MIT
-- What the transport sends, as nginx and a raw server saw it, and what it makes
-- of ordinary replies.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local rawserver = require("spec.support.servers.rawserver")
local webserver = require("spec.support.servers.webserver")

describe("transport", function()
  local server = webserver.around()
  local transport

  call.around(function(opened)
    transport = opened
  end, server)

  local function echo(options)
    local result = call.one(transport, server.http .. "/echo", options)
    assert.equal(200, result.status)
    return result.value
  end

  describe("sends", function()
    for _, method in ipairs({ "POST", "PUT", "PATCH", "DELETE", "OPTIONS" }) do
      it(method .. " with a body and its length", function()
        local seen = echo({
          method = method,
          body = '{"a":1}',
          headers = { "Content-Type: application/json" },
        })
        assert.equal(method, seen.method)
        assert.equal('{"a":1}', seen.body)
        assert.equal("7", seen.headers["Content-Length"])
        assert.equal("application/json", seen.headers["Content-Type"])
        assert.is_nil(seen.headers["Expect"])
      end)
    end

    for _, method in ipairs({ "POST", "PUT", "PATCH" }) do
      it(method .. " without a body as one of length 0 and no type", function()
        local seen = echo({ method = method })
        assert.equal(method, seen.method)
        assert.is_nil(seen.body)
        assert.equal("0", seen.headers["Content-Length"])
        assert.is_nil(seen.headers["Content-Type"])
      end)
    end

    for _, method in ipairs({ "GET", "DELETE", "OPTIONS" }) do
      it(method .. " without a body without any length", function()
        local seen = echo({ method = method })
        assert.equal(method, seen.method)
        assert.is_nil(seen.headers["Content-Length"])
        assert.is_nil(seen.headers["Content-Type"])
      end)
    end

    it("HEAD and gets headers but no body", function()
      local result = call.one(transport, server.http .. "/static/object.json", { method = "HEAD" })
      assert.equal(200, result.status)
      assert.is_nil(result.value)
      assert.truthy(result.headers:find("Content-Length: 400", 1, true))
    end)

    it("the names of the compressions that it undoes once, or the caller's", function()
      local function named(headers)
        local names = {}
        local raw = echo({ headers = headers }).raw
        for value in raw:gmatch("\r\n[Aa]ccept%-[Ee]ncoding: ([^\r]*)") do
          names[#names + 1] = value
        end
        return table.concat(names, "; ")
      end
      assert.matches("^deflate, gzip[, brzstd]*$", named())
      assert.equal("identity", named({ "accept-encoding: identity" }))
      assert.equal(named(), named({ "Accept: */*" }))
    end)

    it("each kind of method over the handle of any other", function()
      local methods = { "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS" }
      for _, first in ipairs(methods) do
        for _, second in ipairs(methods) do
          local body = first:find("^P") and "x" or nil
          call.one(transport, server.http .. "/echo", { method = first, body = body })
          local seen = call.one(transport, server.http .. "/echo", { method = second })
          if second ~= "HEAD" then
            assert.equal(second, seen.value.method)
            assert.is_nil(seen.value.body)
          end
        end
      end
    end)

    it("a body of all byte values and of a megabyte unchanged", function()
      local bytes = {}
      for i = 0, 255 do
        bytes[#bytes + 1] = string.char(i)
      end
      local raw =
        rawserver.start({ "read", "send", "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n" })
      finally(function()
        raw:stop()
      end)
      call.one(transport, raw.url, { method = "POST", body = table.concat(bytes) })
      assert.truthy(raw:received():find(table.concat(bytes), 1, true))
      local seen = echo({ method = "POST", body = ("x"):rep(2 ^ 20) })
      assert.equal(2 ^ 20, #seen.body)
    end)

    it("header names as they are written and empty values, too", function()
      local seen = echo({
        headers = { "x-lower: 1", "X-Mixed-CASE:2", "X-Empty:", "X-Blank:  " },
      })
      assert.truthy(seen.raw:find("\r\nx-lower: 1\r\n", 1, true))
      assert.truthy(seen.raw:find("\r\nX-Mixed-CASE:2\r\n", 1, true))
      assert.truthy(seen.raw:find("\r\nX-Empty:\r\n", 1, true))
      assert.truthy(seen.raw:find("\r\nX-Blank:\r\n", 1, true))
    end)

    it("the headers of each request, whatever those before it had", function()
      local lists = {
        { "X-A: 1", "X-Empty:", "X-B: 2" },
        { "X-A: 1", "X-Empty:", "X-B: 2" },
        { "X-A: 1", "X-B: 2" },
        { "X-A: 1" },
        {},
        { "X-A: 10", "X-B: 2", "Accept-Encoding: identity" },
        { "X-A: 10", "X-B: 2", "Accept-Encoding: identity" },
        { "X-A: 10", "X-B: 2" },
        { "X-Long: " .. ("x"):rep(2 ^ 12), "X-B: 2" },
      }
      for _, headers in ipairs(lists) do
        local raw, own = echo({ headers = headers }).raw, {}
        for line in raw:gmatch("\r\n(X%-[^\r]*)") do
          own[#own + 1] = line
        end
        local is_named = headers[3] == "Accept-Encoding: identity"
        assert.equal(is_named, raw:find("Accept-Encoding: identity", 1, true) ~= nil)
        assert.same({ headers[1], headers[2], not is_named and headers[3] or nil }, own)
      end
    end)

    it("requests one after the other over one connection", function()
      local first = echo({})
      for _ = 1, 5 do
        assert.equal(first.connection, echo({ method = "POST", body = "x" }).connection)
      end
      assert.equal(0, call.one(transport, server.http .. "/echo").connect_time)
    end)
  end)

  describe("returns", function()
    it("the decoded body, the headers and times", function()
      local id = call.submit(transport, server.http .. "/static/object.json")
      local result = call.drain(transport)[id]
      assert.equal(id, result.id)
      assert.equal(200, result.status)
      assert.equal("7a1c-42", result.value.data.id)
      assert.is_nil(result.text)
      assert.is_nil(result.message)
      assert.truthy(result.headers:find("^HTTP/1.1 200 OK\r\n.+\r\n\r\n$"))
      assert.is_true(result.connect_time > 0)
      assert.is_true(result.first_byte_time >= result.connect_time)
      assert.is_true(result.elapsed >= result.first_byte_time)
    end)

    it("the text of a raw request undecoded", function()
      local url = server.http .. "/static/object.json"
      local result = call.one(transport, url, { raw = true })
      assert.is_nil(result.value)
      assert.equal(400, #result.text)
    end)

    it("the text and why it is no JSON", function()
      local result = call.one(transport, server.http .. "/text")
      assert.is_nil(result.value)
      assert.equal("<html>hello</html>", result.text)
      assert.is_string(result.message)
      assert.equal(200, result.status)
    end)

    it("neither value nor text for an empty body", function()
      local result = call.one(transport, server.http .. "/empty")
      assert.equal(204, result.status)
      assert.is_nil(result.value)
      assert.is_nil(result.text)
      assert.equal("", call.one(transport, server.http .. "/empty", { raw = true }).text)
    end)

    it("an error status as a reply like any other", function()
      for _, code in ipairs({ 400, 404, 429, 500, 503 }) do
        local result = call.one(transport, server.http .. "/status?code=" .. code)
        assert.equal(code, result.status)
        assert.equal(code, result.value.status)
        assert.is_nil(result.kind)
      end
    end)

    it("a redirect instead of following it", function()
      for _, code in ipairs({ 301, 302, 303, 307, 308 }) do
        local result = call.one(transport, server.http .. "/status?code=" .. code)
        assert.equal(code, result.status)
        assert.truthy(result.headers:find("\r\nLocation: [^\r]*/echo\r\n"))
      end
    end)

    it("a compressed body as what it stands for", function()
      local result = call.one(transport, server.http .. "/gzip/page.json")
      assert.truthy(result.headers:find("Content-Encoding: gzip", 1, true))
      assert.equal(450, #result.value.data)
    end)

    it("a compressed body of a caller that named the compression itself", function()
      local result = call.one(transport, server.http .. "/gzip/page.json", {
        headers = { "accept-encoding: gzip" },
      })
      assert.truthy(result.headers:find("Content-Encoding: gzip", 1, true))
      assert.equal(450, #result.value.data)
    end)

    it("what it decoded last after memory for a large body was given back", function()
      local large = call.one(transport, server.http .. "/echo", {
        method = "POST",
        body = ("x"):rep(3 * 2 ^ 20),
      })
      assert.equal(3 * 2 ^ 20, #large.value.body)
      assert.equal("GET", echo({}).method)
    end)
  end)

  describe("refuses", function()
    local function message_of(request)
      local ok, message = pcall(transport.submit, transport, request)
      assert.is_false(ok)
      assert.equal(0, transport:pending())
      return message
    end

    local function request(name, value)
      local fields = { method = "GET", url = "http://127.0.0.1/" }
      fields[name] = value
      return fields
    end

    local CASES = {
      { "method", "get" },
      { "method", "GET\r\nX: y" },
      { "method", "TRACE" },
      { "method", 1 },
      { "url", "ftp://127.0.0.1/" },
      { "url", "file:///etc/passwd" },
      { "url", "http://" },
      { "url", "http:///path" },
      { "url", "http://user:secret@127.0.0.1/" },
      { "url", "http://127.0.0.1/a b" },
      { "url", "http://127.0.0.1/\r\nX: y" },
      { "url", "http://127.0.0.1/\0" },
      { "url", "http://127.0.0.1:99999999/" },
      { "url", 5 },
      { "headers", "X: y" },
      { "headers", { "X: y\r\nZ: y" } },
      { "headers", { "X: y\0" } },
      { "headers", { "no colon" } },
      { "headers", { ": no name" } },
      { "headers", { "sp ace: x" } },
      { "headers", { 5 } },
      { "headers", { "content-length: 3" } },
      { "headers", { "Transfer-Encoding: chunked" } },
      { "body", "x" },
      { "body", 5 },
      { "timeout", 0 },
      { "timeout", -1 },
      { "timeout", 0 / 0 },
      { "timeout", "5" },
      { "connect_timeout", 0 },
      { "max_response_bytes", 0 },
      { "raw", "yes" },
    }

    it("a bad header that looks like good ones of the request before", function()
      echo({ headers = { "X-A: b", "X-Empty:", "X-C: d" } })
      for _, headers in ipairs({
        { "X-A: b\0X-Empty;" },
        { "X-A: b", "X-Empty;" },
        { "X-A: b", "X-Empty:", "X-C: d\0" },
        { "X-A: b", "X-Empty:", "X-C: d\0X" },
        { "X-A: b", "X-Empty:", "X-C" },
      }) do
        local message = message_of(request("headers", headers))
        assert.truthy(message:find("field 'headers'", 1, true), message)
      end
    end)

    for i, case in ipairs(CASES) do
      it(("a bad %s, naming the field (case %d)"):format(case[1], i), function()
        local message = message_of(request(case[1], case[2]))
        assert.truthy(message:find("field '" .. case[1] .. "'", 1, true), message)
        assert.is_nil(message:find("secret", 1, true))
      end)
    end

    it("anything but a table", function()
      assert.has_error(function()
        transport:submit("http://127.0.0.1/")
      end)
      assert.has_error(function()
        core.transport(5)
      end)
      assert.has_error(function()
        core.transport({ max_connections = 0 })
      end)
      assert.has_error(function()
        core.transport({ ca_file = 5 })
      end)
    end)

    it("a bad time to wait", function()
      for _, timeout in ipairs({ -1, 0 / 0, "x" }) do
        assert.has_error(function()
          transport:step(timeout)
        end)
      end
    end)

    it("all but close once it is closed", function()
      transport:close()
      transport:close()
      for _, method in ipairs({ "submit", "step", "cancel", "pending", "fd" }) do
        local ok, message = pcall(transport[method], transport, 0)
        assert.is_false(ok)
        assert.truthy(message:find("closed", 1, true), message)
      end
    end)
  end)
end)
