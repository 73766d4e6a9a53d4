-- SPDX-License-Identifier: MIT
-- Receivers of webhooks in a real nginx with four workers that share what they remember, and the
-- key.

local contract = require("spec.support.asserts.store_contract")
local core = require("rtk.core")
local openresty = require("spec.support.servers.openresty")
local process = require("spec_process")
local Random = require("spec.support.data.random")
local rtk = require("rtk")

local HTTP = [[
lua_shared_dict webhooks 10m;
lua_shared_dict handled 10m;
client_max_body_size 4m;
init_by_lua_block {
  local rtk = require "rtk"
  local function receiver(options)
    options.seen = rtk.webhook.seen.shared_dict { name = "webhooks" }
    options.key_url = "http://127.0.0.1:KEYS/key"
    options.key_interval = 0.5
    return rtk.webhook.receiver(options)
  end
  local handled = ngx.shared.handled
  plain, after = receiver {}, receiver {}
  plain:on("*", function(event)
    ngx.sleep(0.001)
    if math.random() < 0.05 then error("a handler fails", 0) end
    handled:incr(event.number, 1, 0)
  end)
  after:on("*", function(event)
    if handled:incr("tries", 1, 0) <= 2 then error("not yet", 0) end
    handled:incr(event.number, 1, 0)
  end)
}
init_worker_by_lua_block {
  math.randomseed(ngx.worker.pid())
  after:resume()
}
server {
  listen 127.0.0.1:KEYS;
  location = /key {
    content_by_lua_block {
      ngx.shared.handled:incr("fetches", 1, 0)
      local data = { publicKey = ngx.shared.handled:get("public") }
      ngx.print(require("cjson").encode({ success = true, data = data }))
    }
  }
}
]]

local SERVER = [[
location = /plain {
  client_body_buffer_size 1k;
  content_by_lua_block { plain:serve() }
}
location = /after { content_by_lua_block { after:serve { work = "after", pause = 0.05 } } }
location = /store {
  content_by_lua_block {
    local title = ngx.unescape_uri(ngx.var.arg_title)
    local store = require("rtk.store.shared_dict").new("webhooks", title)
    local ok, message = pcall(require("spec.support.asserts.store_contract")[title], store)
    ngx.print(ok and "ok" or message)
  }
}
]]

local function shuffle(list)
  local random = Random.new(7)
  for index = #list, 2, -1 do
    local other = random:below(index) + 1
    list[index], list[other] = list[other], list[index]
  end
end

local DELIVERIES = 2000
local IN_FLIGHT = 32

