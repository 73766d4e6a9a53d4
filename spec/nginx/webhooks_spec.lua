-- SPDX-License-Identifier: MIT
-- Receivers of webhooks in a real nginx with four workers that share what they remember, and the
-- key.

local cjson = require("cjson")
local contract = require("spec.support.asserts.store_contract")
local core = require("rtk.core")
local rtk = require("rtk")
local signing_key = require("spec.fixtures.signing_key")
local webhook_load = require("spec.nginx.webhook_load")

-- Besides the receivers of the load, some that have their key already.
local INIT = [[
  local rtk = require "rtk"
  local function receiver()
    return rtk.webhook.receiver {
      seen = rtk.webhook.seen.shared_dict { name = "webhooks" },
      public_keys = [=[PUBLIC]=],
    }
  end
  local handled = ngx.shared.handled
  plain, after = receiver(), receiver()
  -- Where it is wrong to call them.
  function misuse_of(method)
    local ok, message = pcall(function()
      local value = plain[method](plain)
      return value
    end)
    return not ok and message
  end
  misplaced = { resume = misuse_of("resume"), serve = misuse_of("serve") }
  plain:on("*", function(event) handled:incr(event.number, 1, 0) end)
  after:on("*", function(event)
    if handled:incr("tries", 1, 0) <= 2 then error("not yet", 0) end
    handled:incr(event.number, 1, 0)
  end)
]]

local SERVER = [[
location = /plain {
  client_max_body_size 4m;
  client_body_buffer_size 1k;
  content_by_lua_block { plain:serve() }
}
location = /after { content_by_lua_block { after:serve { work = "after", pause = 0.05 } } }
location = /late {
  content_by_lua_block {
    ngx.print("said")
    ngx.print(misuse_of("serve"))
  }
}
location = /store {
  content_by_lua_block {
    local title = ngx.unescape_uri(ngx.var.arg_title)
    local store = require("rtk.store.shared_dict").new("webhooks", title)
    local ok, message = pcall(require("spec.support.asserts.store_contract")[title], store)
    ngx.print(ok and "ok" or message)
  }
}
]]

describe("receivers in nginx", function()
  local place, nginx

  setup(function()
    local public = assert(core.private_key(signing_key)):public_pem()
    place = webhook_load.start({
      init = INIT:gsub("PUBLIC", public),
      worker = "after:resume()",
      server = SERVER,
    })
    nginx = place.nginx
  end)

  teardown(function()
    if place then place.stop() end
  end)

  before_each(function()
    nginx:run("ngx.shared.handled:flush_all() ngx.shared.webhooks:flush_all()")
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
    it("say where serve and resume belong, at the line that calls them elsewhere", function()
      local place_of = "^init_by_lua.*:%d+: "
      local message = nginx:run("return misplaced.serve")
      assert.matches(
        place_of .. "serve reads and answers a request: call it in content_by_lua",
        message
      )
      message = nginx:run("return misplaced.resume")
      assert.matches(
        place_of .. "resume starts timers of a worker: call it in init_worker",
        message
      )
      local _, body = nginx:get("/late")
      assert.matches("serve gives the answer itself: say nothing before it", body)
    end)

    it("have a store that " .. title, function()
      local words = title:gsub(" ", "%%20")
      local _, body = nginx:get("/store?title=" .. words)
      assert.equal("ok", body)
    end)
  end

  it("take bodies that nginx keeps in memory or in a file, up to their limit", function()
    for number, size in ipairs({ 10, 500, 5000, 200000 }) do
      local body = ('{"event":"x","number":"size%d","text":"%s"}'):format(number, ("y"):rep(size))
      local headers, status = rtk.webhook.sign(body, signing_key), 500
      while status == 500 do
        status = deliver("/plain", body, headers)
      end
      assert.equal(200, status)
      assert.equal(1, count("size" .. number))
    end
    local long = '{"event":"' .. ("x"):rep(300000) .. '"}'
    assert.equal(413, (deliver("/plain", long, rtk.webhook.sign(long, signing_key))))
    assert.equal(405, (nginx:get("/plain")))
  end)

  -- How often attempts of the deliveries ended with each status.
  local function tally(lists)
    local attempts = {}
    for _, list in ipairs(lists) do
      for _, delivery in ipairs(list) do
        assert.equal("delivered", delivery.state, cjson.encode(delivery.attempts))
        for _, attempt in ipairs(delivery.attempts) do
          local what = attempt.status or "none"
          attempts[what] = (attempts[what] or 0) + 1
        end
      end
    end
    return attempts
  end

  -- How often each delivery was handled, by webhook and content.
  local function handled()
    return nginx:run([[
      local handled = {}
      for _, key in ipairs(ngx.shared.handled:get_keys(0)) do
        handled[key] = ngx.shared.handled:get(key)
      end
      return handled
    ]])
  end

  it("handle each event once, while keys change, handlers fail and strangers send junk", function()
    local report = webhook_load.drive(place, "/receive")
    assert.equal(3, report.rotations)
    local expected, number = { total = webhook_load.DELIVERIES }, 0
    for _, list in ipairs(report.lists) do
      for _, delivery in ipairs(list) do
        expected[delivery.webhook_id .. " " .. core.sha256(delivery.body)] = 1
        number = number + 1
      end
    end
    assert.equal(2000, number)
    local attempts = tally(report.lists)
    assert.same(expected, handled())
    assert.is_true(attempts[200] > number and attempts[500] > 20)
    assert.is_nil(report.junk[200])
    local most = 2 + report.seconds / webhook_load.KEY_INTERVAL
    for _, fetches in ipairs(report.fetches) do
      assert.is_true(fetches >= 2 and fetches <= most, fetches .. " in " .. report.seconds)
    end
  end)

  it("answer first and work until the handlers succeed, if they are told to", function()
    local body = body_of("later")
    assert.equal(200, (deliver("/after", body, rtk.webhook.sign(body, signing_key))))
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
