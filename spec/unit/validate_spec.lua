-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local validate = require("rtk.validate")

describe("rtk.validate", function()
  local kinds = { pause = validate.seconds, port = validate.size, host = "string" }

  local function refusal(options, extra)
    return clients.misuse_of(validate.check, "the options of x", options, kinds, extra)
  end

  it("takes what is known and of its kind", function()
    validate.check("the options of x", {}, kinds)
    validate.check("the options of x", { pause = 0.001, port = 1, host = "" }, kinds)
    validate.check("the options of x", { more = true }, kinds, { more = "boolean" })
  end)

  it("names an unknown option and the nearest known one", function()
    assert.matches(
      'unknown option hosst in the options of x; did you mean "host"%?$',
      refusal({ hosst = 1 })
    )
    assert.matches('did you mean "more"%?$', refusal({ mor = 1 }, { more = "boolean" }))
    assert.matches(
      "unknown option 7 in the options of x; known are host, pause, port$",
      refusal({
        [7] = 1,
      })
    )
  end)

  it("names an option of another kind, and does not show its value", function()
    for _, case in ipairs({
      { { host = 4711 }, "host must be a string, got a number" },
      { { port = 0 }, "port must be a whole number, 1 or more" },
      { { port = 1.5 }, "port must be a whole number" },
      { { port = 2 ^ 53 }, "port must be a whole number" },
      { { pause = 0.0009 }, "pause must be a number of seconds from 0.001 to 1e+09" },
      { { pause = 0 / 0 }, "pause must be a number of seconds" },
      { { pause = "4711" }, "pause must be a number, got a string" },
    }) do
      local message = refusal(case[1])
      assert.truthy(message:find(case[2], 1, true), message)
      assert.is_nil(message:find("4711", 1, true))
    end
    assert.matches("the options of x must be a table, got a string", refusal("4711"))
  end)

  it("counts and waits from nothing on", function()
    validate.wait("pause", 0)
    validate.count("count", 0)
    local message = clients.misuse_of(validate.count, "count", -1)
    assert.truthy(message:find("count must be a whole number, 0 or more", 1, true), message)
  end)
end)
