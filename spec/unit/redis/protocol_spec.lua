-- SPDX-License-Identifier: MIT
local protocol = require("rtk.redis.protocol")
local random = require("spec.support.data.random")

describe("rtk.redis.protocol", function()
  -- A stream that records what is sent and receives these bytes.
  local function stream_of(bytes)
    local stream = { sent = "" }
    function stream.send(_, data)
      stream.sent = stream.sent .. data
      return #data
    end
    function stream.receive(_, pattern)
      local last = pattern
      if pattern == "*l" then last = bytes:find("\n", 1, true) end
      if not last or last > #bytes then return nil, "closed" end
      local taken = bytes:sub(1, last)
      bytes = bytes:sub(last + 1)
      return pattern == "*l" and taken:match("^(.-)\r?\n$") or taken
    end
    return stream
  end

  local function call(bytes)
    return protocol.call(stream_of(bytes), "PING")
  end

  it("sends a command as an array of strings", function()
    local stream = stream_of("+PONG\r\n")
    assert.equal("PONG", (protocol.call(stream, "SET", "k\r\n", "")))
    assert.equal("*3\r\n$3\r\nSET\r\n$3\r\nk\r\n\r\n$0\r\n\r\n", stream.sent)
  end)

  it("reads lines, numbers and strings, and distinguishes errors from lost connections", function()
    assert.equal("OK", (call("+OK\r\n")))
    assert.equal("17", (call(":17\r\n")))
    assert.equal("a\r\nb", (call("$4\r\na\r\nb\r\n")))
    assert.equal("", (call("$0\r\n\r\n")))
    assert.same({ nil, "ERR no", true }, { call("-ERR no\r\n") })
    assert.same({ nil, "closed" }, { call("+OK") })
    assert.same({ nil, "closed" }, { call("$4\r\nab") })
    local deaf = stream_of("")
    function deaf.send()
      return nil, "timeout"
    end
    assert.same({ nil, "timeout" }, { protocol.call(deaf, "PING") })
  end)

  it("accepts nothing else as a reply, and bounds what it reads", function()
    for _, bytes in ipairs({
      "\r\n",
      "OK\r\n",
      "*1\r\n+OK\r\n",
      "$-1\r\n",
      "$nan\r\n",
      "$inf\r\n",
      "$1e3\r\n",
      "$0x1\r\n",
      "$\r\n",
      "$65537\r\n",
      "$" .. ("9"):rep(400) .. "\r\n",
      "$2\r\nabcd",
    }) do
      assert.same({ nil, "not a Redis reply" }, { call(bytes) })
    end
    assert.is_true(#select(2, call("-" .. ("x"):rep(2 ^ 20) .. "\r\n")) <= 65536)
  end)

  it("never raises, whatever arrives", function()
    local dice, letters = random.new(4711), { "+", "-", ":", "$", "*", "1", "9", "\r\n", "n", "\0" }
    for _ = 1, 5000 do
      local parts = {}
      for index = 1, dice:below(12) do
        parts[index] = dice:pick(letters)
      end
      local reply, message = call(table.concat(parts))
      assert.is_true(reply == nil and type(message) == "string" or type(reply) == "string")
    end
  end)
end)
