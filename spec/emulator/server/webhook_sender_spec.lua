-- SPDX-License-Identifier: MIT
-- Webhooks that nginx sends over the network: webhook_sender and http_post.
local cjson = require("cjson").new()
local http = require("spec.support.servers.emulator_http")
local nginx = require("spec.support.servers.emulator_nginx")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local server_process = require("rtk.emulator.server.process")
local signature = require("spec.support.asserts.webhook_signature")
local webserver = require("spec.support.servers.webserver")

local SIGCONT, SIGSTOP = 18, 19

local APP = "/client/v4/accounts/0123456789abcdef0123456789abcdef/realtime/kit/"
  .. "00000000-0000-4000-8000-000000000001"

local PUBLISH = [[
  local emulator = ...
  local _, app = emulator.store:find_app(emulator.app_id)
  local payload = { event = "meeting.started", meeting = { id = "%s" } }
  require("rtk.emulator.webhooks.events").publish(emulator, app, payload)
]]

--- A script of rawserver that answers one request.
local function answer(status)
  return { "read", "send", "HTTP/1.1 " .. status .. "\\r\\nContent-Length: 2\\r\\n\\r\\nok" }
end

describe("webhooks from nginx", function()
  local served, receiver

  before_each(function()
    served = nginx.start({ webhook_retries = { 0.1, 0.1 } })
  end)

  after_each(function()
    served:stop()
    if receiver then receiver:stop() end
    receiver = nil
  end)

  local function receive(...)
    receiver = rawserver.start(...)
    return receiver
  end

  local function create(url)
    local body = cjson.encode({ name = "n", url = url, events = { "meeting.started" } })
    local status = http.request(served.origin .. APP .. "/webhooks", "--data '" .. body .. "'")
    assert.equal(201, status)
  end

  local function publish(id)
    served:run(PUBLISH:format(id or "m"))
  end

  --- The only delivery, once it has come to a state.
  local function delivery(state)
    local code = 'local d = (...):deliveries()[1] return d.state == "%s"'
    assert.is_true(
      served:wait_for(code:format(state)),
      cjson.encode(served:run("return (...):deliveries()"))
    )
    return served:run("return (...):deliveries()[1]")
  end

  local function statuses(of)
    local list = {}
    for i, attempt in ipairs(of.attempts) do
      list[i] = attempt.status or attempt.error
    end
    return list
  end

  --- The requests that came: headers by name and the body.
  local function requests()
    local list, rest = {}, receiver:received()
    while rest ~= "" do
      local head, after = rest:match("^(.-)\r\n\r\n(.*)$")
      local request = { line = head:match("^[^\r]+"), headers = {} }
      for name, value in head:gmatch("\r\n([^:]+): ([^\r]*)") do
        request.headers[name:lower()] = value
      end
      local length = tonumber(request.headers["content-length"])
      request.body, rest = after:sub(1, length), after:sub(length + 1)
      list[#list + 1] = request
    end
    return list
  end

  local function served_key()
    local status, body = http.request(served.origin .. "/.well-known/webhooks.json")
    assert.equal(200, status)
    return cjson.decode(body).data.publicKey
  end

  local function is_good(key, request)
    return signature.is_good(key, request.body, request.headers["rtk-signature"])
  end

  it("go to this machine only, unless an option lets them go anywhere", function()
    create("http://receiver.example:1/hook")
    publish()
    local expected = "not sent: it does not lead to this machine (see the option deliver_anywhere)"
    assert.same({ expected, expected, expected }, statuses(delivery("failed")))
    served:stop()
    served = nginx.start({ webhook_retries = {}, deliver_anywhere = true })
    create("http://receiver.example:1/hook")
    publish()
    assert.is_nil(statuses(delivery("failed"))[1]:find("not sent", 1, true))
  end)

  it("arrive, signed with the key that is served to anyone", function()
    create(receive(answer("200 OK")).url .. "/hook?a=b")
    publish()
    local sent = delivery("delivered")
    assert.same({ 200 }, statuses(sent))
    local request = requests()[1]
    assert.equal("POST /hook?a=b HTTP/1.1", request.line)
    assert.equal("127.0.0.1:" .. receiver.port, request.headers.host)
    assert.equal('{"event":"meeting.started","meeting":{"id":"m"}}', request.body)
    for name, value in pairs(sent.headers) do
      assert.equal(value, request.headers[name])
    end
    assert.equal(sent.id, request.headers["rtk-uuid"])
    assert.is_true(is_good(served_key(), request))
  end)

  it("are tried again after a 500 and a broken connection, with the same id", function()
    create(receive(answer("500 No"), { "read", "rst" }, answer("204 OK")).url)
    publish()
    local sent = delivery("delivered")
    assert.same({ 500, 204 }, { sent.attempts[1].status, sent.attempts[3].status })
    assert.is_string(sent.attempts[2].error)
    local got = requests()
    assert.equal(3, #got)
    for i = 2, 3 do
      assert.same(got[1], got[i])
    end
    assert.equal(0, served:run("return #(...).schedule.tasks"))
  end)

  it("are not tried again after a 400", function()
    create(receive(answer("400 No")).url)
    publish()
    assert.same({ 400 }, statuses(delivery("failed")))
    assert.equal(0, served:run("return #(...).schedule.tasks"))
    assert.equal(1, #requests())
  end)

  it("end when no attempts are left", function()
    create("http://127.0.0.1:1/hook")
    publish()
    local refused = "connection refused"
    assert.same({ refused, refused, refused }, statuses(delivery("failed")))
  end)

  it("carry signatures of the new key after a rotation", function()
    create(receive(answer("200 OK")).url)
    publish()
    delivery("delivered")
    local old = served_key()
    local new = served:run("return (...):rotate_key()")
    assert.equal(new, served_key())
    publish()
    assert.is_true(served:wait_for('return (...):deliveries()[2].state == "delivered"'))
    local got = requests()
    assert.same({ true, false }, { is_good(old, got[1]), is_good(old, got[2]) })
    assert.is_true(is_good(new, got[2]))
  end)

  it("keep their order while a slow receiver keeps nginx waiting, not others", function()
    create(receive(answer("200 OK")).url)
    process.kill(receiver.pid, SIGSTOP)
    for i = 1, 3 do
      publish(i)
    end
    assert.equal(404, (http.request(served.origin .. "/zones")))
    assert.equal("pending", served:run("return (...):deliveries()[1].state"))
    process.kill(receiver.pid, SIGCONT)
    assert.is_true(served:wait_for('return (...):deliveries()[3].state == "delivered"'))
    for i, request in ipairs(requests()) do
      assert.matches('"id":"' .. i .. '"', request.body, 1, true)
    end
  end)

  it("are tried again at once when the emulator's clock passes the time", function()
    served:stop()
    served = nginx.start({ webhook_retries = { 3600 } })
    create(receive(answer("503 No"), answer("200 OK")).url)
    publish()
    delivery("waiting")
    served:run("(...):advance(3600)")
    assert.same({ 503, 200 }, statuses(delivery("delivered")))
  end)

  it("go over TLS, and to localhost by name", function()
    local peer = webserver.start()
    create((peer.https:gsub("127%.0%.0%.1", "localhost")) .. "/echo")
    publish()
    local sent = delivery("delivered")
    peer:stop()
    assert.same({ 200 }, statuses(sent))
  end)
end)

describe("webhooks from nginx that arrive as they may", function()
  local received, served

  after_each(function()
    served:stop()
    received:stop()
  end)

  -- Publishes events to a receiver that fails every other request, and waits until it has got a
  -- number of requests; returns their ids and bodies in order.
  local function publish(options, numbers, count)
    local ok = "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok"
    received = rawserver.start({ "read", "send", ok })
    served = nginx.start(options)
    local body = cjson.encode({ name = "n", url = received.url, events = { "meeting.started" } })
    http.request(served.origin .. APP .. "/webhooks", "--data '" .. body .. "'")
    -- At once: a machine may take longer for one request than events are late.
    local code = {}
    for number = 1, numbers do
      code[number] = "do " .. PUBLISH:format("m" .. number) .. " end"
    end
    served:run(table.concat(code, "\n"))
    local bodies, ids = {}, {}
    assert.is_true(server_process.wait_until(30, function()
      return #received:requests() >= count
    end))
    for id in received:received():gmatch("[Rr][Tt][Kk]%-[Uu][Uu][Ii][Dd]: (%S+)") do
      ids[#ids + 1] = id
    end
    for meeting in received:received():gmatch('"id":"(m%d+)"') do
      bodies[#bodies + 1] = meeting
    end
    return bodies, ids
  end

  it("come twice, with the same id", function()
    local bodies, ids = publish({ webhook_duplicates = 1 }, 2, 4)
    table.sort(bodies)
    assert.same({ "m1", "m1", "m2", "m2" }, bodies)
    table.sort(ids)
    assert.equal(ids[1], ids[2])
    assert.equal(ids[3], ids[4])
  end)

  it("come again with an id of their own, if the service is such", function()
    local _, ids = publish({ webhook_duplicates = 1, webhook_uuid = "new" }, 1, 2)
    assert.equal(2, #ids)
    assert.not_equal(ids[1], ids[2])
  end)

  it("come late, and in another order", function()
    local bodies = publish({ webhook_delay = 0.5, seed = 3 }, 8, 8)
    local sorted = {}
    for number = 1, 8 do
      sorted[number] = "m" .. number
    end
    assert.not_same(sorted, bodies)
    table.sort(bodies)
    assert.same(sorted, bodies)
  end)
end)
