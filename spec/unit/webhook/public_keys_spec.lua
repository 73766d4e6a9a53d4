-- SPDX-License-Identifier: MIT
-- Keys that are fetched from a server, which changes them.

local core = require("rtk.core")
local rawserver = require("spec.support.servers.rawserver")
local rtk = require("rtk")
local workdir = require("spec.support.servers.workdir")

local BODY = '{"event":"x"}'
local MINUTE = 60 -- seconds

describe("the keys of a receiver", function()
  local directory, file, server, keys

  setup(function()
    keys = {}
    for index = 1, 3 do
      local key = assert(core.new_private_key(2048))
      keys[index] = { private = key:private_pem(), public = key:public_pem() }
    end
  end)

  before_each(function()
    directory = workdir.new()
    file = directory .. "/answer"
    server = rawserver.start({ "read", "file", file })
  end)

  after_each(function()
    server:stop()
    workdir.remove(directory)
  end)

  local function answer(status, body)
    local head = "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
    workdir.write(file, (head .. "Connection: close\r\n\r\n%s"):format(status, #body, body))
  end

  local function publish(data)
    answer("200 OK", rtk.encode({ success = true, data = data, message = "" }))
  end

  local function publish_key(index)
    publish({ publicKey = keys[index].public })
  end

  local function new(options)
    local all = { key_url = server.url .. "/keys.json" }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    local memory = rtk.webhook.seen.memory()
    all.seen = memory
    return rtk.webhook.receiver(all), memory.store
  end

  -- What becomes true after some time.
  local function expire(store, name)
    local key = name .. " " .. core.sha256(server.url .. "/keys.json"):sub(1, 16)
    store:swap(key, store:get(key), nil)
  end

  local function deliver(receiver, index)
    local event, _, err = receiver:verify(BODY, rtk.webhook.sign(BODY, keys[index].private))
    return event and 200 or err.http_status, err and err.message
  end

  it("are fetched once, and without a token", function()
    publish_key(1)
    local receiver = new()
    for _ = 1, 5 do
      assert.equal(200, (deliver(receiver, 1)))
    end
    assert.equal(1, #server:requests())
    assert.falsy(server:received():lower():find("authorization", 1, true))
  end)

  it("are fetched once for all that wait for them", function()
    publish_key(1)
    local receiver, functions = new(), {}
    for index = 1, 10 do
      functions[index] = function()
        return (deliver(receiver, 1))
      end
    end
    for _, result in ipairs(rtk.gather(functions, { concurrency = 10 })) do
      assert.same({ true, 200 }, { result[1], result[2] })
    end
    assert.equal(1, #server:requests())
  end)

  it("may be several, and have literal line breaks", function()
    publish({
      publicKey = (keys[1].public:gsub("\n", "\\n")),
      publicKeys = { keys[1].public, keys[2].public },
    })
    local receiver = new()
    assert.equal(200, (deliver(receiver, 1)))
    assert.equal(200, (deliver(receiver, 2)))
  end)

  it("are fetched anew after a signature that does not fit", function()
    publish_key(1)
    local receiver, store = new()
    assert.equal(200, (deliver(receiver, 1)))
    publish_key(2)
    expire(store, "asked")
    assert.equal(200, (deliver(receiver, 2)))
    assert.equal(2, #server:requests())
    -- The old key is not good any longer.
    expire(store, "asked")
    expire(store, "changed")
    assert.equal(401, (deliver(receiver, 1)))
    assert.equal(3, #server:requests())
  end)

  it("lead to 503 for what was on its way when they were replaced", function()
    publish_key(1)
    local receiver, store = new()
    assert.equal(200, (deliver(receiver, 1)))
    -- They may have been replaced twice, by 2 and then by 3, which is the first one seen here.
    publish_key(3)
    expire(store, "asked")
    assert.equal(503, (deliver(receiver, 2)))
    assert.equal(2, #server:requests())
    expire(store, "asked")
    local status, message = deliver(receiver, 1)
    assert.equal(503, status)
    assert.truthy(message:find("replaced while the delivery was on its way", 1, true), message)
    assert.equal(200, (deliver(receiver, 3)))
    expire(store, "asked")
    expire(store, "changed")
    assert.equal(401, (deliver(receiver, 2)))
  end)

  it("that change twice within a minute lead to 503, never to 401", function()
    publish_key(1)
    local receiver, store = new()
    assert.equal(200, (deliver(receiver, 1)))
    publish_key(2)
    local status, message = deliver(receiver, 2)
    assert.equal(503, status)
    assert.truthy(message:find("not known yet", 1, true), message)
    publish_key(3)
    for _ = 1, 20 do
      assert.equal(503, (deliver(receiver, 3)))
    end
    assert.equal(1, #server:requests())
    expire(store, "asked")
    assert.equal(200, (deliver(receiver, 3)))
    assert.equal(2, #server:requests())
  end)

  it("are used on when they are old and cannot be fetched", function()
    publish_key(1)
    local receiver, store = new()
    assert.equal(200, (deliver(receiver, 1)))
    answer("500 No", "")
    expire(store, "fresh")
    expire(store, "asked")
    for _ = 1, 3 do
      assert.equal(200, (deliver(receiver, 1)))
    end
    assert.equal(2, #server:requests())
  end)

  it("are used on when the store has lost them and they cannot be fetched", function()
    publish_key(1)
    local receiver, store = new()
    assert.equal(200, (deliver(receiver, 1)))
    for _, name in ipairs({ "keys", "fresh", "asked" }) do
      expire(store, name)
    end
    answer("500 Oops", "{}")
    assert.equal(200, (deliver(receiver, 1)))
    publish_key(2)
    expire(store, "asked")
    assert.equal(200, (deliver(receiver, 2)))
    -- What the first one signed may have been on its way.
    assert.equal(503, (deliver(receiver, 1)))
  end)

  it("lead to 503 when there are none, with the reason", function()
    for text, break_it in pairs({
      ["HTTP 404"] = function()
        answer("404 No", "{}")
      end,
      ["there is no publicKey"] = function()
        answer("200 OK", '{"success":true,"data":{}}')
      end,
      ["PEM"] = function()
        publish({ publicKey = "nonsense" })
      end,
      ["there is no publicKey in the answer"] = function()
        answer("200 OK", "<html>")
      end,
    }) do
      break_it()
      local receiver = new()
      local status, message = deliver(receiver, 1)
      assert.equal(503, status)
      assert.truthy(message:find(text, 1, true), message)
      -- There is a pause before the next attempt.
      local before = #server:requests()
      assert.equal(503, (deliver(receiver, 1)))
      assert.equal(before, #server:requests())
    end
  end)

  it("lead to 503 when their server does not answer in time", function()
    local silent = rawserver.start({ "read", "hold" })
    finally(function()
      silent:stop()
    end)
    local receiver = rtk.webhook.receiver({ key_url = silent.url .. "/", key_timeout = 0.05 })
    local _, message, err = receiver:verify(BODY, rtk.webhook.sign(BODY, keys[1].private))
    assert.same({ "key", 503 }, { err.kind, err.http_status })
    assert.truthy(message:find("timed out", 1, true) or message:find("timeout", 1, true), message)
  end)

  it("are fetched at most once a minute, whatever strangers send", function()
    publish_key(1)
    local receiver = new()
    local forged = rtk.webhook.sign(BODY, keys[2].private)
    local start, statuses = core.now(), {}
    for _ = 1, 100 do
      local _, _, err = receiver:verify(BODY, forged)
      statuses[err.http_status] = true
    end
    assert.is_nil(statuses[200])
    assert.is_true(#server:requests() <= 1 + math.ceil((core.now() - start) / MINUTE))
  end)
end)