describe("receivers in nginx", function()
  local nginx, keys, current

  setup(function()
    keys = {}
    for index = 1, 4 do
      local key = assert(core.new_private_key(2048))
      keys[index] = { private = key:private_pem(), public = key:public_pem() }
    end
    local port = tostring(process.free_ports(1)[1])
    nginx = openresty.start({
      http = HTTP:gsub("KEYS", port),
      server = SERVER,
      main = "worker_processes 4;",
    })
  end)

  teardown(function()
    nginx:remove()
  end)

  local function publish(index)
    current = keys[index]
    nginx:run(('ngx.shared.handled:set("public", %q)'):format(current.public))
  end

  before_each(function()
    nginx:run("ngx.shared.handled:flush_all() ngx.shared.webhooks:flush_all()")
    publish(1)
  end)

  local function count(name)
    return nginx:run(('return ngx.shared.handled:get("%s") or 0'):format(name))
  end

  local function body_of(number)
    return ('{"event":"meeting.started","number":"%s"}'):format(number)
  end

  local function request_for(path, body, headers)
    local lines = {}
    for name, value in pairs(headers) do
      lines[#lines + 1] = name .. ": " .. value
    end
    return {
      method = "POST",
      url = nginx.url .. path,
      headers = lines,
      body = body,
      timeout = 60,
      connect_timeout = 60,
      max_response_bytes = 65536,
    }
  end

  local function deliver(path, body, headers)
    local transport = assert(core.transport({ proxy = "" }))
    assert(transport:submit(request_for(path, body, headers)))
    local result = transport:step(60)[1]
    transport:close()
    return result.status, result.text
  end

  for title in pairs(contract) do
    it("have a store that " .. title, function()
      local words = title:gsub(" ", "%%20")
      local _, body = nginx:get("/store?title=" .. words)
      assert.equal("ok", body)
    end)
  end

  it("take bodies that nginx keeps in memory or in a file, up to their limit", function()
    for number, size in ipairs({ 10, 500, 5000, 200000 }) do
      local body = ('{"event":"x","number":"size%d","text":"%s"}'):format(number, ("y"):rep(size))
      local headers, status = rtk.webhook.sign(body, current.private), 500
      while status == 500 do
        status = deliver("/plain", body, headers)
      end
      assert.equal(200, status)
      assert.equal(1, count("size" .. number))
    end
    local long = '{"event":"' .. ("x"):rep(300000) .. '"}'
    assert.equal(413, (deliver("/plain", long, rtk.webhook.sign(long, current.private))))
    assert.equal(405, (nginx:get("/plain")))
  end)

  -- What becomes of deliveries that are sent as the service does, and of strangers'.
  local function send_all()
    local transport = assert(core.transport({ proxy = "", max_connections = IN_FLIGHT }))
    local waiting, in_flight, answered, junk = {}, {}, {}, {}
    for number = 1, DELIVERIES do
      waiting[number] = { number = number, due = 0, headers = {} }
    end
    shuffle(waiting)
    local finished, flying, next_rotation, rotations = 0, 0, DELIVERIES / 4, 1
    local function submit(item)
      local body = body_of(item.number)
      item.uuid = item.uuid or "u" .. item.number
      local headers = rtk.webhook.sign(body, item.key or current.private, { uuid = item.uuid })
      in_flight[assert(transport:submit(request_for("/plain", body, headers)))] = item
      flying = flying + 1
    end
    local function receive(result)
      local item = in_flight[result.id]
      in_flight[result.id], flying = nil, flying - 1
      if item.is_junk then
        junk[result.status] = (junk[result.status] or 0) + 1
      elseif result.status == 200 then
        answered[item.number], finished = (answered[item.number] or 0) + 1, finished + 1
      else
        assert.is_true(result.status >= 500, result.status .. " " .. tostring(result.text))
        item.due = core.now() + 0.05
        table.insert(waiting, 1, item)
      end
    end
    local strangers = core.new_private_key(2048):private_pem()
    local function next_item()
      local item = waiting[#waiting]
      if not item or item.due > core.now() then return nil end
      waiting[#waiting] = nil
      return item
    end
    while finished < DELIVERIES or flying > 0 do
      local item = flying < IN_FLIGHT and next_item()
      if item then
        submit(item)
        if item.number % 10 == 0 and not item.is_doubled then
          -- The same delivery again, at once.
          item.is_doubled = true
          submit({ number = item.number, uuid = item.uuid, is_junk = true })
        end
        if item.number % 8 == 0 then
          submit({ number = "junk", uuid = "j", key = strangers, is_junk = true })
        end
      else
        for _, result in ipairs(transport:step(0.02)) do
          receive(result)
        end
      end
      if finished >= next_rotation and rotations < 4 then
        rotations, next_rotation = rotations + 1, next_rotation + DELIVERIES / 4
        publish(rotations)
      end
    end
    transport:close()
    return answered, junk, rotations
  end

  it("handle each event once, while keys change, handlers fail and strangers send junk", function()
    local start = core.now()
    local answered, _, rotations = send_all()
    local seconds = core.now() - start
    assert.equal(4, rotations)
    local report = nginx:run(([[
      local wrong, total = {}, 0
      for number = 1, %d do
        local times = ngx.shared.handled:get(tostring(number)) or 0
        total = total + times
        if times ~= 1 then wrong[#wrong + 1] = number .. " " .. times .. " times" end
      end
      return { total = total, wrong = table.concat(wrong, ", ") }
    ]]):format(DELIVERIES))
    assert.same({ total = DELIVERIES, wrong = "" }, report)
    for number = 1, DELIVERIES do
      assert.is_true(answered[number] >= 1)
    end
    assert.equal(0, count("junk"))
    local fetches = count("fetches")
    assert.is_true(fetches >= 4 and fetches <= 2 + seconds / 0.5, fetches .. " in " .. seconds)
  end)

  it("answer first and work until the handlers succeed, if they are told to", function()
    local body = body_of("later")
    assert.equal(200, (deliver("/after", body, rtk.webhook.sign(body, current.private))))
    assert.is_true(nginx.wait_for(function()
      return count("later") == 1
    end))
    assert.equal(3, count("tries"))
    assert.is_true(nginx.wait_for(function()
      return nginx:run('return ngx.shared.webhooks:llen("rtk:webhook:work")') == 0
    end))
    assert.truthy(nginx:log():find("a handler of meeting.started raised: not yet", 1, true))
  end)
end)
