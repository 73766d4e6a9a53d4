-- SPDX-License-Identifier: MIT
-- Calls in a real nginx with one worker: where they yield, and where they cannot.

local cjson = require("cjson")
local openresty = require("spec.support.openresty")
local process = require("spec_process")
local shell = require("spec.support.shell")
local webserver = require("spec.support.webserver")

local HTTP = [[
lua_shared_dict answers 1m;
init_by_lua_block {
  local app = require "spec.support.nginx_app"
  app.add_client("http", { base_url = "HTTP" })
  app.add_client("tls", { base_url = "HTTPS", ca_file = "CA" })
  app.add_client("http2", { base_url = "H2", ca_file = "CA" })
  app.add_client("blocking", { base_url = "HTTP", allow_blocking = true })
  local limiter = require("rtk").rate_limit.memory { quota = 1, window = 3600 }
  app.add_client("limited", { base_url = "HTTP", rate_limit = limiter })
  app.note("init")
  ngx.shared.answers:set("blocking", (app.call("blocking", 1)))
}
init_worker_by_lua_block { require("spec.support.nginx_app").note("init_worker") }
upstream balanced {
  server 127.0.0.1:1;
  balancer_by_lua_block {
    require("spec.support.nginx_app").note("balancer")
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
    ngx.shared.answers:set("certificate", (require("spec.support.nginx_app").call()))
  }
  location / { content_by_lua_block { ngx.print(ngx.shared.answers:get("certificate")) } }
}
]]

local SERVER = [[
location = /rewrite {
  rewrite_by_lua_block { ngx.ctx.answer = require("spec.support.nginx_app").call() }
  content_by_lua_block { ngx.print(ngx.ctx.answer) }
}
location = /access {
  access_by_lua_block { ngx.ctx.answer = require("spec.support.nginx_app").call() }
  content_by_lua_block { ngx.print(ngx.ctx.answer) }
}
location = /content {
  content_by_lua_block { ngx.print((require("spec.support.nginx_app").call(ngx.var.arg_client))) }
}
location = /timer {
  content_by_lua_block { ngx.print(require("spec.support.nginx_app").call_in_timer()) }
}
location = /answer {
  content_by_lua_block { require("spec.support.nginx_app").answer() }
}
location = /silent {
  set_by_lua_block $x { require("spec.support.nginx_app").note("set") }
  content_by_lua_block { ngx.print("x") }
  header_filter_by_lua_block { require("spec.support.nginx_app").note("header_filter") }
  body_filter_by_lua_block { require("spec.support.nginx_app").note("body_filter") }
  log_by_lua_block {
    require("spec.support.nginx_app").note("log")
    require("spec.support.nginx_app").note("limited", "limited")
  }
}
location = /balancer { proxy_pass http://balanced; }
location = /below {
  content_by_lua_block {
    local app = require "spec.support.nginx_app"
    package.preload.below = function() return { app.call("http", 1) } end
    local answers = require("below")
    ngx.print(answers[2], " ", answers[1])
  }
}
location = /gather {
  content_by_lua_block {
    local rtk, app = require "rtk", require "spec.support.nginx_app"
    local functions = {}
    for i = 1, 20 do
      functions[i] = function()
        if i == 7 then error("raised by seven", 0) end
        return (app.call()), i
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
      H2 = upstream.http2,
      CA = upstream.ca_file,
      GOOD = upstream.directory .. "/good",
      PORT = tostring(ports[1]),
      SECURE = tostring(ports[2]),
    }
    nginx = openresty.start({ http = fill(HTTP), server = SERVER })
  end)

  teardown(function()
    nginx:remove()
    upstream:stop()
  end)

  local function noted(key)
    local _, body = nginx:get("/answer?key=" .. key)
    return cjson.decode(body)
  end

  -- How many calls the upstream has seen.
  local function sent()
    local body = shell.check("curl --silent " .. shell.quote(upstream.http .. "/count?name=slow"))
    return cjson.decode(body).count
  end

  it("have sent nothing while nginx started, but for the client that may block", function()
    nginx:get("/ping")
    assert.equal(1, sent())
    assert.equal("GET", select(2, nginx:get("/answer?key=blocking")))
  end)

  -- One after the other they would take several times as long.
  local function assert_overlap(answers, count)
    assert.equal(count, #answers)
    for _, answer in ipairs(answers) do
      assert.equal("200", answer.status)
      assert.is_true(answer.seconds >= 0.2)
    end
    assert.is_true(nginx.slowest(answers) < count * 0.2 / 2)
  end

  for _, phase in ipairs({ "rewrite", "access", "content", "timer" }) do
    it("yield in " .. phase .. ": 50 of 200 ms overlap in one worker", function()
      assert_overlap(nginx:get_all("/" .. phase .. "?[1-50]"), 50)
      assert.same({ 200, "GET" }, { nginx:get("/" .. phase) })
    end)
  end

  it("let other requests pass", function()
    local answers = nginx:get_all("/content?[1-50]", "/ping")
    assert.equal(51, #answers)
    assert.equal("/ping", answers[1].path)
  end)

  it("yield over TLS and HTTP/2", function()
    for _, client in ipairs({ "tls", "http2" }) do
      assert_overlap(nginx:get_all("/content?client=" .. client .. "&[1-50]"), 50)
      assert.same({ 200, "GET" }, { nginx:get("/content?client=" .. client) })
    end
  end)

  it("yield while a certificate is chosen", function()
    local url = "https://127.0.0.1:" .. values.SECURE .. "/"
    assert.equal("GET", shell.check("curl --silent --insecure " .. url))
  end)

  it("leave nothing in the log", function()
    assert.not_matches("%[warn%]", nginx:log())
    assert.not_matches("%[error%]", nginx:log())
    assert.not_matches("%[alert%]", nginx:log())
  end)

  it("overlap in rtk.gather, each with its own outcome", function()
    local answers = nginx:get_all("/gather")
    assert.is_true(answers[1].seconds < 20 * 0.2 / 2)
    local _, body = nginx:get("/gather")
    local results = cjson.decode(body)
    assert.equal(20, #results)
    for index, result in ipairs(results) do
      local expected = index == 7 and { false, "raised by seven" } or { true, "GET", index }
      assert.same(expected, { result["1"], result["2"], result["3"] })
    end
  end)

  describe("where nginx cannot wait", function()
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

    it("fail before a limiter has them wait", function()
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
