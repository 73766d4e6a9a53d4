-- SPDX-License-Identifier: MIT
-- Which keys are accepted, in which texts, and what the messages say of the others.

local core = require("rtk.core")
local openssl = require("spec.support.servers.openssl")
local pkcs1 = require("spec.support.data.pkcs1")
local shell = require("spec.support.servers.shell")

describe("a key", function()
  local program, private, public, signature

  setup(function()
    program = openssl.new()
    private = program:new_rsa_key(2048)
    public = program:public(private)
    signature = program:sign(private, "text")
  end)

  teardown(function()
    program:remove()
  end)

  local function accepted(pem, name)
    local key, message = core.public_key(pem)
    assert.truthy(key, (name or pem) .. ": " .. tostring(message))
    assert.is_true(key:verify("text", signature), name)
  end

  local function refused(pem, words, name)
    local key, message = core.public_key(pem)
    assert.is_nil(key, name)
    assert.equal(words, message, name)
  end

  local function refused_private(pem, words, name)
    local key, message = core.private_key(pem)
    assert.is_nil(key, name)
    assert.equal(words, message, name)
    -- No part of the key.
    for part in pem:gmatch("%w%w%w%w%w%w%w%w%w+") do
      local is_word = part:find("^[a-zA-Z]+$") or part:find("^PKCS")
      assert.truthy(is_word or not message:find(part, 1, true), name)
    end
  end

  it("is a PUBLIC KEY or an RSA PUBLIC KEY in PEM", function()
    accepted(public)
    program:run("rsa -pubin -in public -RSAPublicKey_out -out pkcs1", { public = public })
    local text = program:read("pkcs1")
    assert.matches("^%-%-%-%-%-BEGIN RSA PUBLIC KEY%-%-%-%-%-", text)
    accepted(text)
  end)

  it("may have any line ends, and white space around it", function()
    local lines = shell.split(public)
    local one_line = public:gsub("(%w)\n(%w)", "%1%2")
    for name, text in pairs({
      ["LF"] = public,
      ["CRLF"] = public:gsub("\n", "\r\n"),
      ["CR"] = public:gsub("\n", "\r"),
      ["the characters \\n"] = public:gsub("\n", "\\n"),
      ["the characters \\r\\n"] = public:gsub("\n", "\\r\\n"),
      ["both"] = public:gsub("\n", "\\n\n"),
      ["spaces"] = public:gsub("\n", " "),
      ["no last line end"] = public:gsub("\n$", ""),
      ["white space around it"] = "\r\n \t" .. public .. " \n\n\t",
      ["indentation"] = "  " .. table.concat(lines, "\n    "),
      ["one line of base64"] = one_line,
    }) do
      accepted(text, name)
    end
  end)

  it("is one block of PEM and nothing else", function()
    local not_pem = "the key is not PEM: it has to begin with -----BEGIN and a label"
    local cut_off = "the key is cut off: its -----END line is missing"
    local several = "the key holds several PEM blocks, and only one is meant"
    local headers = "the key has PEM headers, as encrypted keys have"
    local behind = "the key has text behind its PEM block"
    local damaged = "the key is damaged: its PEM block is not base64"
    for text, words in pairs({
      [""] = not_pem,
      [" \n "] = not_pem,
      ["\\n"] = not_pem,
      ["\0"] = not_pem,
      ["key"] = not_pem,
      ["-----BEGIN "] = not_pem,
      ["-----BEGIN PUBLIC KEY"] = not_pem,
      ["-----BEGIN -----"] = not_pem,
      ["-----BEGIN " .. ("X"):rep(1000) .. "-----"] = not_pem,
      ["comment\n" .. public] = not_pem,
      ['"' .. public .. '"'] = not_pem,
      [public:gsub("BEGIN", "begin", 1)] = not_pem,
      [public:match("BEGIN[^\n]*\n(.-)\n%-")] = not_pem,
      ["-----BEGIN PUBLIC KEY-----"] = cut_off,
      [public:sub(1, 200)] = cut_off,
      [public:sub(1, -4)] = cut_off,
      [public:gsub("END PUBLIC", "END RSA PUBLIC")] = cut_off,
      [public:sub(1, 200) .. "\n" .. public] = cut_off,
      [public .. public] = several,
      [public .. private] = several,
      [public .. "x"] = behind,
      [public .. "\0"] = behind,
      ["-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"] = damaged,
      [public:gsub("\nMII", "\nMI*")] = damaged,
      [public:gsub("\nMII", "\nMI")] = damaged,
      [public:gsub("\nMII", "\nM\0I")] = damaged,
      [public:gsub("\nMII", "\n=MII")] = damaged,
      [public:gsub("\nMII", "\nProc-Type: 4,ENCRYPTED\n\nMII")] = headers,
      [("x"):rep(32769)] = "the key is too large to be a key",
      [public .. (" "):rep(32769)] = "the key is too large to be a key",
    }) do
      refused(text, words, text)
    end
  end)

  it("is not a huge text, whatever that holds", function()
    for _, text in ipairs({ "\\n", "-----BEGIN ", public, "A", "\n" }) do
      refused(text:rep(math.floor(10000000 / #text)), "the key is too large to be a key")
    end
  end)

  it("is nothing that is damaged inside", function()
    local bytes = public:match("%-\n(.-)\n%-")
    local function says_unreadable(content, name)
      local key, message = core.public_key(pkcs1.pem("PUBLIC KEY", content))
      assert.is_nil(key, name)
      assert.matches("^OpenSSL could not read the key", message, name)
    end
    says_unreadable("\0", "zero")
    says_unreadable("text", "text")
    says_unreadable(("\48\130"):rep(4000), "nested")
    says_unreadable(pkcs1.bytes("3084ffffffff"), "endless")
    assert.truthy(bytes)
    local modulus = program:modulus(public)
    local numbers, spki = pkcs1.public_key(modulus, "\1\0\1")
    accepted(numbers)
    accepted(spki)
    assert.equal(public, spki)
    program:run("pkey -pubin -in public -pubout -outform DER -out der", { public = public })
    local der = program:read("der")
    for _, length in ipairs({ 1, 2, 10, 24, 100, #der - 1 }) do
      says_unreadable(der:sub(1, length), "cut off")
    end
    refused(pkcs1.pem("PUBLIC KEY", der .. "\0"), "the key is damaged: more bytes follow it")
  end)

  it("is of RSA and of nothing else, and the message says what was given", function()
    local function other(options)
      return program:public(program:new_key(options))
    end
    refused(
      other("-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
      "the key is an EC key; an RSA key is needed"
    )
    refused(other("-algorithm ED25519"), "the key is an Ed25519 key; an RSA key is needed")
    refused(other("-algorithm X25519"), "the key is not an RSA key")
    refused(other("-algorithm ED448"), "the key is not an RSA key")
    refused(
      other("-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048"),
      "the key is an RSA-PSS key, which cannot verify RSASSA-PKCS1-v1_5; an RSA key is needed"
    )
    program:run("genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out parameters")
    refused(other("-paramfile parameters"), "the key is a DSA key; an RSA key is needed")
  end)

  it("has 2048 to 16384 bits", function()
    local words = "the key is an RSA key of %d bits; it has to have 2048 to 16384"
    for _, bits in ipairs({ 512, 1024, 2047 }) do
      local small = program:new_rsa_key(bits)
      refused(program:public(small), words:format(bits))
      refused_private(small, words:format(bits))
    end
    -- No numbers that anyone would use, but the sizes are what counts.
    local odd = ("\255"):rep(2047) .. "\1"
    for _, pem in ipairs({ pkcs1.public_key("\1" .. odd:sub(2) .. "\1", "\1\0\1") }) do
      refused(pem, words:format(16385))
    end
    for _, size in ipairs({ 1, 15, 16, 32, 64, 128, 255 }) do
      for _, pem in ipairs({ pkcs1.public_key(("\255"):rep(size), "\3") }) do
        refused(pem, words:format(size * 8))
      end
    end
    for _, pem in ipairs({ pkcs1.public_key(odd, "\1\0\1") }) do
      local key = assert(core.public_key(pem))
      assert.equal("rtk.key (public, RSA, 16384 bits)", tostring(key))
      assert.is_false((key:verify("text", signature)))
    end
  end)

  it("has an odd exponent from 3 to 64 bits and an odd modulus", function()
    local modulus = program:modulus(public)
    for exponent, words in pairs({
      ["\0"] = "the key is no RSA key: its public exponent is even",
      ["\1"] = "the key is no RSA key: its public exponent is below 3",
      ["\2"] = "the key is no RSA key: its public exponent is even",
      ["\1\0\0"] = "the key is no RSA key: its public exponent is even",
      ["\1" .. ("\0"):rep(7) .. "\1"] = "the key has a public exponent of more than 64 bits",
      [modulus] = "the key has a public exponent of more than 64 bits",
    }) do
      for _, pem in ipairs({ pkcs1.public_key(modulus, exponent) }) do
        refused(pem, words)
      end
    end
    for _, exponent in ipairs({ "\3", "\5", "\17", "\1\0\1", ("\255"):rep(8) }) do
      for _, pem in ipairs({ pkcs1.public_key(modulus, exponent) }) do
        assert(core.public_key(pem))
      end
    end
    local even = pkcs1.add(modulus, "\1", -1)
    for _, pem in ipairs({ pkcs1.public_key(even, "\1\0\1") }) do
      refused(pem, "the key is no RSA key: its modulus is even")
    end
  end)

  it("is the public half, and neither the private one nor a certificate", function()
    local is_private = "the key is a private key; verifying needs the public one"
    refused(private, is_private)
    refused(program:new_key("-algorithm ED25519"), is_private)
    program:run("pkey -in key -aes256 -passout pass:x -out encrypted", { key = private })
    local encrypted = program:read("encrypted")
    refused(encrypted, is_private)
    refused_private(encrypted, "the key is encrypted; a private key without a password is needed")
    program:run("req -x509 -new -key key -days 2 -subj /CN=x -out certificate", { key = private })
    local certificate = program:read("certificate")
    local words = "the key is a certificate; its public key is needed "
      .. "(openssl x509 -pubkey -noout prints it)"
    refused(certificate, words)
    -- What the message says does help.
    accepted(program:run("x509 -pubkey -noout -in certificate"))
    local unknown = "the key is no public key: its PEM block has another label"
    refused(public:gsub("PUBLIC KEY", "DH PARAMETERS"), unknown)
    refused(public:gsub("PUBLIC KEY", "OPENSSH KEY"), unknown)
    local content = public:gsub("PUBLIC KEY", "RSA PUBLIC KEY")
    local key, message = core.public_key(content)
    assert.is_nil(key)
    assert.matches("^OpenSSL could not read the key", message)
  end)

  it("that signs is a PRIVATE KEY or an RSA PRIVATE KEY without a password", function()
    local signer = assert(core.private_key(private))
    assert.equal(private, signer:private_pem())
    assert.equal(public, signer:public_pem())
    assert.equal(signature, signer:sign("text"))
    program:run("rsa -in key -traditional -out pkcs1", { key = private })
    local traditional = program:read("pkcs1")
    assert.matches("^%-%-%-%-%-BEGIN RSA PRIVATE KEY", traditional)
    assert.equal(private, core.private_key(traditional):private_pem())
    assert.equal(private, core.private_key(traditional:gsub("\n", "\\n")):private_pem())
    refused_private(public, "the key is a public key; signing needs the private one")
    refused_private(
      program:new_key("-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
      "the key is an EC key; an RSA key is needed"
    )
    program:run("ecparam -name prime256v1 -genkey -noout -out ec")
    refused_private(program:read("ec"), "the key is not an RSA key")
    program:run("rsa -in key -traditional -aes128 -passout pass:x -out old", { key = private })
    refused_private(program:read("old"), "the key has PEM headers, as encrypted keys have")
    -- An encrypted key under the label of another must not ask for its password.
    program:run("pkcs8 -topk8 -in key -passout pass:x -outform DER -out der", { key = private })
    local _, message = core.private_key(pkcs1.pem("PRIVATE KEY", program:read("der")))
    assert.matches("^OpenSSL could not read the key", message)
  end)

  it("that signs has two halves that belong together", function()
    -- The bytes of a key and, from somewhere in its private exponent, those of another.
    local function der(pem)
      program:run("rsa -in key -outform DER -out der", { key = pem })
      return program:read("der")
    end
    local one, two = der(private), der(program:new_rsa_key(2048))
    for _, at in ipairs({ 290, 400, 500 }) do
      local key, message =
        core.private_key(pkcs1.pem("RSA PRIVATE KEY", one:sub(1, at) .. two:sub(at + 1, #one)))
      assert.is_nil(key, at)
      assert.matches("^OpenSSL could not ", message)
    end
  end)

  it("that is new differs from others and is complete", function()
    local one, two = assert(core.new_private_key()), assert(core.new_private_key(2048))
    assert.not_equal(one:private_pem(), two:private_pem())
    assert.equal("rtk.key (private, RSA, 2048 bits)", tostring(one))
    assert.is_true(core.public_key(one:public_pem()):verify("text", one:sign("text")))
    assert.is_false((core.public_key(two:public_pem()):verify("text", one:sign("text"))))
    program:run("pkey -in new -check -noout", { new = one:private_pem() })
    assert.equal(one:public_pem(), program:public(one:private_pem()))
    assert.equal("rtk.key (private, RSA, 2052 bits)", tostring(core.new_private_key(2052)))
    for _, bits in ipairs({ 0, -1, 512, 2047, 16385, 2 ^ 31 }) do
      assert.has_error(function()
        core.new_private_key(bits)
      end, "bad argument #1 to 'new_private_key' (a key has 2048 to 16384 bits)")
    end
  end)

  it("shows its kind and size, and nothing of itself", function()
    assert.equal("rtk.key (public, RSA, 2048 bits)", tostring(core.public_key(public)))
    assert.equal("rtk.key (private, RSA, 2048 bits)", tostring(core.private_key(private)))
  end)

  it("that is public raises where the private one is needed, at the caller's line", function()
    local key = core.public_key(public)
    assert.equal(public, key:public_pem())
    for _, method in ipairs({ "sign", "private_pem" }) do
      local ok, message = pcall(function()
        local result = key[method](key, "text")
        return result
      end)
      assert.is_false(ok)
      assert.matches("key_spec.lua:%d+: key is a public key; this needs the private one$", message)
    end
  end)

  it("raises for what is no string and no key", function()
    for _, value in ipairs({ {}, true, print }) do
      assert.has_error(function()
        core.public_key(value)
      end)
      assert.has_error(function()
        core.private_key(value)
      end)
    end
    assert.has_error(function()
      core.public_key()
    end)
    local verify = core.public_key(public).verify
    for _, value in ipairs({ {}, "key", io.stdout, core.waker() }) do
      assert.has_error(function()
        verify(value, "text", signature)
      end)
    end
  end)

  it("that was freed raises", function()
    local key = core.public_key(public)
    local free = (debug.getmetatable(key)).__gc
    free(key)
    free(key)
    assert.has_error(function()
      key:verify("text", signature)
    end)
  end)
end)
