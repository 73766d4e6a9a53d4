-- SPDX-License-Identifier: MIT
-- Keys and signatures made by the openssl program. Each object has a directory of its own, which
-- remove() removes.

local base64 = require("rtk.emulator.util.base64")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local OpenSSL = {}
OpenSSL.__index = OpenSSL

local openssl = {}

function openssl.new()
  return setmetatable({ directory = workdir.new() }, OpenSSL)
end

function OpenSSL:remove()
  workdir.remove(self.directory)
end

--- Runs openssl in the directory; files are written there before.
---@param arguments string for sh
---@param files? table<string, string>
---@return string output
function OpenSSL:run(arguments, files)
  for name, text in pairs(files or {}) do
    workdir.write(self.directory .. "/" .. name, text)
  end
  return shell.check(("cd %s && openssl %s"):format(shell.quote(self.directory), arguments))
end

function OpenSSL:read(name)
  return shell.read(self.directory .. "/" .. name)
end

--- A new private key in PEM.
---@param options string of openssl genpkey
---@return string pem
function OpenSSL:new_key(options)
  self:run("genpkey -out key " .. options)
  return self:read("key")
end

function OpenSSL:new_rsa_key(bits)
  return self:new_key("-algorithm RSA -pkeyopt rsa_keygen_bits:" .. bits)
end

--- The public key of a private key, in PEM.
---@param key string
---@param options? string of openssl pkey
---@return string pem
function OpenSSL:public(key, options)
  self:run("pkey -in key -pubout -out public " .. (options or ""), { key = key })
  return self:read("public")
end

--- A signature in base64.
---@param key string
---@param body string
---@param options? string of openssl dgst
---@return string signature
function OpenSSL:sign(key, body, options)
  local command = "dgst -sign key -out signature %s body"
  self:run(command:format(options or "-sha256"), { key = key, body = body })
  return base64.encode(self:read("signature"))
end

--- What the private key makes of a padded digest, which may be padded in any way; in base64.
---@param key string
---@param padded string as long as the modulus
---@return string signature
function OpenSSL:raw_sign(key, padded)
  -- Signing would refuse what is too long to be a digest; decrypting is the same operation.
  self:run(
    "pkeyutl -decrypt -inkey key -in padded -out signature -pkeyopt rsa_padding_mode:none",
    { key = key, padded = padded }
  )
  return base64.encode(self:read("signature"))
end

--- What the public key makes of a signature: the padded digest.
---@param public string
---@param signature string
---@return string padded
function OpenSSL:recover(public, signature)
  self:run("base64 -d -A -in text -out signature", { text = signature, public = public })
  self:run(
    "pkeyutl -verifyrecover -pubin -inkey public -in signature -out padded "
      .. "-pkeyopt rsa_padding_mode:none"
  )
  return self:read("padded")
end

--- The modulus of a public key as bytes.
---@param public string
---@return string
function OpenSSL:modulus(public)
  local output = self:run("rsa -pubin -in public -noout -modulus", { public = public })
  return (
    output:match("Modulus=(%x+)"):gsub("%x%x", function(digits)
      return string.char(tonumber(digits, 16))
    end)
  )
end

return openssl
