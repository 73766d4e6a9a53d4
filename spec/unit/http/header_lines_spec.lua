-- SPDX-License-Identifier: MIT
local header_lines = require("rtk.http.header_lines")

describe("rtk.http.header_lines", function()
  local function identity(...)
    local values, count = { ... }, 0
    return {
      header = function()
        count = math.min(count + 1, #values)
        return values[count]
      end,
    }
  end

  it("let later headers override earlier ones, ignoring case", function()
    local lines = header_lines.new({ headers = { ["USER-AGENT"] = "mine" } }, identity("Bearer t"))
    assert.same({
      "Accept: application/json",
      "Authorization: Bearer t",
      "USER-AGENT: mine",
    }, lines({}))
    assert.same({
      "ACCEPT: x",
      "Authorization: Bearer t",
      "Content-Type: application/json",
      "USER-AGENT: mine",
    }, lines({ body = "{}", own_headers = { ACCEPT = "x" } }))
  end)

  it("follow the credentials", function()
    local lines =
      header_lines.new({ user_agent = "u" }, identity("Bearer a", "Bearer a", "Bearer b"))
    local first = lines({})
    assert.equal(first, lines({}))
    assert.same(
      { "Accept: application/json", "Authorization: Bearer b", "User-Agent: u" },
      lines({})
    )
  end)

  it("are missing without credentials, and say why", function()
    local cause = {}
    local lines = header_lines.new({}, {
      header = function()
        return nil, "no token", cause
      end,
    })
    local written, message, found = lines({})
    assert.is_nil(written)
    assert.equal("no token", message)
    assert.equal(cause, found)
  end)
end)
