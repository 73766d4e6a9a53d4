-- SPDX-License-Identifier: MIT
-- The limiter in a Redis over TLS, and which servers it trusts.
local certificates = require("spec.support.servers.certificates")
local loops = require("spec.support.clients.loops")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local redis_limiter = require("spec.support.clients.redis_limiter")
local redis_server = require("spec.support.servers.redis_server")
local redis_tls = require("rtk.redis.tls")
local workdir = require("spec.support.servers.workdir")

local admit, count, observe = redis_limiter.admit, redis_limiter.count, redis_limiter.observe

-- The places of calls, besides the event loops.
local places = {
  {
    name = "plain Lua",
    run = function(f)
      f()
    end,
  },
}
for _, loop in ipairs(loops) do
  table.insert(places, loop)
end

describe("rtk.rate_limit.redis with TLS", function()
  local directory, servers

  local function start(name)
    local port = process.free_ports(1)[1]
    local arguments = "--tls-port %d --tls-cert-file %s.pem --tls-key-file %s.key "
      .. "--tls-ca-cert-file %s/ca.pem --tls-auth-clients no"
    local path = directory .. "/" .. name
    servers[name] = redis_server.start(arguments:format(port, path, path, directory))
    servers[name].tls_port = port
  end

  setup(function()
    directory, servers = workdir.new(), {}
    certificates.make(directory)
    for _, name in ipairs({ "good", "other", "expired", "stranger" }) do
      start(name)
    end
  end)

  teardown(function()
    for _, server in pairs(servers) do
      server:stop()
    end
    workdir.remove(directory)
  end)

  local function limiter(name, options)
    local given = { port = servers[name].tls_port, tls = true, ca_file = directory .. "/ca.pem" }
    for option, value in pairs(options or {}) do
      given[option] = value
    end
    return redis_limiter.new(servers[name], given)
  end

  for _, place in ipairs(places) do
    describe("in " .. place.name, function()
      it("shares one budget with limiters that use the same server without TLS", function()
        servers.good:cli("flushall")
        place.run(function()
          local self = limiter("good")
          assert.same({ 0 }, { admit(self) })
          assert.is_nil(observe(self, { status = 200 }))
          assert.equal(49, count(redis_limiter.new(servers.good)))
          assert.is_true(admit(self) > 0)
        end)
      end)

      it("also checks the name of a server", function()
        servers.good:cli("flushall")
        place.run(function()
          assert.same({ 0 }, { admit(limiter("good", { host = "localhost" })) })
        end)
      end)

      it("reuses a connection", function()
        servers.good:cli("flushall")
        local before = servers.good:cli("info stats"):match("total_connections_received:(%d+)")
        place.run(function()
          local self = limiter("good", { quota = 1000 })
          for _ = 1, 20 do
            assert.same({ 0 }, { admit(self) })
          end
        end)
        local after = servers.good:cli("info stats"):match("total_connections_received:(%d+)")
        assert.equal(2, after - before) -- with the one that asks
      end)

      for name, words in pairs({
        other = "the certificate is not for 127.0.0.1",
        expired = "certificate verify failed",
        stranger = "certificate verify failed",
      }) do
        it("limits alone when the certificate is " .. name, function()
          servers[name]:cli("flushall")
          place.run(function()
            local seconds, note = admit(limiter(name))
            assert.equal(0, seconds)
            assert.truthy(note:find("out of reach (TLS: ", 1, true), note)
            assert.truthy(note:find(words, 1, true), note)
          end)
          assert.equal("", servers[name]:cli("keys '*'"))
        end)
      end

      it("waits for a handshake until the timeout", function()
        local slow = rawserver.start({ "hold" })
        finally(function()
          slow:stop()
        end)
        place.run(function()
          local seconds, note = admit(limiter("good", { port = slow.port, timeout = 0.2 }))
          assert.equal(0, seconds)
          assert.truthy(note:find("TLS: timeout", 1, true), note)
        end)
      end)

      it("sends no password to a server without TLS", function()
        local plain = rawserver.start({ "gulp", "send", "-ERR what\\r\\n" })
        finally(function()
          plain:stop()
        end)
        place.run(function()
          local _, note = admit(limiter("good", { port = plain.port, password = "s3cret" }))
          assert.truthy(note:find("TLS: ", 1, true), note)
        end)
        assert.falsy(plain:received():find("s3cret", 1, true))
      end)
    end)
  end
end)

describe("rtk.redis.tls", function()
  it("matches the names that a certificate lists", function()
    local names = {
      dNSName = { "Redis.example.com", "*.cache.example.com", "*.com", "10.0.0.1", "*" },
      iPAddress = { "10.0.0.2", "::1" },
    }
    for host, expected in pairs({
      ["redis.example.com"] = true,
      ["a.cache.example.com"] = true,
      ["A.CACHE.EXAMPLE.COM"] = true,
      ["a.b.cache.example.com"] = false,
      ["cache.example.com"] = false,
      ["xredis.example.com"] = false,
      ["redisxexample.com"] = false,
      ["example.com"] = false,
      ["10.0.0.1"] = false,
      ["10.0.0.2"] = true,
      ["::1"] = true,
      ["localhost"] = false,
    }) do
      assert.equal(expected, redis_tls.is_for(names, host), host)
    end
    assert.is_false(redis_tls.is_for(nil, "redis.example.com"))
    assert.is_false(redis_tls.is_for({}, "10.0.0.2"))
  end)
end)
