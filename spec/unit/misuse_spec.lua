-- SPDX-License-Identifier: MIT
local misuse = require("rtk.misuse")

describe("rtk.misuse", function()
  it("raises at the first line outside of the library", function()
    local line = debug.getinfo(1, "l").currentline + 2
    local ok, message = pcall(function()
      misuse.raise("wrong")
    end)
    assert.is_false(ok)
    assert.truthy(message:find("misuse_spec.lua:" .. line .. ": wrong", 1, true), message)
  end)

  it("describes a value without showing it", function()
    assert.equal("nothing (nil)", misuse.describe(nil))
    assert.equal("an empty string", misuse.describe(""))
    assert.equal("a string", misuse.describe("secret"))
    assert.equal("a table", misuse.describe({}))
  end)

  it("accepts the right type", function()
    misuse.check("x", "a", "string")
    local ok, message = pcall(misuse.check, "x", 1, "string")
    assert.is_false(ok)
    assert.truthy(message:find("x must be a string, got a number", 1, true), message)
  end)
end)
