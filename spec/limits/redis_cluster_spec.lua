-- SPDX-License-Identifier: MIT
-- The limiter in a Redis cluster: a node may redirect a request to another one.
local loops = require("spec.support.clients.loops")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local redis_cluster = require("spec.support.servers.redis_cluster")
local redis_limiter = require("spec.support.clients.redis_limiter")

local admit, observe = redis_limiter.admit, redis_limiter.observe

local KEY = "rtk:rate_limit:1"

describe("rtk.rate_limit.redis in a cluster", function()
  local cluster, slot, liars

  setup(function()
    cluster = redis_cluster.start()
    slot = cluster:slot_of(KEY)
  end)

  teardown(function()
    cluster:stop()
  end)

  before_each(function()
    liars = {}
  end)

  after_each(function()
    for _, server in ipairs(liars) do
      server:stop()
    end
    cluster.first:cli("del " .. KEY)
    cluster.second:cli("del " .. KEY)
    cluster:move(slot, cluster.first)
  end)

  local function limiter(options)
    return redis_limiter.new(cluster.first, options)
  end

  local function commands_of(node)
    return tonumber(node:cli("info stats"):match("total_commands_processed:(%d+)"))
  end

  it("follows MOVED to the node that has the key, and asks it first from then on", function()
    cluster:move(slot, cluster.second)
    local self = limiter()
    assert.same({ 0 }, { admit(self) })
    assert.matches("^%d", cluster.second:cli("get " .. KEY))
    local before = commands_of(cluster.first)
    for _ = 1, 5 do
      assert.same({ 0 }, { admit(self) })
      assert.is_nil(observe(self, { status = 200 }))
    end
    assert.equal(before + 1, commands_of(cluster.first)) -- the question itself
    -- It may move on.
    cluster.second:cli("del " .. KEY)
    cluster:move(slot, cluster.first)
    assert.same({ 0 }, { admit(self) })
    assert.matches("^%d", cluster.first:cli("get " .. KEY))
  end)

  it("follows ASK to the node that a key is moving to, and comes back", function()
    cluster:begin_move(slot)
    local self = limiter()
    assert.same({ 0 }, { admit(self) })
    assert.is_nil(observe(self, { status = 200 }))
    cluster.first:cli(("cluster setslot %s stable"):format(slot))
    assert.equal("", cluster.first:cli("get " .. KEY))
    assert.same({ 0 }, { admit(self) })
    assert.matches("^%d", cluster.first:cli("get " .. KEY))
    cluster.second:cli(("cluster setslot %s stable"):format(slot))
  end)

  for _, loop in ipairs(loops) do
    it("follows in " .. loop.name, function()
      cluster:move(slot, cluster.second)
      loop.run(function()
        assert.same({ 0 }, { admit(limiter()) })
      end)
    end)
  end

  -- A node that answers with an error.
  local function liar(answer)
    local server = rawserver.start({ "send", answer .. "\\r\\n", "hold" })
    liars[#liars + 1] = server
    return server
  end

  it("follows once for each decision", function()
    local second = liar(("-MOVED %s 127.0.0.1:%d"):format(slot, cluster.first.port))
    local first = liar(("-MOVED %s 127.0.0.1:%d"):format(slot, second.port))
    local seconds, note = admit(limiter({ port = first.port }))
    assert.equal(0, seconds)
    assert.truthy(note:find("out of reach (MOVED", 1, true), note)
  end)

  it("follows a redirect without a host name to the same host", function()
    local server = liar(("-MOVED %s :%d"):format(slot, cluster.first.port))
    assert.same({ 0 }, { admit(limiter({ port = server.port })) })
  end)

  it("gives up a node that cannot be reached, and asks the first again", function()
    local server = liar(("-MOVED %s 127.0.0.1:%d"):format(slot, process.free_ports(1)[1]))
    local self = limiter({ port = server.port, pause = 0.01 })
    local seconds, note = admit(self)
    assert.equal(0, seconds)
    assert.truthy(note:find("connection refused", 1, true), note)
  end)
end)

describe("rtk.rate_limit.redis in a cluster with a password", function()
  it("logs in at the node of a redirect", function()
    local cluster = redis_cluster.start()
    finally(function()
      cluster:stop()
    end)
    for _, node in ipairs({ cluster.first, cluster.second }) do
      node:cli("acl setuser fleet on '>fl33t' '~*' +@all")
      node:cli("acl setuser default -evalsha -script")
    end
    cluster:move(cluster:slot_of(KEY), cluster.second)
    local own = { username = "fleet", password = "fl33t" }
    assert.same({ 0 }, { admit(redis_limiter.new(cluster.first, own)) })
  end)
end)
