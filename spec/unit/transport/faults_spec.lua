-- SPDX-License-Identifier: MIT
-- What the transport makes of servers that are gone, slow, rude or hostile. The
-- raw server plays the bytes; each failure must have its kind, must say
-- whether the request left, and must come in time.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local shell = require("spec.support.servers.shell")
local webserver = require("spec.support.servers.webserver")

local OK = "HTTP/1.1 200 OK\\r\\n"
local EMPTY = OK .. "Content-Length: 0\\r\\n\\r\\n"

-- A script with a transport, and with files that leave no descriptor.
local ALL_DESCRIPTORS_TAKEN = [[
  local transport = assert(require("rtk.core").transport({ proxy = "" }))
  local files = {}
  repeat
    local file = io.open("/dev/null")
    files[#files + 1] = file
  until not file
]]

describe("transport on faults", function()
  local transport, server

  call.around(function(opened)
    transport = opened
  end)

  local serve = rawserver.around()

  -- The result of one GET that the server answers with these steps.
  local function answer(script, options)
    server = serve(script)
    return call.one(transport, server.url .. "/path?secret=1", options)
  end

  -- The result of one that the server never answers, and how long it was given: ever more until
  -- it got as far as it should, since a machine may stall for longer than a short timeout.
  local function answer_late(script, has_arrived)
    local result
    for _, timeout in ipairs({ 0.15, 0.6, 3, 20 }) do
      if server then server:stop() end
      result = answer(script, { timeout = timeout })
      assert.is_true(result.elapsed >= timeout and result.elapsed < 50, tostring(result.elapsed))
      if has_arrived(result) then return result, ("after %g s"):format(timeout) end
    end
    error("never gets that far: " .. result.message)
  end

  local function is_sent(result)
    return result.sent or #server:requests() > 0
  end

  local function has_status(result)
    return result.status ~= nil
  end

  local function assert_failure(result, kind, sent, pattern)
    assert.equal(kind, result.kind)
    assert.equal(sent, result.sent)
    assert.truthy(result.message:find(pattern), result.message)
    assert.is_nil(result.message:find("secret", 1, true))
    assert.is_nil(result.value)
    assert.is_number(result.elapsed)
  end

  it("reports a refused connection as never sent", function()
    local port = process.free_ports(1)[1]
    local result = call.one(transport, ("http://127.0.0.1:%d/"):format(port))
    local message = "could not connect to 127.0.0.1:" .. port .. ": Connection refused"
    assert.equal(message, result.message)
    assert_failure(result, "connection", false, "refused")
  end)

  it("reports that there is no descriptor left", function()
    local script = ALL_DESCRIPTORS_TAKEN
      .. [[
      transport:submit({ method = "GET", url = "http://127.0.0.1:1/" })
      print(transport:step(1)[1].message)
    ]]
    local message = "could not connect to 127.0.0.1:1: Too many open files"
    assert.equal(message, shell.lua_output(script, "ulimit -n 64; "))
  end)

  it("does not blame a name that there are too few descriptors to look up", function()
    local script = ALL_DESCRIPTORS_TAKEN
      .. [[
      for _ = 1, %d do
        table.remove(files):close()
      end
      local url = "http://no-such-host.invalid/"
      transport:submit({ method = "GET", url = url, connect_timeout = 60 })
      print(transport:step(60)[1].message)
    ]]
    local message = "could not look up the host name of no-such-host.invalid: Too many open files"
    -- Where a name server says nothing, that ends soon.
    local before = "ulimit -n 64; RES_OPTIONS='timeout:1 attempts:1' "
    for left = 0, 4 do
      assert.equal(message, shell.lua_output(script:format(left), before))
    end
  end)

  it("does not blame a name that no thread can be started to look up", function()
    local script = [[
      local transport = assert(require("rtk.core").transport({ proxy = "" }))
      local url = "http://no-such-host.invalid/"
      transport:submit({ method = "GET", url = url, connect_timeout = 5 })
      print(transport:step(60)[1].message)
    ]]
    -- The stack of a thread would not fit into the address space, of 64 or 32 bits.
    local limits = "[ $(getconf LONG_BIT) = 64 ] && ulimit -s 200000000000 || ulimit -s 3900000; "
    local message = shell.lua_output(script, limits)
    -- libcurl 8.23 waits for a thread.
    if message ~= "timed out connecting to no-such-host.invalid after 5 s" then
      assert.equal(
        "could not look up the host name of no-such-host.invalid: no thread could be started for "
          .. "it: Resource temporarily unavailable",
        message
      )
    end
  end)

  it("reports a name that does not exist as never sent", function()
    local result = call.one(transport, "http://no-such-host.invalid/")
    assert_failure(result, "connection", false, "could not resolve .*no%-such%-host%.invalid")
  end)

  it("reports a connection that is never accepted as a connect timeout", function()
    -- Nothing answers at a documentation address, or the network is unreachable at once.
    local options = { connect_timeout = 0.2, timeout = 60 }
    local result = call.one(transport, "http://192.0.2.1/", options)
    assert.is_false(result.sent)
    assert.is_true(result.elapsed < 30)
    if result.kind == "timeout" then
      assert.equal("timed out connecting to 192.0.2.1 after 0.2 s", result.message)
    else
      assert.equal("connection", result.kind)
    end
  end)

  it("reports a connection lost in the TLS handshake as such, and as never sent", function()
    local notice = "\\x15\\x03\\x03\\x00\\x02\\x01\\x00" -- close_notify
    for _, script in ipairs({ { "gulp" }, { "gulp", "rst" }, { "gulp", "send", notice } }) do
      server = serve(script)
      local result = call.one(transport, (server.url:gsub("^http:", "https:")))
      assert_failure(result, "connection", false, "lost in the TLS handshake")
      server:stop()
    end
    server = nil
  end)

  it("reports a connection lost before the reply as maybe executed", function()
    local closed = answer({ "read" })
    assert_failure(closed, "connection", true, "^request to 127.0.0.1:%d+ failed: ")
    server:stop()
    assert_failure(answer({ "read", "rst" }), "connection", true, "reset")
  end)

  it("reports a body cut short, plain and chunked", function()
    local result = answer({ "read", "send", OK .. "Content-Length: 10\\r\\n\\r\\nabc" })
    assert_failure(result, "connection", true, "^request to 127.0.0.1:%d+ failed: .*7 bytes")
    assert.equal(200, result.status)
    assert.truthy(result.headers:find("Content%-Length: 10"))
    server:stop()
    result =
      answer({ "read", "send", OK .. "Transfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nabcde\\r\\n" })
    assert_failure(result, "connection", true, "")
  end)

  it("ends at the deadline while there is no reply", function()
    local result, after = answer_late({ "read", "hold" }, is_sent)
    assert_failure(result, "timeout", true, "^timed out " .. after .. " %(no reply from ")
  end)

  it("ends at the deadline while the body stalls", function()
    local script = { "read", "send", OK .. "Content-Length: 9\\r\\n\\r\\nabc", "hold" }
    local result, after = answer_late(script, has_status)
    assert_failure(result, "timeout", true, "^timed out " .. after .. " %(3 bytes")
    assert.equal(200, result.status)
  end)

  it("ends at the deadline while headers or body drip", function()
    local drops = ("x"):rep(6000)
    local result, after = answer_late({ "read", "drip", 10, OK .. drops }, is_sent)
    assert_failure(result, "timeout", true, after)
    result, after = answer_late({ "read", "send", OK .. "\\r\\n", "drip", 10, drops }, has_status)
    assert_failure(result, "timeout", true, after)
  end)

  it("ends at the deadline while waiting for a free connection", function()
    transport:close()
    transport = assert(core.transport({ proxy = "", max_connections = 1 }))
    server = serve({ "read", "await", "send", EMPTY, "hold" })
    local first = call.submit(transport, server.url)
    local second = call.submit(transport, server.url, { timeout = 0.15 })
    local result = transport:step(60)[1]
    assert.equal(second, result.id)
    assert_failure(result, "timeout", false, "^timed out after 0.15 s %(no connection for ")
    assert.is_true(result.elapsed < 30)
    server:go()
    assert.equal(200, call.drain(transport)[first].status)
    assert.equal(1, #server:requests())
  end)

  it("gives up on a body above the limit, sized or endless", function()
    local limit = { max_response_bytes = 65536 }
    local result = answer({ "read", "send", OK .. "\\r\\n", "flood", ("x"):rep(1000) }, limit)
    assert_failure(
      result,
      "too_large",
      true,
      "^reply is larger than 64 KiB %(max_response_bytes%)$"
    )
    server:stop()
    result = answer({
      "read",
      "send",
      OK .. "Content-Length: 65537\\r\\n\\r\\n" .. ("x"):rep(65537),
    }, limit)
    assert_failure(result, "too_large", true, "larger than 64 KiB")
  end)

  it("gives up on a small body that unpacks to a huge one", function()
    local web = webserver.start()
    finally(function()
      web:stop()
    end)
    local result = call.one(transport, web.http .. "/bomb/bomb", { max_response_bytes = 2 ^ 20 })
    assert_failure(result, "too_large", true, "larger than 1 MiB")
    assert.is_true(tonumber(result.headers:match("Content%-Length: (%d+)")) < 2 ^ 17)
  end)

  it("unpacks brotli exactly when it offers to", function()
    local result = answer({
      "read",
      "send",
      OK .. "Content-Encoding: br\\r\\nContent-Length: 6\\r\\n\\r\\n\\x10\\x00\\x10[]\\x03",
    })
    if server:received():find("Accept%-Encoding: [^\r]*br") then
      assert.same({}, result.value)
    else
      assert_failure(result, "protocol", true, "")
    end
  end)

  it("takes a body of exactly the limit", function()
    local script = { "read", "send", OK .. "Content-Length: 5\\r\\n\\r\\n12345" }
    assert.equal(12345, answer(script, { max_response_bytes = 5 }).value)
  end)

  it("looks no further than the end of a body that ends in a key", function()
    -- One byte too far is for ASan and valgrind to see.
    local text = '{"' .. ("k"):rep(48)
    local script = { "read", "send", OK .. "Content-Length: 50\\r\\n\\r\\n" .. text }
    local result = answer(script, { max_response_bytes = #text })
    assert.equal(text, result.text)
    assert.matches("expected '\"' to end the string", result.message, 1, true)
  end)

  it("keeps to a limit below what an earlier reply needed", function()
    local long = OK .. "Content-Length: 3000\\r\\n\\r\\n" .. ("1"):rep(3000)
    server = serve({ "read", "send", long, "again" })
    assert.equal(3000, #call.one(transport, server.url, { raw = true }).text)
    local result = call.one(transport, server.url, { max_response_bytes = 100 })
    assert_failure(result, "too_large", true, "100 bytes")
  end)

  it("gives up on endless headers", function()
    local result =
      answer({ "read", "send", OK, "flood", "X-Header: " .. ("x"):rep(500) .. "\\r\\n" })
    assert_failure(result, "protocol", true, "headers of the reply are larger than 256 KiB")
    server:stop()
    result = answer({ "read", "send", OK .. "X: ", "flood", ("x"):rep(1000) })
    assert.is_true(result.sent)
    assert.is_nil(result.status and result.value)
    assert.truthy(result.kind)
    server:stop()
    result = answer({ "read", "flood", "HTTP/1.1 100 Continue\\r\\n\\r\\n" })
    assert_failure(result, "protocol", true, "")
  end)

  it("refuses what is no HTTP", function()
    assert_failure(answer({ "read", "send", "hello\\r\\n" }), "protocol", true, "HTTP/0.9")
    server:stop()
    for _, version in ipairs({ "2", "2.0", "3", "3.7" }) do
      local reply = ("HTTP/%s 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"):format(version)
      assert_failure(answer({ "read", "send", reply }), "protocol", true, "")
      server:stop()
    end
    local result =
      answer({ "read", "send", OK .. "Transfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n" })
    assert_failure(result, "protocol", true, "chunk")
    server:stop()
    result = answer({
      "read",
      "send",
      OK .. "Content-Encoding: gzip\\r\\nContent-Length: 5\\r\\n\\r\\nabcde",
    })
    assert_failure(result, "protocol", true, "")
  end)

  it("drops interim replies and keeps the headers of the last", function()
    local result = answer({
      "read",
      "send",
      "HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 103 Early Hints\\r\\nLink: </a>\\r\\n\\r\\n",
      "send",
      OK .. "X-Last: 1\\r\\nContent-Length: 2\\r\\n\\r\\n[]",
    })
    assert.equal(200, result.status)
    assert.equal("HTTP/1.1 200 OK\r\nX-Last: 1\r\nContent-Length: 2\r\n\r\n", result.headers)
  end)

  it("drops trailers, even one that looks like a status line", function()
    local result = answer({
      "read",
      "send",
      OK .. "Transfer-Encoding: chunked\\r\\n\\r\\n2\\r\\n[]\\r\\n0\\r\\nHTTP/1: 500\\r\\n\\r\\n",
    })
    assert.equal("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", result.headers)
    assert.same({}, result.value)
  end)

  it("shows no control characters of a reply in a message", function()
    local result = answer({ "read", "send", "\\x1b[31mHTTP\\r\\n" })
    assert.is_nil(result.message:find("%c"))
  end)
end)
