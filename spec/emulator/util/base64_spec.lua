-- SPDX-License-Identifier: MIT
local base64 = require("rtk.emulator.util.base64")

describe("rtk.emulator.util.base64", function()
  it("encodes base64 for URLs, without padding", function()
    -- The vectors of RFC 4648, section 10.
    local vectors = { [""] = "", f = "Zg", fo = "Zm8", foo = "Zm9v", foob = "Zm9vYg" }
    vectors.fooba, vectors.foobar = "Zm9vYmE", "Zm9vYmFy"
    for bytes, encoded in pairs(vectors) do
      assert.equal(encoded, base64.url_encode(bytes))
    end
    assert.equal("-_-_", base64.url_encode("\251\255\191"))
  end)

  it("encodes standard base64 with padding", function()
    local vectors = { [""] = "", f = "Zg==", fo = "Zm8=", foo = "Zm9v", foob = "Zm9vYg==" }
    for bytes, encoded in pairs(vectors) do
      assert.equal(encoded, base64.encode(bytes))
      assert.equal(bytes, base64.decode(encoded))
    end
    assert.equal("+/+/", base64.encode("\251\255\191"))
  end)

  it("decodes each alphabet and refuses the other one", function()
    assert.equal("\251\255\191", base64.url_decode("-_-_"))
    assert.equal("\251\255\191", base64.decode("+/+/"))
    for _, text in ipairs({ "-_-_", "a b", "?" }) do
      assert.is_nil(base64.decode(text))
    end
    for _, text in ipairs({ "+/+/", "Zg==", "?" }) do
      assert.is_nil(base64.url_decode(text))
    end
  end)
end)
