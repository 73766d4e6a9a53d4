-- SPDX-License-Identifier: MIT
-- Calls in a real nginx with one worker: where they yield, and where they cannot.

local cjson = require("cjson")
local openresty = require("spec.support.servers.openresty")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local webserver = require("spec.support.servers.webserver")

local HTTP = [[
lua_shared_dict answers 1m;
init_by_lua_block {
  local app = require "spec.support.programs.nginx_app"
  app.add_client("http", { base_url = "HTTP" })
  app.add_client("tls", { base_url = "HTTPS", ca_file = "CA" })
  app.add_client("blocking", { base_url = "HTTP", allow_blocking = true })
  local limiter = require("rtk").rate_limit.memory { quota = 1, window = 3600 }
  app.add_client("limited", { base_url = "HTTP", rate_limit = limiter })
  app.note("init")
  ngx.shared.answers:set("blocking", (app.call("blocking", 1)))
}
init_worker_by_lua_block { require("spec.support.programs.nginx_app").note("init_worker") }
upstream balanced {
  server 127.0.0.1:1;
  balancer_by_lua_block {
    require("spec.support.programs.nginx_app").note("balancer")
    require("ngx.balancer").set_current_peer("127.0.0.1", PORT)
  }
}
server {
  listen 127.0.0.1:PORT;
  return 200 "balanced";
}
server {
  listen 127.0.0.1:SECURE ssl;
  ssl_certificate GOOD.pem;
  ssl_certificate_key GOOD.key;
  ssl_certificate_by_lua_block {
    ngx.shared.answers:set("certificate", (require("spec.support.programs.nginx_app").call()))
  }
  location / { content_by_lua_block { ngx.print(ngx.shared.answers:get("certificate")) } }
}
]]

