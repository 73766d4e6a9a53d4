-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local secrets = require("rtk.http.secrets")

describe("rtk.http.secrets", function()
  local function call(body, ...)
    return { body = body and core.encode(body), headers = { ... } }
  end

  local function hide(text, sent)
    return secrets.redactor(sent)(text)
  end

  it("hides the secrets that a body held, however deep", function()
    local storage = { type = "aws", secret = "s3cr3t-%d", access_key = "AKIA1", bucket = "bucket" }
    local sent = call({ layers = { default = { outputs = { { storage_config = storage } } } } })
    local said = '"secret" with value "s3cr3t-%d" for AKIA1 fails in bucket of aws'
    local shown = '"secret" with value "[redacted]" for [redacted] fails in bucket of aws'
    assert.equal(shown, hide(said, sent))
  end)

  it("hides what a secret header held", function()
    local sent = call(nil, "Authorization: Bearer other-token", "X-Auth-Key: k-e-y", "X-Trace: t-1")
    assert.equal(
      "no [redacted], no [redacted] in t-1",
      hide("no other-token, no k-e-y in t-1", sent)
    )
  end)

  it("hides the whole of a secret that has another in it", function()
    local sent = call({ password = "abcd", secret = "abcdefgh" })
    assert.equal("[redacted] [redacted]", hide("abcdefgh abcd", sent))
  end)

  it("leaves all else as it is", function()
    local odd = call({ secret = "the", token = 5, name = "name" }, "odd line", "")
    for _, sent in ipairs({ {}, odd }) do
      assert.equal("the name is 5 long", hide("the name is 5 long", sent))
    end
  end)

  it("shows no part of a secret that its cut of a long text goes through", function()
    local sent = call({ secret = "abcdefghijklmnop", password = "mnopqrst" }, "X-Key: efgh-key")
    for filler = 8150, 8200 do
      local shown = hide((" "):rep(filler) .. "abcdefghijklmnop efgh-key" .. (" "):rep(99), sent)
      assert.is_true(#shown <= 8250)
      assert.falsy(shown:find("abcd", 1, true) or shown:find("efgh", 1, true), shown:sub(8140))
    end
  end)

  it("hides what basic credentials are made of", function()
    local sent = call(nil, "Authorization: Basic b3JnLWlkOms=", "X-Key: Basic !!!!")
    assert.equal("org-id k [redacted]", hide("org-id k b3JnLWlkOms=", sent))
    sent = call(nil, "Authorization: Basic b3JnOmstZS15LTE=")
    assert.equal("org has no key [redacted]", hide("org has no key k-e-y-1", sent))
  end)
end)
