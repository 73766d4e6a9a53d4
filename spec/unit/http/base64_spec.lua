-- SPDX-License-Identifier: MIT
local base64 = require("rtk.http.base64")

describe("rtk.http.base64", function()
  it("encodes and decodes the examples of RFC 4648", function()
    for text, encoded in pairs({
      [""] = "",
      f = "Zg==",
      fo = "Zm8=",
      foo = "Zm9v",
      foob = "Zm9vYg==",
      foobar = "Zm9vYmFy",
    }) do -- stylua: ignore
      assert.equal(encoded, base64.encode(text))
      assert.equal(text, base64.decode(encoded))
    end
  end)

  it("encodes every byte", function()
    assert.equal("AP/+fw==", base64.encode("\0\255\254\127"))
    assert.equal("\0\255\254\127", base64.decode("AP/+fw=="))
  end)
end)
