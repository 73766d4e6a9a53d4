-- SPDX-License-Identifier: MIT
-- Concurrent calls over a faulty network, in every runtime.
local certificates = require("spec.support.servers.certificates")
local cjson = require("cjson")
local loops = require("spec.support.clients.loops")
local openresty = require("spec.support.servers.openresty")
local process = require("spec_process")
local scenarios = require("spec.network.scenarios")
local setting = require("spec.network.setting")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

-- Seconds; what is slower waited for a timeout of 30.
local SLOW = 20

local function in_blocking(name, place)
  return scenarios[name](place)
end

local function in_loop(loop)
  return function(name, place)
    local result
    loop.run(function()
      result = scenarios[name](place)
    end)
    return result
  end
end

local function in_nginx(nginx)
  return function(name, place)
    local code = "return require('spec.network.scenarios')[%q](require('cjson').decode(%q))"
    local plain = { url = place.url, control = place.control, proxy = place.proxy }
    plain.ca_file = place.ca_file
    return nginx:run(code:format(name, cjson.encode(plain)))
  end
end

describe("calls over a bad network", function()
  local place, nginx, brief

  -- An nginx that ends each connection after its fifth request.
  local function start_brief()
    local directory = workdir.new()
    shell.check("chmod 755 " .. shell.quote(directory))
    certificates.make(directory)
    local port = process.free_ports(1)[1]
    local http = [[server {
      listen 127.0.0.1:%d ssl;
      ssl_certificate %s/good.pem;
      ssl_certificate_key %s/good.key;
      keepalive_requests 5;
      location / {
        default_type application/json;
        content_by_lua_block {
          ngx.req.read_body()
          ngx.print('{"success":true,"data":{"id":"x"}}')
        }
      }
    }]]
    local server = openresty.start({ http = http:format(port, directory, directory) })
    return {
      url = "https://127.0.0.1:" .. port,
      ca_file = directory .. "/ca.pem",
      stop = function()
        server:remove()
        workdir.remove(directory)
      end,
    }
  end

  setup(function()
    place, nginx, brief = setting.start(), openresty.start({}), start_brief()
  end)

  teardown(function()
    if nginx then nginx:remove() end
    if brief then brief.stop() end
    if place then place.stop() end
  end)

  local runtimes = { { name = "blocking", run = in_blocking } }
  for _, loop in ipairs(loops) do
    runtimes[#runtimes + 1] = { name = loop.name, run = in_loop(loop) }
  end
  runtimes[#runtimes + 1] = {
    name = "nginx",
    run = function(...)
      return in_nginx(nginx)(...)
    end,
  }

  for _, runtime in ipairs(runtimes) do
    describe("in " .. runtime.name, function()
      it("get large replies that come at once, and none waits for a timeout", function()
        local result = runtime.run("large_replies", place)
        assert.same({ ok = 24 }, result.counts)
        assert.is_true(result.slowest < SLOW)
      end)

      it("do not wait for the handshake of another one", function()
        assert.same({ ok = 6 }, runtime.run("stalled_handshake", place))
      end)

      it("fail within their own connect_timeout, not one after the other", function()
        local result = runtime.run("silent_host", place)
        assert.same({ timeout = 8 }, result.counts)
        assert.is_true(result.slowest < 10, result.slowest .. " s")
      end)

      it("take a complete reply that came before their body was read", function()
        assert.same({
          hold = "early",
          ["hold, next"] = "ok",
          close = "early",
          ["close, next"] = "ok",
          reset = "early",
          ["reset, next"] = "ok",
        }, runtime.run("early_replies", place))
      end)

      it("do not notice that a server ends connections after a few requests", function()
        assert.same({ ok = 140 }, runtime.run("few_requests", brief))
      end)

      it("blame the proxy for what it does, and know that nothing was executed", function()
        local outcomes = runtime.run("proxies", place)
        for how, outcome in pairs(outcomes) do
          assert.equal(how == "works", outcome == "ok", how .. ": " .. outcome)
          assert.falsy(outcome:find("?", 1, true), how .. ": " .. outcome)
        end
      end)
    end)
  end

  it("reach the second address of a name whose first one does not answer", function()
    local own
    for _, way in ipairs({ "unshare -m -n ", "unshare -r -m -n " }) do
      if select(2, shell.run(way .. "true")) == 0 then own = own or way end
    end
    -- As in a chroot. It is counted as skipped at the end of make test.
    if not own then return pending("there are no namespaces for an /etc/hosts of its own here") end
    local script = shell.quote("spec/network/two_addresses.lua")
    local output = shell.check(own .. shell.interpreter() .. " " .. script)
    assert.equal("blocking ok 3\ncqueues ok 3\nluv ok 3\nnginx ok 3", output)
  end)
end)
