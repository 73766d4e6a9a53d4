-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local header_field = require("rtk.http.header_field")

describe("rtk.http.header_field", function()
  it("takes names and values that fit in a line", function()
    header_field.check_all({ ["X-A!#$%&'*+.^_`|~"] = "a\tb é \128", ["X-Empty"] = "" })
  end)

  it("refuses names and values that would break out of it, by name only", function()
    for _, headers in ipairs({
      { ["X-A"] = "a\r\nb: c" },
      { ["X-A"] = "a\0" },
      { ["X-A"] = "\27[0m" },
      { ["X-A"] = "\127" },
      { ["X-A"] = 5 },
      { ["X A"] = "a" },
      { ["X:A"] = "a" },
      { ["X\nA"] = "a" },
      { [""] = "a" },
      { "X-A: b" },
    }) do
      local message = clients.misuse_of(header_field.check_all, headers)
      assert.truthy(message:find("headers", 1, true), message)
      assert.falsy(message:find("b: c", 1, true), message)
    end
  end)

  it("refuses what says where a message ends, and too many", function()
    for _, name in ipairs({ "content-length", "Transfer-Encoding", "EXPECT", "Connection" }) do
      local message = clients.misuse_of(header_field.check_all, { [name] = "1" })
      assert.truthy(message:find("headers." .. name, 1, true), message)
    end
    local many = {}
    for index = 1, 201 do
      many["X-" .. index] = "a"
    end
    local message = clients.misuse_of(header_field.check_all, many)
    assert.truthy(message:find("200 at most", 1, true), message)
  end)
end)
