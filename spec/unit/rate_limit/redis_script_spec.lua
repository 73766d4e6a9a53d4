-- SPDX-License-Identifier: MIT
local script = require("rtk.rate_limit.redis_script")

describe("rtk.rate_limit.redis_script", function()
  it("reads seconds from 0 to a day, and nothing else", function()
    assert.same({ 0, nil, false }, { script.read_reply("0 0 0") })
    assert.same({ 2.5, 1, true }, { script.read_reply("2500000 1000000 1") })
    assert.equal(86400, (script.read_reply("86400000000 0 0")))
    for _, reply in ipairs({
      "",
      "0",
      "-1 0 0",
      "nan 0 0",
      "0 inf 0",
      "86400000001 0 0",
      "1e3 0 0",
    }) do
      assert.is_nil((script.read_reply(reply)), reply)
    end
  end)
end)
