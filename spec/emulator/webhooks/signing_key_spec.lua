-- SPDX-License-Identifier: MIT
local http = require("spec.support.servers.emulator_http")
local process = require("rtk.emulator.server.process")
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

  it("signs any text, many at once", function()
    local texts = {
      "",
      "it's \\ $key `id` %s\n\nPRIVATE_KEY\n",
      "gr\195\188n",
      "\1\2\127\255",
      ("long "):rep(20000),
    }
    local signatures = key:sign(texts)
    for _, text in ipairs(texts) do
      assert.matches("^[%w+/]+==$", signatures[text])
      assert.equal(344, #signatures[text])
      assert.is_true(signature.is_good(key:public(), text, signatures[text]))
    end
  end)

  it("gives a text the same signature again, also beside a new one", function()
    local first = key:sign({ "a" }).a
    local both = key:sign({ "b", "a", "b" })
    assert.equal(first, both.a)
    assert.is_true(signature.is_good(key:public(), "b", both.b))
  end)

  it("gives other signatures after a rotation", function()
    local before = key:sign({ "a" }).a
    key:rotate()
    local after = key:sign({ "a" }).a
    assert.not_equal(before, after)
    assert.is_true(signature.is_good(key:public(), "a", after))
  end)

  it("leaves no files behind", function()
    local tmpname, names = os.tmpname, {}
    local noted = stub(os, "tmpname").invokes(function()
      names[#names + 1] = tmpname()
      return names[#names]
    end)
    key:sign({ "a" })
    noted:revert()
    assert.equal(2, #names)
    for _, name in ipairs(names) do
      assert.is_nil(process.read_file(name))
    end
  end)

  it("says when openssl is missing", function()
    local code = [[
      local key = require("rtk.emulator.webhooks.signing_key").new()
      print(key:public())
      print(key:sign({ "a" }))
    ]]
    local lua = http.lua(code):gsub("^'([^']+)'", function(name)
      return shell.check("command -v " .. name)
    end)
    local ok, output = process.run("PATH=/nonexistent " .. lua)
    assert.is_true(ok)
    local _, count =
      output:gsub("nil\twebhooks are signed by the openssl program, which failed", "")
    assert.equal(2, count)
    assert.matches("not found", output, 1, true)
  end)
end)
