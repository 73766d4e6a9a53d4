-- SPDX-License-Identifier: MIT
local credentials = require("rtk.http.credentials")

describe("rtk.http.credentials", function()
  it("encodes and decodes the examples of RFC 4648", function()
    for text, encoded in pairs({
      [""] = "",
      f = "Zg==",
      fo = "Zm8=",
      foo = "Zm9v",
      foob = "Zm9vYg==",
      foobar = "Zm9vYmFy",
    }) do -- stylua: ignore
      assert.equal(encoded, credentials.encode(text))
      assert.equal(text, credentials.decode(encoded))
    end
  end)

  it("encodes every byte", function()
    assert.equal("AP/+fw==", credentials.encode("\0\255\254\127"))
    assert.equal("\0\255\254\127", credentials.decode("AP/+fw=="))
  end)

  it("makes the Authorization header of both kinds of credentials", function()
    assert.equal("Bearer t", credentials.authorization({ api_token = "t" }))
    local basic = { organization_id = "org", api_key = "key" }
    assert.equal("Basic b3JnOmtleQ==", credentials.authorization({ basic = basic }))
  end)
end)
