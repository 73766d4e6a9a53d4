-- SPDX-License-Identifier: MIT
-- Proxies: which ones a transport takes and how, and that their failures are called theirs.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local process = require("spec_process")
local proxies = require("spec.support.servers.proxies")
local rawserver = require("spec.support.servers.rawserver")
local shell = require("spec.support.servers.shell")
local shim = require("spec.support.servers.shim")
local webserver = require("spec.support.servers.webserver")

-- Stands before libcurl, and speaks as one that was built without proxies over TLS.
local WITHOUT_TLS_PROXIES = [[
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

curl_version_info_data *curl_version_info(CURLversion age)
{
  static curl_version_info_data info;
  curl_version_info_data *(*get)(CURLversion) = dlsym(RTLD_NEXT, "curl_version_info");
  info = *get(age);
  info.features &= ~CURL_VERSION_HTTPS_PROXY;
  return &info;
}

static char *error;

#undef curl_easy_setopt
CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
  CURLcode (*set)(CURL *, CURLoption, ...) = dlsym(RTLD_NEXT, "curl_easy_setopt");
  CURLcode code;
  va_list arguments;
  va_start(arguments, option);
  if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB) {
    code = set(easy, option, va_arg(arguments, curl_off_t));
  } else {
    void *value = va_arg(arguments, void *);
    if (option == CURLOPT_ERRORBUFFER)
      error = value;
    code = set(easy, option, value);
  }
  va_end(arguments);
  return code;
}

CURLMsg *curl_multi_info_read(CURLM *multi, int *left)
{
  CURLMsg *(*read)(CURLM *, int *) = dlsym(RTLD_NEXT, "curl_multi_info_read");
  CURLMsg *message = read(multi, left);
  if (message) {
    message->data.result = CURLE_NOT_BUILT_IN;
    snprintf(error, CURL_ERROR_SIZE, "Unsupported proxy '%s', libcurl is built without the "
             "HTTPS-proxy support.", getenv("https_proxy"));
  }
  return message;
}
]]

local SECRET = "PASSWORD-OF-THE-PROXY"
local CREDENTIALS = "user:" .. SECRET

