-- SPDX-License-Identifier: MIT
local shell = require("spec.support.servers.shell")
local signature = require("spec.support.asserts.webhook_signature")
local signing_key = require("rtk.emulator.webhooks.signing_key")

describe("rtk.emulator.webhooks.signing_key", function()
  local key

  before_each(function()
    key = signing_key.new()
  end)

  it("is an RSA key of 2048 bits", function()
    local quoted = shell.quote(key:public())
    local text = shell.check("printf '%s\\n' " .. quoted .. " | openssl pkey -pubin -text -noout")
    assert.matches("(2048 bit)", text, 1, true)
    assert.matches("Exponent: 65537", text, 1, true)
  end)

  it("stays the same until it is rotated, and is another in each emulator", function()
    local public = key:public()
    assert.equal(public, key:public())
    assert.not_equal(public, signing_key.new():public())
    local rotated = key:rotate()
    assert.not_equal(public, rotated)
    assert.equal(rotated, key:public())
  end)

  it("signs any text", function()
    for _, text in ipairs({
      "",
      "it's \\ $key `id` %s\n\nPRIVATE_KEY\n",
      "gr\195\188n",
      "\1\2\127\255",
      ("long "):rep(20000),
    }) do
      local signed = key:sign(text)
      assert.matches("^[%w+/]+==$", signed)
      assert.equal(344, #signed)
      assert.is_true(signature.is_good(key:public(), text, signed))
    end
  end)

  it("gives other signatures after a rotation", function()
    local before = key:sign("a")
    assert.equal(before, key:sign("a"))
    key:rotate()
    local after = key:sign("a")
    assert.not_equal(before, after)
    assert.is_true(signature.is_good(key:public(), "a", after))
  end)
end)
