-- SPDX-License-Identifier: MIT
-- Deliveries verified per second next to lua-luaossl: `lua5.4 spec/bench/webhook.lua [rounds]` in
-- the repository's root after a build, likewise with luajit.
--
-- A delivery is a body of 600 bytes or 64 KiB and a signature in base64; good ones and bad ones.
-- luaossl verifies a digest and takes bytes: LuaSocket decodes for it. The two take turns, and only
-- their CPU time counts. Each line is the median over the rounds of luaossl's time / ours. A bad
-- signature costs us two operations: the second tells it from an OpenSSL without memory, for which
-- luaossl says the same. A last line has the cost of a key.

local jit = rawget(_G, "jit")
package.cpath = ("build/%s/?.so;"):format(jit and "luajit" or "lua5.4") .. package.cpath

local core = require("rtk.core")
local median = require("spec.support.data.median")
local mime = require("mime")
local signing_key = require("spec.fixtures.signing_key")

local has_digest, digest = pcall(require, "openssl.digest")
local has_pkey, pkey = pcall(require, "openssl.pkey")
if not (has_digest and has_pkey) then
  print("lua-luaossl is not here: nothing to compare with")
  return
end

local ROUNDS = tonumber(arg and arg[1]) or 15

local private = assert(core.private_key(signing_key))
local public_pem = assert(private:public_pem())
local ours, theirs = assert(core.public_key(public_pem)), pkey.new(public_pem)

local function verify_ours(body, signature)
  return ours:verify(body, signature)
end

local function verify_theirs(body, signature)
  return theirs:verify(mime.unb64(signature), digest.new("sha256"):update(body))
end

local function time(verify, delivery, repeats)
  collectgarbage("collect")
  collectgarbage("collect")
  local start = os.clock()
  for _ = 1, repeats do
    assert(verify(delivery.body, delivery.signature) == delivery.is_good)
  end
  return os.clock() - start
end

--- Prints how many times faster than luaossl we are, and our deliveries per second.
local function compare(label, delivery, repeats)
  local ratios, times = {}, {}
  for round = 1, ROUNDS do
    local first, second
    if round % 2 == 0 then
      first = time(verify_theirs, delivery, repeats)
      second = time(verify_ours, delivery, repeats)
    else
      second = time(verify_ours, delivery, repeats)
      first = time(verify_theirs, delivery, repeats)
    end
    ratios[round], times[round] = first / second, second
  end
  local rate = repeats / median(times)
  print(("%-26s %5.2fx %7.0f deliveries/s"):format(label, median(ratios), rate))
end

local function delivery_of(size, is_good)
  local body = ('{"event":"meeting.ended","meeting":{"id":"%s"}}'):format(("x"):rep(size - 45))
  local signature = assert(private:sign(is_good and body or body .. " "))
  return { body = body, signature = signature, is_good = is_good }
end

local function microseconds(make, repeats)
  local start = os.clock()
  for _ = 1, repeats do
    assert(make(public_pem))
  end
  return (os.clock() - start) / repeats * 1e6
end

print((jit and jit.version or _VERSION) .. ": lua-luaossl's time / ours")
compare("verify 600 bytes", delivery_of(600, true), 2000)
compare("verify 64 KiB", delivery_of(65536, true), 500)
compare("refuse 600 bytes", delivery_of(600, false), 2000)
local key, their_key = microseconds(core.public_key, 500), microseconds(pkey.new, 500)
print(("%-26s %5.2fx %7.0f us"):format("read a public key", their_key / key, key))