describe("transport through a proxy", function()
  local server, authority, opened, peers

  setup(function()
    server = webserver.start()
    authority = server.https:match("//(.*)$")
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    opened, peers = {}, {}
  end)

  after_each(function()
    for _, transport in ipairs(opened) do
      transport:close()
    end
    for _, peer in ipairs(peers) do
      peer:stop()
    end
  end)

  local function open(proxy, options)
    options = options or { ca_file = server.ca_file }
    options.proxy = proxy
    local transport = assert(core.transport(options))
    opened[#opened + 1] = transport
    return transport
  end

  local function start_proxies(certificate, credentials)
    local made = proxies.start(server.directory, certificate, credentials)
    peers[#peers + 1] = made
    return made
  end

  local function assert_answered(result)
    assert.equal(200, result.status, result.message)
    assert.equal("GET", result.value.method)
    assert.not_matches("X-Proxy", result.headers, 1, true)
  end

  -- Nothing was sent, and the proxy is to blame.
  local function assert_failed(kind, words, result)
    assert.equal(kind, result.kind, result.message)
    assert.is_false(result.sent)
    assert.is_nil(result.status)
    assert.is_nil(result.headers)
    assert.matches("proxy", result.message, 1, true)
    assert.matches(words, result.message, 1, true)
    assert.not_matches(SECRET, result.message, 1, true)
  end

  describe("of each kind", function()
    it("reaches the server in a tunnel", function()
      local made = start_proxies("good", CREDENTIALS)
      for _, address in ipairs({
        made.http,
        "http://" .. made.http,
        "HTTP://" .. made.http .. "/",
        "https://" .. made.https,
        "socks5://" .. made.socks,
        "socks5h://" .. made.socks,
      }) do
        local scheme, host = address:match("^(.-//)(.*)$")
        local proxy = (scheme or "") .. CREDENTIALS .. "@" .. (host or address)
        assert_answered(call.one(open(proxy), server.https .. "/echo"))
      end
      assert.matches("CONNECT " .. authority, made:log(), 1, true)
      assert.matches("SOCKS " .. authority, made:log(), 1, true)
    end)

    it("gets no header of the request in clear", function()
      local made = start_proxies("good")
      local headers = { "Authorization: Bearer token-confidential" }
      local options = { headers = headers }
      assert_answered(call.one(open("http://" .. made.http), server.https .. "/echo", options))
      assert.not_matches("confidential", made:log(), 1, true)
    end)

    it("is asked for what needs no tunnel", function()
      local made = start_proxies("good")
      for _, proxy in ipairs({ "http://" .. made.http, "https://" .. made.https }) do
        local result = call.one(open(proxy), "http://no-such-host.invalid/x")
        assert.equal("http://no-such-host.invalid/x", result.value.proxied)
      end
    end)
  end)

  describe("whose address", function()
    local port

    before_each(function()
      port = process.free_ports(1)[1]
    end)

    it("libcurl takes, is taken", function()
      for _, proxy in ipairs({
        "localhost:" .. port,
        "[::1]:" .. port,
        "http://[::1]:" .. port,
        "socks4://127.0.0.1:" .. port,
        "socks4a://127.0.0.1:" .. port,
        "http://user:a%40%2f%3a@127.0.0.1:" .. port,
        "user@127.0.0.1:" .. port,
      }) do
        local result = call.one(open(proxy), server.https .. "/echo")
        assert_failed("connection", "could not connect to the proxy for " .. authority, result)
      end
      assert_answered(call.one(open(""), server.https .. "/echo"))
    end)

    it("is malformed is refused, without showing it", function()
      for proxy, reason in pairs({
        ["nonsense://%s@127.0.0.1:1"] = "must begin with http://",
        ["ftp://%s@127.0.0.1:1"] = "must begin with http://",
        ["http://%s@127.0.0.1:notaport"] = "must have a port from 1 to 65535",
        ["http://%s@127.0.0.1:0"] = "must have a port from 1 to 65535",
        ["%s@127.0.0.1:99999"] = "must have a port from 1 to 65535",
        ["http://%s@"] = "must name a host",
        ["http://%s@[::1"] = "must be [scheme://]",
        ["http://%s@a b:1"] = "must be [scheme://]",
        ["http://%s@@127.0.0.1:1"] = "must be [scheme://]",
        ["http://user%%0a:%s@127.0.0.1:1"] = "control characters",
        [" "] = "must be [scheme://]",
      }) do
        local transport, message, option = core.transport({ proxy = proxy:format(CREDENTIALS) })
        assert.is_nil(transport)
        assert.equal("proxy", option)
        assert.matches(reason, message, 1, true)
        assert.not_matches(SECRET, message, 1, true)
      end
    end)
  end)

  describe("that fails", function()
    it("is what cannot be resolved, connected to or waited for", function()
      local silent = rawserver.start({ "hold" })
      peers[#peers + 1] = silent
      local silent_address = silent.url:match("//(.*)$")
      local closed = "127.0.0.1:" .. process.free_ports(1)[1]
      for _, scheme in ipairs({ "http", "https", "socks5", "socks5h", "socks4a" }) do
        local prefix = scheme .. "://" .. CREDENTIALS .. "@"
        local unknown = call.one(open(prefix .. "no-such.invalid:1"), server.https .. "/echo")
        assert_failed("connection", "could not resolve the host name of the proxy", unknown)
        local refused = call.one(open(prefix .. closed), server.https .. "/echo")
        assert_failed(
          "connection",
          "the proxy for " .. authority .. ": Connection refused",
          refused
        )
        local options = { connect_timeout = 0.2 }
        local late = call.one(open(prefix .. silent_address), server.https .. "/echo", options)
        assert_failed("timeout", "timed out connecting to the proxy", late)
        options = { timeout = 0.2 }
        late = call.one(open(prefix .. silent_address), server.https .. "/echo", options)
        assert_failed("timeout", "no connection to the proxy", late)
      end
    end)

    it("is not mistaken after calls that it let through", function()
      local made = start_proxies("good")
      local transport = open("http://" .. made.http)
      assert_answered(call.one(transport, server.https .. "/echo"))
      made:stop()
      local url = ("https://localhost:%d/echo"):format(server.ports.https)
      assert_failed("connection", "could not connect to the proxy", call.one(transport, url))
    end)

    -- The result of a call through a proxy that answers so.
    local function answered(scheme, ...)
      local raw = rawserver.start({ ... })
      peers[#peers + 1] = raw
      local proxy = raw.url:gsub("http://", scheme .. "://" .. CREDENTIALS .. "@")
      return call.one(open(proxy), server.https .. "/echo")
    end

    local refusal = "HTTP/1.1 %d No\\r\\nX-Proxy: 1\\r\\nContent-Length: 5\\r\\n\\r\\nhello"

    for status, kind in pairs({
      [302] = "protocol",
      [400] = "protocol",
      [403] = "protocol",
      [407] = "protocol",
      [408] = "connection",
      [429] = "connection",
      [500] = "connection",
      [502] = "connection",
      [503] = "connection",
      [504] = "connection",
    }) do
      it(("says so when it answers CONNECT with %d"):format(status), function()
        local result = answered("http", "read", "send", refusal:format(status))
        assert_failed(kind, ("(it answered HTTP %d to CONNECT)"):format(status), result)
      end)
    end

    it("answers what is no HTTP", function()
      local words = "does not answer CONNECT as HTTP has it"
      assert_failed("protocol", words, answered("http", "read", "send", "hello\\r\\n\\r\\n"))
      assert_failed(
        "protocol",
        words,
        answered("http", "read", "send", "HTTP/1.1 200 OK\\r\\n", "flood", "X: y\\r\\n")
      )
      local result = answered("https", "gulp", "send", "HTTP/1.1 400 No\\r\\n\\r\\n")
      assert_failed("tls", "connection to the proxy", result)
    end)

    it("leaves before it answered", function()
      for _, scheme in ipairs({ "http", "https", "socks5h", "socks4a" }) do
        assert_failed("connection", "the proxy", answered(scheme, "gulp"))
      end
      local result = answered("http", "read", "send", "HTTP/1.1 200 OK\\r\\nX:")
      assert_failed("connection", "the proxy", result)
    end)

    it("is distinguished from the server that it leads to", function()
      local result = answered("http", "read", "send", "HTTP/1.1 200 OK\\r\\n\\r\\n", "gulp")
      assert.equal("connection", result.kind)
      assert.equal(
        "connection to " .. authority .. " failed: lost in the TLS handshake",
        result.message
      )
      local made = start_proxies("good")
      result = call.one(open("http://" .. made.http), server.self .. "/echo")
      assert.equal("tls", result.kind)
      local certificate = "certificate of " .. server.self:match("//(.*)$") .. " was not accepted"
      assert.matches(certificate, result.message, 1, true)
    end)

    for name, words in pairs({
      self = "self",
      stranger = "unable to get local issuer",
      expired = "expired",
      other = "does not match|no alternative",
    }) do
      it("shows a certificate that is " .. name, function()
        local made = start_proxies(name)
        local result = call.one(open("https://" .. made.https), server.https .. "/echo")
        assert_failed("tls", "certificate of the proxy for " .. authority, result)
        local found = false
        for word in words:gmatch("[^|]+") do
          found = found or result.message:find(word, 1, true)
        end
        assert.truthy(found, result.message)
        local is_stranger = name == "self" or name == "stranger"
        assert.equal(is_stranger, result.message:find("ca_file or ca_pem", 1, true) ~= nil)
        assert.equal("", made:log())
      end)
    end

    it("does not accept the credentials", function()
      local made = start_proxies("good", CREDENTIALS)
      for _, address in ipairs({ "http://%s" .. made.http, "https://%s" .. made.https }) do
        for _, wrong in ipairs({ "", "user:wrong@" }) do
          local result = call.one(open(address:format(wrong)), server.https .. "/echo")
          assert_failed("protocol", "does not accept the credentials, or needs some", result)
        end
      end
      local result = call.one(open("socks5h://user:wrong@" .. made.socks), server.https .. "/echo")
      assert_failed("protocol", "does not accept the credentials", result)
      result = call.one(open("socks5h://" .. made.socks), server.https .. "/echo")
      assert_failed("protocol", "accepts no way to log in", result)
    end)

    for code, expected in pairs({
      [1] = { "connection", "refused to connect" },
      [2] = { "protocol", "does not allow the connection" },
      [3] = { "connection", "cannot reach the network" },
      [4] = { "connection", "cannot reach the host" },
      [5] = { "connection", "met a refused connection" },
    }) do
      it(("says so when it answers a SOCKS request with %d"):format(code), function()
        local reply = ("\\x05\\x%02x\\x00\\x01"):format(code) .. ("\\x00"):rep(6)
        local result = answered("socks5h", "gulp", "send", "\\x05\\x00", "gulp", "send", reply)
        assert_failed(expected[1], expected[2], result)
      end)
    end

    it("speaks no SOCKS", function()
      local result = answered("socks5h", "gulp", "send", "HTTP/1.1 400 No\\r\\n\\r\\n")
      assert_failed("protocol", "does not speak SOCKS", result)
    end)
  end)

  describe("of the environment", function()
    -- What comes of a call there, as "status or kind, message".
    local function outcome(environment, options, url)
      return shell.lua_output(
        ([[
          local transport = assert(require("rtk.core").transport({ ca_file = %q, %s }))
          transport:submit({ method = "GET", url = %q, connect_timeout = 60 })
          local result = transport:step(60)[1]
          print(result.status or result.kind, result.message or "")
        ]]):format(server.ca_file, options or "", url or server.https .. "/echo"),
        "env -u http_proxy -u https_proxy -u HTTPS_PROXY -u no_proxy -u NO_PROXY "
          .. environment
          .. " "
      )
    end

    it("is used unless an option names another", function()
      local made = start_proxies("good")
      for _, name in ipairs({ "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" }) do
        local before = #made:log()
        assert.matches("^200", outcome(name .. "=http://" .. made.http))
        assert.is_true(#made:log() > before, name)
      end
      local before = #made:log()
      assert.matches("^200", outcome("https_proxy=http://" .. made.http, 'proxy = ""'))
      assert.matches("^200", outcome("http_proxy=http://" .. made.http))
      assert.equal(before, #made:log())
    end)

    it("is named as what fails, as libcurl chooses it", function()
      local closed = "http://" .. CREDENTIALS .. "@127.0.0.1:" .. process.free_ports(1)[1]
      local said = outcome("https_proxy=" .. closed)
      assert.matches("^connection%s+could not connect to the proxy for ", said)
      assert.not_matches(SECRET, said, 1, true)
      for _, exempt in ipairs({ "127.0.0.1", "a.example,127.0.0.1", "'*'" }) do
        assert.matches("^200", outcome("no_proxy=" .. exempt .. " https_proxy=" .. closed))
      end
    end)

    it("spares the hosts, domains and ranges of addresses in no_proxy, and no others", function()
      local closed = " https_proxy=http://127.0.0.1:" .. process.free_ports(1)[1]
      local by_name = server.https:gsub("127%.0%.0%.1", "localhost") .. "/echo"
      local function assert_lists(lists, expected, url)
        for list in lists:gmatch("%S+") do
          local said = outcome("no_proxy='" .. list .. "'" .. closed, nil, url)
          assert.is_truthy(said:find(expected), list .. ": " .. said)
        end
      end
      local direct, proxied = "^200", "connect to the proxy"
      assert_lists("127.0.0.0/8 10.0.0.0/8,127.0.0.1/32 127.0.0.0/31 ::/0,0.0.0.0/0", direct)
      assert_lists("126.0.0.0/8 127.0.0.2/31 127.0.0.1/33 127.0.0.1/x 0.1 ::/0", proxied)
      assert_lists("LOCALHOST. .localhost a.example,localhost", direct, by_name)
      assert_lists("ocalhost a.localhost 127.0.0.0/8 .", proxied, by_name)
      for _, list in ipairs({ "a.example\tlocalhost", "a.example,\nlocalhost" }) do
        assert.matches("^200", outcome("no_proxy='" .. list .. "'" .. closed, nil, by_name))
      end
    end)

    it("is not blamed when it is not used", function()
      local port = process.free_ports(1)[1]
      for list, host in pairs({
        ["127.0.0.1"] = "127.0.0.1",
        ["127.0.0.0/8"] = "127.0.0.1",
        ["a.example\tlocalhost"] = "localhost",
        ["LOCALHOST."] = "localhost",
      }) do
        local said = outcome(
          "https_proxy=http://127.0.0.1:1 no_proxy='" .. list .. "'",
          nil,
          ("https://%s:%d/"):format(host, port)
        )
        -- A machine may lack the first address of localhost.
        local expected = ("connection\tcould not connect to %s:%d: "):format(host, port)
        assert.equal(expected, said:sub(1, #expected))
      end
    end)

    it("is what a malformed address is said to come from", function()
      for address, reason in pairs({
        ["nonsense://%s@127.0.0.1:1"] = "must begin with http://",
        ["http://%s@127.0.0.1:99999"] = "must have a port",
        ["http://%s@"] = "must name a host",
      }) do
        local said = outcome("https_proxy=" .. address:format(CREDENTIALS))
        assert.matches("^protocol%s+the proxy in the environment %(https_proxy, ", said)
        assert.matches(reason, said, 1, true)
        assert.not_matches(SECRET, said, 1, true)
        assert.not_matches(authority, said, 1, true)
      end
    end)

    it("is not shown by a libcurl that has no proxies over TLS", function()
      local curl = "-Wl,--no-as-needed -lcurl"
      local library = shim.build(server.directory, "without_tls", WITHOUT_TLS_PROXIES, curl)
      local address = "https://" .. CREDENTIALS .. "@127.0.0.1:1"
      local said = outcome(shim.before(library) .. "https_proxy=" .. address)
      assert.matches("^protocol%s+the proxy in the environment %(https_proxy, ", said)
      assert.not_matches(SECRET, said, 1, true)
    end)
  end)
end)
