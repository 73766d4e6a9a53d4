-- SPDX-License-Identifier: MIT
-- Certificates for test servers, made by the openssl command: an authority,
-- and below it one that is good for 127.0.0.1 and localhost, one for another
-- host, one that has expired and one that is not valid yet; besides, one that
-- signed itself, and one that this one signed.

local shell = require("spec.support.shell")
local workdir = require("spec.support.workdir")

local certificates = {}

local KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

local function leaf(directory, name, names, days, authority)
  workdir.write(directory .. "/" .. name .. ".ext", "subjectAltName=" .. names .. "\n")
  shell.check(
    ([[cd %s &&
    openssl req %s -keyout %s.key -out %s.csr -subj /CN=%s &&
    openssl x509 -req -in %s.csr -CA %s.pem -CAkey %s.key -CAcreateserial \
      -days %d -extfile %s.ext -out %s.pem]]):format(
      shell.quote(directory),
      KEY,
      name,
      name,
      name,
      name,
      authority or "ca",
      authority or "ca",
      days,
      name,
      name
    )
  )
end

local AUTHORITY = [[
[ca]
default_ca = early
[early]
database = index
new_certs_dir = .
serial = number
default_md = sha256
policy = any
[any]
commonName = supplied
]]

-- Only openssl's own authority lets a certificate begin later than now.
local function early_leaf(directory)
  workdir.write(directory .. "/authority.conf", AUTHORITY)
  workdir.write(directory .. "/early.ext", "subjectAltName=IP:127.0.0.1\n")
  shell.check(([[cd %s && touch index && echo 4711 >number &&
    openssl req %s -keyout early.key -out early.csr -subj /CN=early &&
    openssl ca -batch -notext -config authority.conf -cert ca.pem -keyfile ca.key \
      -startdate 20980101000000Z -enddate 20990101000000Z -extfile early.ext \
      -in early.csr -out early.pem]]):format(shell.quote(directory), KEY))
end

--- Writes <name>.pem and <name>.key for ca, good, other, expired, early, self and stranger.
---@param directory string
function certificates.make(directory)
  for _, name in ipairs({ "ca", "self" }) do
    shell.check(
      ([[cd %s && openssl req -x509 %s -days 2 -keyout %s.key -out %s.pem \
        -subj /CN=%s -addext subjectAltName=IP:127.0.0.1]]):format(
        shell.quote(directory),
        KEY,
        name,
        name,
        name
      )
    )
  end
  leaf(directory, "good", "IP:127.0.0.1,DNS:localhost", 2)
  leaf(directory, "other", "DNS:other.example", 2)
  leaf(directory, "expired", "IP:127.0.0.1", -1)
  leaf(directory, "stranger", "IP:127.0.0.1", 2, "self")
  early_leaf(directory)
end

return certificates
