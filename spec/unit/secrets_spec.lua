-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local secrets = require("rtk.secrets")

describe("rtk.secrets", function()
  local function call(body, ...)
    return { body = body and core.encode(body), headers = { ... } }
  end

  it("hides the secrets that a body held, however deep", function()
    local storage = { type = "aws", secret = "s3cr3t-%d", access_key = "AKIA1", bucket = "bucket" }
    local sent = call({ layers = { default = { outputs = { { storage_config = storage } } } } })
    local said = '"secret" with value "s3cr3t-%d" for AKIA1 fails in bucket of aws'
    local shown = '"secret" with value "[redacted]" for [redacted] fails in bucket of aws'
    assert.equal(shown, secrets.hide(said, sent))
  end)

  it("hides what a secret header held", function()
    local sent = call(nil, "Authorization: Bearer other-token", "X-Auth-Key: k-e-y", "X-Trace: t-1")
    assert.equal(
      "no [redacted], no [redacted] in t-1",
      secrets.hide("no other-token, no k-e-y in t-1", sent)
    )
  end)

  it("hides the whole of a secret that has another in it", function()
    local sent = call({ password = "abcd", secret = "abcdefgh" })
    assert.equal("[redacted] [redacted]", secrets.hide("abcdefgh abcd", sent))
  end)

  it("leaves all else as it is", function()
    local odd = call({ secret = "the", token = 5, name = "name" }, "odd line", "")
    for _, sent in ipairs({ {}, odd }) do
      assert.equal("the name is 5 long", secrets.hide("the name is 5 long", sent))
    end
  end)
end)