local SERVER = [[
location = /rewrite {
  rewrite_by_lua_block { ngx.ctx.answer = require("spec.support.programs.nginx_app").told() }
  content_by_lua_block { ngx.print(ngx.ctx.answer) }
}
location = /access {
  access_by_lua_block { ngx.ctx.answer = require("spec.support.programs.nginx_app").told() }
  content_by_lua_block { ngx.print(ngx.ctx.answer) }
}
location = /content {
  content_by_lua_block { ngx.print(require("spec.support.programs.nginx_app").told()) }
}
location = /timer {
  content_by_lua_block {
    local app = require "spec.support.programs.nginx_app"
    ngx.print(app.in_timer(app.meet, nil, ngx.var.arg_meet, tonumber(ngx.var.arg_count)))
  }
}
location = /answer {
  content_by_lua_block { require("spec.support.programs.nginx_app").answer() }
}
location = /silent {
  set_by_lua_block $x { require("spec.support.programs.nginx_app").note("set") }
  content_by_lua_block { ngx.print("x") }
  header_filter_by_lua_block { require("spec.support.programs.nginx_app").note("header_filter") }
  body_filter_by_lua_block { require("spec.support.programs.nginx_app").note("body_filter") }
  log_by_lua_block {
    require("spec.support.programs.nginx_app").note("log")
    require("spec.support.programs.nginx_app").note("limited", "limited")
  }
}
location = /balancer { proxy_pass http://balanced; }
location = /below {
  content_by_lua_block {
    local app = require "spec.support.programs.nginx_app"
    package.preload.below = function() return { app.call("http", 1) } end
    local answers = require("below")
    ngx.print(answers[2], " ", answers[1])
  }
}
location = /turns {
  content_by_lua_block {
    ngx.print(require("spec.nginx.turns").run("HTTP"))
  }
}
location = /sleep {
  content_by_lua_block {
    local outcome = "blocked"
    ngx.thread.spawn(function()
      ngx.sleep(0.01)
      outcome = "ran"
    end)
    require("rtk").sleep(0.2)
    ngx.print(outcome)
  }
  log_by_lua_block {
    local _, message = pcall(function() require("rtk").sleep(0.01) end)
    ngx.shared.answers:set("sleep", message)
  }
}
location = /gather {
  content_by_lua_block {
    local rtk, app = require "rtk", require "spec.support.programs.nginx_app"
    local functions = {}
    for i = 1, 20 do
      functions[i] = function()
        if i == 7 then error("raised by seven", 0) end
        return app.meet("http", "gathered", 19), i
      end
    end
    local results = rtk.gather(functions, { concurrency = 20 })
    ngx.print(require("cjson").encode(results))
  }
}
]]

describe("calls in nginx", function()
  local upstream, nginx, values

  local function fill(text)
    return (text:gsub("%u[%u%d]+", values))
  end

  setup(function()
    upstream = webserver.start()
    local ports = process.free_ports(2)
    values = {
      HTTP = upstream.http,
      HTTPS = upstream.https,
      CA = upstream.ca_file,
      GOOD = upstream.directory .. "/good",
      PORT = tostring(ports[1]),
      SECURE = tostring(ports[2]),
    }
    nginx = openresty.start({ http = fill(HTTP), server = fill(SERVER) })
  end)

  teardown(function()
    nginx:remove()
    upstream:stop()
  end)

  local function noted(key)
    local _, body = nginx:get("/answer?key=" .. key)
    return cjson.decode(body)
  end

  -- The number of calls that the upstream has seen.
  local function sent()
    return upstream:count("slow")
  end

  it("send nothing while nginx starts, except from the client that may block", function()
    nginx:get("/ping")
    assert.equal(1, sent())
    assert.equal("GET", select(2, nginx:get("/answer?key=blocking")))
  end)

  local function assert_good(count, statuses)
    assert.equal(count, #statuses)
    for _, status in ipairs(statuses) do
      assert.equal("200", status)
    end
  end

  -- None is answered before all are in flight. One more call checks that.
  local function assert_overlap(path, name, client)
    path = ("%s?meet=%s&count=50&client=%s"):format(path, name, client or "http")
    assert_good(50, nginx:get_all(path .. "&[1-50]"))
    assert.same({ 200, "GET" }, { nginx:get(path) })
    assert.equal(51, upstream:count(name))
  end

  for _, phase in ipairs({ "rewrite", "access", "content", "timer" }) do
    it("yield in " .. phase .. ": 50 overlap in one worker", function()
      assert_overlap("/" .. phase, phase)
    end)
  end

  it("let other requests run", function()
    local path = "/content?meet=others&count=51"
    local answers = nginx:begin_all(path .. "&[1-50]")
    assert.is_true(nginx.wait_for(function()
      return upstream:count("others") == 50
    end))
    assert.same({ 200, "pong" }, { nginx:get("/ping") })
    assert.equal(50, upstream:count("others"))
    assert.same({ 200, "GET" }, { nginx:get(path) })
    assert_good(50, answers())
  end)

  it("let other requests run between a slow result and what its call makes of it", function()
    assert.same({ 200, "decoded, others, returned" }, { nginx:get("/turns") })
  end)

  it("yield over TLS", function()
    assert_overlap("/content", "tls", "tls")
  end)

  it("yield while a certificate is chosen", function()
    local url = "https://127.0.0.1:" .. values.SECURE .. "/"
    assert.equal("GET", shell.check("curl --silent --insecure " .. url))
  end)

  it("write nothing to the log", function()
    assert.not_matches("%[warn%]", nginx:log())
    assert.not_matches("%[error%]", nginx:log())
    assert.not_matches("%[alert%]", nginx:log())
  end)

  it("overlap in rtk.gather, each with its own outcome", function()
    local _, body = nginx:get("/gather")
    local results = cjson.decode(body)
    assert.equal(20, #results)
    for index, result in ipairs(results) do
      local expected = index == 7 and { false, "raised by seven" } or { true, "GET", index }
      assert.same(expected, { result["1"], result["2"], result["3"] })
    end
  end)

  it("sleep while the worker runs other threads", function()
    assert.same({ 200, "ran" }, { nginx:get("/sleep") })
  end)

  describe("where nginx cannot wait", function()
    it("sleep not at all, and say so", function()
      nginx:get("/sleep")
      local _, message = nginx:get("/answer?key=sleep")
      assert.matches("nginx cannot wait in the phase log; sleep in ngx.timer", message, 1, true)
      assert.matches("^log_by_lua", message)
    end)

    setup(function()
      assert.same({ 200, "GET" }, { nginx:get("/content?client=limited") })
      local before = sent()
      nginx:get("/silent")
      nginx:get("/balancer")
      assert.equal(before, sent())
    end)

    for _, phase in ipairs({
      "init",
      "init_worker",
      "set",
      "balancer",
      "header_filter",
      "body_filter",
      "log",
    }) do
      it("fail in " .. phase .. " before anything is sent", function()
        local answer = noted(phase)
        assert.equal("cancelled", answer.kind)
        assert.is_false(answer.maybe_executed)
        assert.matches("in the phase " .. phase .. ";", answer.message, 1, true)
        assert.matches("ngx.timer.at(0, f)", answer.message, 1, true)
        assert.matches("allow_blocking = true", answer.message, 1, true)
      end)
    end

    it("fail before a limiter makes them wait", function()
      local answer = noted("limited")
      assert.equal("cancelled", answer.kind)
      assert.matches("not sent: nginx cannot wait", answer.message, 1, true)
    end)

    it("fail below a C function", function()
      local _, body = nginx:get("/below")
      assert.matches("^cancelled not sent: .* below a C function", body)
    end)
  end)
end)
