-- SPDX-License-Identifier: MIT
-- What the transport in process says about answers that did not arrive whole.
local transport_result = require("rtk.emulator.transport.result")

local REQUEST = { url = "http://host:1/path?secret=1", timeout = 5, max_response_bytes = 1024 }

local function result_of(wire, body)
  return transport_result.of(
    REQUEST,
    { status = 200, headers = {}, body = body or "0123", wire = wire }
  )
end

describe("rtk.emulator.transport.result", function()
  it("words failures as the real transport does", function()
    for _, case in ipairs({
      { { refuse = true }, "connection", false, "could not connect to host:1: Connection refused" },
      { { silent = true }, "connection", true, "request to host:1 failed: " },
      { { delay = 5 }, "timeout", true, "timed out after 5 s (no reply from host:1 yet)" },
      { { sent = 1, stop = "stall" }, "timeout", true, "(1 bytes of the reply had come)" },
      { { sent = 1, stop = "close" }, "connection", true, "with 3 bytes remaining to read" },
      { { sent = 4, stop = "reset" }, "connection", true, "Connection reset by peer" },
      { { sent = 4, stop = "close", length = 9 }, "connection", true, "with 5 bytes remaining" },
      { { garbled = true }, "protocol", true, "Encoding" },
      { { padding = 1021 }, "too_large", true, "reply is larger than 1 KiB (max_response_bytes)" },
    }) do
      local result, text = result_of(case[1])
      assert.same({ case[2], case[3], "" }, { result.kind, result.sent, text })
      assert.matches(case[4], result.message, 1, true)
      assert.is_nil(result.message:find("secret", 1, true))
    end
  end)

  it("has no status where nothing came", function()
    assert.is_nil(result_of({ silent = true }).status)
    assert.equal(200, result_of({ sent = 0, stop = "close" }).status)
  end)

  it("gives the body where all that was announced came", function()
    assert.same({ nil, "0123" }, { result_of({ delay = 1 }) })
    assert.same({ nil, "01" }, { result_of({ sent = 4, stop = "close", length = 2 }) })
    assert.same({ nil, "0123  " }, { result_of({ padding = 2 }) })
  end)
end)
