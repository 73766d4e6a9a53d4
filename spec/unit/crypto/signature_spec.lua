-- SPDX-License-Identifier: MIT
-- What key:verify accepts and refuses, with signatures that the openssl program made.

local base64 = require("rtk.emulator.util.base64")
local core = require("rtk.core")
local forged = require("spec.fixtures.forged_signatures")
local openssl = require("spec.support.servers.openssl")
local pkcs1 = require("spec.support.data.pkcs1")

local BODY = '{"event":"meeting.started","meeting":{"id":"m","title":"caf\195\169"}}'
local WRONG = "the signature is not the key's for this text"

describe("a signature", function()
  local program, private, public, key, good, digest, modulus

  setup(function()
    program = openssl.new()
    private = program:new_rsa_key(2048)
    public = program:public(private)
    key = assert(core.public_key(public))
    good = program:sign(private, BODY)
    digest = pkcs1.bytes(core.sha256(BODY))
    modulus = program:modulus(public)
  end)

  teardown(function()
    program:remove()
  end)

  local function refused(signature, reason, body)
    local ok, why = key:verify(body or BODY, signature)
    assert.is_false(ok)
    assert.equal(reason, why)
  end

  -- The bytes of a signature.
  local function raw(signature)
    return base64.url_decode((signature:gsub("=", ""):gsub("%+", "-"):gsub("/", "_")))
  end

  it("of the openssl program is valid, for keys of all sizes and exponents", function()
    assert.is_true(key:verify(BODY, good))
    for _, options in ipairs({
      "rsa_keygen_bits:2049",
      "rsa_keygen_bits:3072",
      "rsa_keygen_bits:4096",
      "rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3",
      "rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:4294967297",
    }) do
      local other = program:new_key("-algorithm RSA -pkeyopt " .. options)
      local signature = program:sign(other, BODY)
      local verifier = assert(core.public_key(program:public(other)))
      assert.is_true(verifier:verify(BODY, signature), options)
      assert.is_false((verifier:verify(BODY .. " ", signature)), options)
    end
  end)

  it("is valid for exactly the bytes that were signed", function()
    for _, body in ipairs({ "", "\0", ("x"):rep(1000000), BODY .. "\n", "a\0b", "\r\n" }) do
      assert.is_true(key:verify(body, program:sign(private, body)))
      refused(good, WRONG, body)
    end
  end)

  it("is not valid when a bit of it or of the text is flipped", function()
    local bytes = raw(good)
    for index = 1, #bytes, 5 do
      local byte, bit = bytes:byte(index), 2 ^ (index % 8)
      local flipped = math.floor(byte / bit) % 2 == 0 and byte + bit or byte - bit
      local changed = bytes:sub(1, index - 1) .. string.char(flipped) .. bytes:sub(index + 1)
      refused(base64.encode(changed), WRONG)
    end
    for index = 1, #BODY do
      local byte = BODY:byte(index)
      local flipped = string.char(byte % 2 == 0 and byte + 1 or byte - 1)
      refused(good, WRONG, BODY:sub(1, index - 1) .. flipped .. BODY:sub(index + 1))
    end
  end)

  it("is not valid when another key made it", function()
    local other = program:new_rsa_key(2048)
    refused(program:sign(other, BODY), WRONG)
  end)

  it("is valid with the padding of PKCS #1 and with no other", function()
    local function signed(parts)
      parts.digest = parts.digest or digest
      return program:raw_sign(private, pkcs1.pad(256, parts))
    end
    assert.is_true(key:verify(BODY, signed({})))
    local full = 256 - 3 - #pkcs1.SHA256 - 32
    for name, parts in pairs({
      ["block type 0"] = { start = "\0\0" },
      ["block type 2"] = { start = "\0\2" },
      ["block type 255"] = { start = "\0\255" },
      ["block type only"] = { start = "\1" },
      ["no filler"] = { filler = "" },
      ["7 bytes of filler, garbage after the digest"] = { filler = ("\255"):rep(7) },
      ["8 bytes of filler, garbage after the digest"] = { filler = ("\255"):rep(8) },
      ["filler with another byte at its start"] = { filler = "\254" .. ("\255"):rep(full - 1) },
      ["filler with another byte in it"] = {
        filler = ("\255"):rep(100) .. "\254" .. ("\255"):rep(full - 101),
      },
      ["filler with another byte at its end"] = { filler = ("\255"):rep(full - 1) .. "\254" },
      ["filler of zeros"] = { filler = ("\0"):rep(full) },
      ["filler with a zero in it"] = {
        filler = ("\255"):rep(20) .. "\0" .. ("\255"):rep(full - 21),
      },
      ["no zero after the filler"] = { zero = "" },
      ["another byte for the zero"] = { zero = "\1" },
      ["two zeros"] = { zero = "\0\0" },
      ["a zero byte after the digest"] = { tail = "\0" },
      ["garbage after the digest"] = { tail = "garbage" },
      ["no DigestInfo"] = { info = "" },
      ["no NULL"] = { info = pkcs1.SHA256_WITHOUT_NULL },
      ["a length in the long form"] = { info = pkcs1.SHA256_LONG_LENGTH },
      ["the name of SHA-512"] = { info = pkcs1.SHA512_NAME },
      ["the name of SHA-224"] = { info = pkcs1.SHA224_NAME },
      ["the name of SHA-1"] = { info = pkcs1.SHA1_NAME },
      ["SHA-1's DigestInfo, digest cut off"] = { info = pkcs1.SHA1, digest = digest:sub(1, 20) },
      ["digest cut off"] = { digest = digest:sub(1, 31) },
      ["digest of something else"] = { digest = ("\0"):rep(32) },
      ["digest reversed"] = { digest = digest:reverse() },
    }) do
      local ok, reason = key:verify(BODY, signed(parts))
      assert.is_false(ok, name)
      assert.equal(WRONG, reason, name)
    end
    -- Nothing but zeros; the digest alone, at the end.
    refused(program:raw_sign(private, ("\0"):rep(256)), WRONG)
    refused(program:raw_sign(private, ("\0"):rep(224) .. digest), WRONG)
  end)

  it("is not valid with another digest or padding of the same key", function()
    for _, options in ipairs({
      "-sha1",
      "-sha224",
      "-sha384",
      "-sha512",
      "-sha3-256",
      "-md5",
      "-sha256 -sigopt rsa_padding_mode:pss",
      "-sha256 -sigopt rsa_padding_mode:x931",
    }) do
      local ok, reason = key:verify(BODY, program:sign(private, BODY, options))
      assert.is_false(ok, options)
      assert.equal(WRONG, reason, options)
    end
  end)

  it("that is a number at the edges is not valid", function()
    local one = ("\0"):rep(255) .. "\1"
    local less = pkcs1.add(modulus, "\1", -1)
    for name, number in pairs({
      ["0"] = ("\0"):rep(256),
      ["1"] = one,
      ["n - 1"] = less,
      ["n"] = modulus,
      ["n + 1"] = pkcs1.add(modulus, "\1"),
      ["2^2048 - 1"] = ("\255"):rep(256),
    }) do
      local ok, reason = key:verify(BODY, base64.encode(number))
      assert.is_false(ok, name)
      assert.equal(WRONG, reason, name)
    end
  end)

  it("is not valid when the modulus is added to it", function()
    -- A modulus to which a number of the same length can be added without a carry out of it.
    local other, n
    repeat
      other = program:new_rsa_key(2048)
      n = program:modulus(program:public(other))
    until n:byte() < 0xe0
    local signer, body, sum = assert(core.private_key(other)), "", ""
    while #sum ~= 256 do
      body = body .. "."
      sum = pkcs1.add(raw(signer:sign(body)), n)
    end
    local ok, reason = signer:verify(body, base64.encode(sum))
    assert.is_false(ok)
    assert.equal(WRONG, reason)
    while #sum == 256 do
      sum = pkcs1.add(sum, n)
    end
    ok, reason = signer:verify(body, base64.encode(sum))
    assert.is_false(ok)
    assert.equal("the signature has 257 bytes; the key makes signatures of 256", reason)
  end)

  it("is not valid when it is n minus a valid one", function()
    refused(base64.encode(pkcs1.add(modulus, raw(good), -1)), WRONG)
  end)

  it("has the length of the modulus", function()
    local bytes = raw(good)
    for size, text in pairs({
      [0] = "",
      [1] = bytes:sub(1, 1),
      [255] = bytes:sub(1, 255),
      [257] = bytes .. "\0",
      [258] = "\0\0" .. bytes,
      [512] = bytes .. bytes,
    }) do
      local reason = ("the signature has %d bytes; the key makes signatures of 256"):format(size)
      refused(base64.encode(text), reason)
    end
    refused(base64.encode(bytes:rep(9)), "the signature is too long")
    refused(("A"):rep(1000000), "the signature is too long")
  end)

  it("that was made without the private key is not valid for an exponent of 3", function()
    local weak = assert(core.public_key(forged.public_pem))
    assert.is_true(weak:verify(forged.genuine.body, forged.genuine.signature))
    for name, start in pairs({ trailing = "", parameters = "" }) do
      local forgery = forged[name]
      -- The number does recover to a digest in something like the padding.
      local padded = program:recover(forged.public_pem, forgery.signature)
      assert.equal("\0\1" .. ("\255"):rep(8) .. "\0\48" .. start, padded:sub(1, 12), name)
      assert.truthy(padded:find(pkcs1.bytes(core.sha256(forgery.body)), 1, true), name)
      local ok, reason = weak:verify(forgery.body, forgery.signature)
      assert.is_false(ok, name)
      assert.equal(WRONG, reason, name)
    end
  end)

  it("is base64 in its strict form", function()
    local character = "the signature is not base64: it has a character that is not of the alphabet"
    local ending = "the signature is not base64: its end is missing or not canonical"
    local url = base64.url_encode(("\251\255"):rep(128))
    assert.matches("[-_]", url)
    refused(url .. "==", character)
    for _, text in ipairs({
      good .. "\n",
      good .. " ",
      " " .. good,
      good:sub(1, 64) .. "\n" .. good:sub(65),
      good:sub(1, 64) .. "\r\n" .. good:sub(65),
      "\t" .. good,
      '"' .. good .. '"',
      "sha256=" .. good .. "!",
      good:sub(1, 100) .. "\0" .. good:sub(102),
      good:sub(1, 100) .. "\255" .. good:sub(102),
      good:sub(1, 100) .. "*" .. good:sub(102),
    }) do
      local ok, reason = key:verify(BODY, text)
      assert.is_false(ok)
      assert.truthy(reason == character or reason == ending, reason)
    end
    for _, text in ipairs({
      good:gsub("=", "", 1),
      (good:gsub("=", "")),
      good .. "=",
      good .. "====",
      good:sub(1, 340) .. "=" .. good:sub(342),
      "=" .. good:sub(2),
      "=",
      "==",
      "====",
      "A",
      "A===",
    }) do
      local ok, reason = key:verify(BODY, text)
      assert.is_false(ok, text)
      assert.equal(ending, reason, text)
    end
    -- The bits that padding leaves over are zeros: here the last character stands for 4 of them.
    local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    local last = alphabet:find(good:sub(342, 342), 1, true)
    refused(good:sub(1, 341) .. alphabet:sub(last + 1, last + 1) .. "==", ending)
  end)

  it("of a private key is what the openssl program makes and accepts", function()
    local signer = assert(core.private_key(private))
    for _, body in ipairs({ "", BODY, ("\0x"):rep(1000) }) do
      local signature = signer:sign(body)
      assert.equal(program:sign(private, body), signature)
      assert.is_true(key:verify(body, signature))
      assert.is_true(signer:verify(body, signature))
    end
  end)

  it("is a string", function()
    for _, value in ipairs({ {}, true, print }) do
      assert.has_error(function()
        key:verify(BODY, value)
      end)
      assert.has_error(function()
        key:verify(value, good)
      end)
    end
    assert.has_error(function()
      key:verify(BODY)
    end)
  end)
end)

describe("a digest", function()
  it("is SHA-256 in lower-case digits", function()
    assert.equal(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      core.sha256("")
    )
    assert.equal(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      core.sha256("abc")
    )
    assert.equal(
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
      core.sha256(("a"):rep(1000000))
    )
    assert.equal(64, #core.sha256("a\0b"))
    assert.not_equal(core.sha256("a"), core.sha256("a\0"))
  end)
end)
