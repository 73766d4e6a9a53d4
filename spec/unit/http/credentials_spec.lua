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

  it("makes the Authorization header of the older API", function()
    local basic = { organization_id = "org", api_key = "key" }
    assert.equal("Basic b3JnOmtleQ==", credentials.basic_header(basic))
  end)

  it("says what cannot be a token, and never shows it", function()
    assert.is_nil(credentials.token_defect("abc_-123"))
    for _, value in ipairs({ 5, {}, "", "Bearer s3cret", "s3 cret", "s3cret\n", "s3crét" }) do
      local defect = credentials.token_defect(value)
      assert.matches("^api_token must ", defect)
      assert.falsy(defect:find("s3", 1, true), defect)
    end
  end)
end)
