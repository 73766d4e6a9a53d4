-- SPDX-License-Identifier: MIT
-- Fuzz target: keys and signatures. The first byte chooses what the rest is: a PEM text, the
-- contents of a block, or a signature. A signature that is valid for a text is one of few texts,
-- and no message shows what a terminal would take for a command.

local core = require("rtk.core")
local pkcs1 = require("spec.support.data.pkcs1")
local signing_key = require("spec.fixtures.signing_key")

local private = assert(core.private_key(signing_key))
local public = assert(core.public_key(private:public_pem()))
local BODY = '{"event":"meeting.ended"}'
local SIGNATURE = private:sign(BODY)

local function check_message(message)
  assert(type(message) == "string", "no message")
  assert(#message > 10 and #message < 160 and not message:find("%c"), "an odd message: " .. message)
end

local function check_key(key, message, reads)
  if not key then return check_message(message) end
  -- What is read is written as the same key.
  local pem = assert(key:public_pem())
  assert(core.public_key(pem):public_pem() == pem, "another key after writing it")
  assert(not key:verify(BODY, SIGNATURE) or pem == public:public_pem(), "another key verifies")
  if reads == core.private_key then assert(key:verify("x", key:sign("x"))) end
end

local function read(pem)
  for _, reads in ipairs({ core.public_key, core.private_key }) do
    local key, message = reads(pem)
    check_key(key, message, reads)
  end
end

local uses = {
  function(rest)
    read(rest)
  end,
  function(rest)
    for _, label in ipairs({ "PUBLIC KEY", "RSA PUBLIC KEY", "PRIVATE KEY", "RSA PRIVATE KEY" }) do
      read(pkcs1.pem(label, rest))
    end
  end,
  function(rest)
    local is_valid, reason = public:verify(BODY, rest)
    assert(is_valid == (rest == SIGNATURE), "another verdict")
    if not is_valid then check_message(reason) end
  end,
  function(rest)
    local is_valid, reason = public:verify(rest, SIGNATURE)
    assert(is_valid == (rest == BODY), "another verdict")
    if not is_valid then check_message(reason) end
  end,
}

return function(input)
  uses[(input:byte() or 0) % #uses + 1](input:sub(2))
end
