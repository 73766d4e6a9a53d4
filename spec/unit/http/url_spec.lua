-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local url = require("rtk.http.url")

describe("rtk.http.url", function()
  describe("base URL", function()
    local function misuse_message(text, allow_insecure)
      return clients.misuse_of(url.check_base, text, allow_insecure)
    end

    it("accepts a host with or without port and path, and removes trailing slashes", function()
      for text, kept in pairs({
        ["https://api.example.com"] = "https://api.example.com",
        ["https://api.example.com/client/v4/"] = "https://api.example.com/client/v4",
        ["HTTPS://API.example.com:8443//"] = "HTTPS://API.example.com:8443",
        ["https://10.0.0.1"] = "https://10.0.0.1",
        ["https://[2001:db8::1]:443/x"] = "https://[2001:db8::1]:443/x",
        ["https://a_b-c.example./a%20b"] = "https://a_b-c.example./a%20b",
      }) do
        local checked, is_loopback = url.check_base(text)
        assert.equal(kept, checked)
        assert.is_false(is_loopback)
      end
    end)

    it("recognizes this machine, for which plain http is allowed", function()
      for _, text in ipairs({
        "http://127.0.0.1",
        "http://127.0.0.1:8080/x",
        "http://127.1.2.3",
        "http://LOCALHOST:1",
        "http://[::1]",
        "http://[::1]:80",
      }) do
        assert.is_true(select(2, url.check_base(text)), text)
      end
    end)

    it("refuses plain http to hosts that only look like this machine", function()
      for _, text in ipairs({
        "http://127.0.0.1.example.com",
        "http://127.0.0.1.",
        "http://localhost.example.com",
        "http://127.0.0.1x",
        "http://0x7f.1",
        "http://[::2]",
        "http://127.1",
      }) do
        assert.truthy(misuse_message(text):find("allow_insecure", 1, true), text)
        assert.is_false(select(2, url.check_base(text, true)))
      end
    end)

    it("refuses what URL parsers may read differently", function()
      for text, reason in pairs({
        ["https://good.example\\@evil.example"] = "backslash",
        ["https://good.example\\.evil.example"] = "backslash",
        ["https://good.example@evil.example"] = "credentials",
        ["https://a b.example"] = "spaces",
        ["https://a.example\n"] = "control",
        ["https://a.example\0.evil.example"] = "control",
        ["https://a.example:443:80"] = "host",
        ["https://a.example:x"] = "port",
        ["https://a.example:-1"] = "port",
        ["https://a.example:65536"] = "65535",
        ["https://\239\189\129.example"] = "ASCII",
        ["https://a%2eexample"] = "ASCII",
        ["https://[::1"] = "host",
        ["https://[::1]x"] = "host",
        ["https://::1"] = "host",
        ["https://:443"] = "host",
        ["https:///x"] = "host",
        ["https:a.example"] = "https://",
        ["//a.example"] = "https://",
        ["file:///etc/passwd"] = "https://",
        ["https://a.example/?x"] = "query",
        ["https://a.example#x"] = "fragment",
        ["https://a.example/../x"] = "segments",
        ["https://a.example/%2e%2e"] = "segments",
        ["https://a.example/%0a"] = "control",
        ["https://a.example/%"] = "%",
      }) do
        local message = misuse_message(text)
        assert.truthy(message:find("base_url", 1, true), message)
        assert.truthy(message:find(reason, 1, true), text .. ": " .. message)
      end
    end)
  end)

  describe("path", function()
    it("percent-encodes characters with a meaning in a path", function()
      local id = 'a/b?c#d%e f"g\\h é'
      local encoded = "a%2Fb%3Fc%23d%25e%20f%22g%5Ch%20%C3%A9"
      assert.equal(encoded, url.segment("id", id))
    end)

    it("keeps characters that are allowed in a segment", function()
      local id = "aZ09-._~!$&'()*+,;=:@"
      assert.equal(id, url.segment("id", id))
    end)

    it("encodes an id that only looks encoded", function()
      assert.equal("%252e%252e", url.segment("id", "%2e%2e"))
    end)

    it("refuses unusable ids and names the argument", function()
      for _, case in ipairs({
        { nil, "meeting_id must be a string, got nothing" },
        { "", "meeting_id must not be empty" },
        { 42, "meeting_id must be a string, got a number" },
        { {}, "meeting_id must be a string, got a table" },
        { true, "meeting_id must be a string, got a boolean" },
        { ".", 'meeting_id must not be "."' },
        { "..", 'meeting_id must not be ".."' },
        { "a\nb", "meeting_id must not contain control characters" },
        { "a\0b", "meeting_id must not contain control characters" },
        { "a\127", "meeting_id must not contain control characters" },
      }) do
        local ok, message = pcall(url.segment, "meeting_id", case[1])
        assert.is_false(ok)
        assert.truthy(message:find(case[2], 1, true), message)
      end
    end)

    it("keeps a path that a user wrote and encodes forbidden characters", function()
      assert.equal("/user/tokens/verify", url.check_path("/user/tokens/verify"))
      assert.equal("/a%20b/c%2Fd/%C3%A9", url.check_path("/a b/c%2Fd/é"))
    end)

    it("refuses paths that lead elsewhere", function()
      for _, text in ipairs({
        "https://evil.example/x",
        "HTTP://evil.example",
        "//evil.example/x",
        "evil",
        "",
        "/a/../b",
        "/a/%2e%2E/b",
        "/./a",
        "/a?b=c",
        "/a#b",
        "/a\\b",
        "/a/..%2fb",
        "/a%2F%2e",
        "/a%5cb",
        "/a%00",
        "/a%0D%0Ab",
        "/a%7f",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a\r\nHost: b",
        "@evil",
      }) do -- stylua: ignore
        assert.is_false(pcall(url.check_path, text), text)
      end
      assert.is_false(pcall(url.check_path, nil))
    end)
  end)

  describe("query", function()
    local function build(fields)
      return (url.query(fields):gsub("^?", ""))
    end

    it("starts with a question mark, unless it is empty", function()
      assert.equal("?a=1", url.query({ a = 1 }))
      assert.equal("", url.query({}))
    end)

    it("sorts names, so that equal tables give equal strings", function()
      assert.equal("a=1&b=2&c=3", build({ c = 3, a = 1, b = 2 }))
    end)

    it("writes booleans and whole numbers as they are", function()
      assert.equal(
        "a=true&b=false&c=30&d=30&e=1.5",
        build({
          a = true,
          b = false,
          c = 30,
          d = 30.0,
          e = 1.5,
        })
      )
    end)

    it("percent-encodes everything but unreserved characters", function()
      local text = "a b/c?d#e%f+g&h=i é '()!*~-._"
      local encoded = "a%20b%2Fc%3Fd%23e%25f%2Bg%26h%3Di%20%C3%A9%20%27%28%29%21%2A~-._"
      assert.equal("q=" .. encoded, build({ q = text }))
      assert.equal("x=a%0D%0Ab%00", build({ x = "a\r\nb\0" }))
    end)

    it("encodes names too", function()
      assert.equal("a%20b%26=1", build({ ["a b&"] = 1 }))
    end)

    it("repeats the name for each element of an array", function()
      assert.equal("s=LIVE&s=ENDED", build({ s = { "LIVE", "ENDED" } }))
      assert.equal("", build({ s = {} }))
    end)

    it("joins the names of nested tables with dots", function()
      assert.equal("a.b.c=1&a.d=2", build({ a = { b = { c = 1 }, d = 2 } }))
      assert.equal("a.b=1&a.b=2", build({ a = { { b = 1 }, { b = 2 } } }))
    end)

    it("sends null and the empty string as an empty value", function()
      assert.equal("a=&b=", build({ a = core.null, b = "" }))
      assert.equal("a=&a=x", build({ a = { core.null, "x" } }))
    end)

    it("refuses values that a query cannot hold and names the field", function()
      for _, case in ipairs({
        { { f = print }, "query.f must be a string, number, boolean or table, got a function" },
        { { a = { b = { 1, print } } }, "query.a.b[2] must be" },
        { { n = 0 / 0 }, "query.n must be a finite number" },
        { { n = math.huge }, "query.n must be a finite number" },
        { { [1] = "x", a = 1 }, "query has a key that is not a name" },
        { { a = { "x", b = 1 } }, "query.a must not have gaps, nor both elements" },
        { { a = { "x", nil, "y" } }, "query.a must not have gaps" },
      }) do
        local ok, message = pcall(build, case[1])
        assert.is_false(ok)
        assert.truthy(message:find(case[2], 1, true), message)
      end
    end)

    it("refuses a table that contains itself", function()
      local cycle = {}
      cycle.a = cycle
      assert.is_false(pcall(build, { c = cycle }))
    end)

    it("has a place for a page's number, which overrides the query's", function()
      local text, before, after = url.paged_query({ page_no = 7, per_page = 2, a = "x" })
      assert.equal("?a=x&page_no=7&per_page=2", text)
      assert.same({ "?a=x&page_no=", "&per_page=2" }, { before, after })
      assert.same({ "", "?page_no=", "" }, { url.paged_query({}) })
      for _, case in ipairs({
        { { page_no = 3 }, "?page_no=3", "?page_no=", "" },
        { { a = 1 }, "?a=1", "?a=1&page_no=", "" },
        { { z = 1 }, "?z=1", "?page_no=", "&z=1" },
        { { page_no = 3, z = 1 }, "?page_no=3&z=1", "?page_no=", "&z=1" },
        { { a = 1, z = 1 }, "?a=1&z=1", "?a=1&page_no=", "&z=1" },
        { { a = {}, page_no = 3 }, "?page_no=3", "?page_no=", "" },
      }) do
        assert.same({ case[2], case[3], case[4] }, { url.paged_query(case[1]) })
      end
      text, before, after = url.paged_query({ my_page_no = 0, page_no = { 1, 2 } })
      assert.equal("?my_page_no=0&page_no=1&page_no=2", text)
      assert.same({ "?my_page_no=0&page_no=", "" }, { before, after })
    end)
  end)
end)
