-- SPDX-License-Identifier: MIT
local client = require("rtk.redis.client")

describe("rtk.redis.client", function()
  it("distinguishes permanent errors from passing ones", function()
    for message, expected in pairs({
      ["NOAUTH Authentication required."] = true,
      ["WRONGPASS invalid username-password pair or user is disabled."] = true,
      ["NOPERM User loading has no permissions to run the 'evalsha' command"] = true,
      ["NOPERM this user has no permissions to access BUSY keys"] = true,
      ["WRONGTYPE Operation against a key holding the wrong kind of value"] = true,
      ["ERR DB index is out of range"] = true,
      ["ERR unknown command 'EVALSHA'"] = true,
      ["ERR Error running script (call to f_1): @user_script:1: nil"] = true,
      [""] = true,
      ["LOADING Redis is loading the dataset in memory"] = false,
      ["BUSY Redis is busy running a script"] = false,
      ["READONLY You can't write against a read only replica."] = false,
      ["ERR Error running script (call to f_1): @user_script:1: READONLY You can't write"] = false,
      ["ERR max number of clients reached"] = false,
      ["CLUSTERDOWN Hash slot not served"] = false,
      ["MOVED 1 10.0.0.1:6379"] = false,
    }) do
      assert.equal(expected, client.is_permanent(message), message)
    end
  end)

  it("reads the node of a redirect", function()
    local asked = { host = "here", port = 6379 }
    local function read(message)
      local node = client.redirect(message, asked)
      return node and { node.host, node.port, node.is_asking }
    end
    assert.same({ "10.0.0.1", 6380, false }, read("MOVED 5801 10.0.0.1:6380"))
    assert.same({ "redis-2.example.com", 1, true }, read("ASK 5801 redis-2.example.com:1"))
    assert.same({ "::1", 6380, false }, read("MOVED 5801 ::1:6380"))
    assert.same({ "here", 6380, false }, read("MOVED 5801 :6380"))
    for _, message in ipairs({
      "MOVED",
      "MOVED 1 host",
      "MOVED 1 host:0",
      "MOVED 1 host:65536",
      "MOVED 1 ho st:1",
      "MOVED 1 host\n:1",
      "MOVED 1 ?:1",
      "MOVED 1 " .. ("x"):rep(256) .. ":1",
      "ERR 1 host:1",
    }) do
      assert.is_nil(read(message), message)
    end
    assert.is_nil(client.redirect("MOVED 1 :6380", { path = "/run/redis" }))
  end)
end)
