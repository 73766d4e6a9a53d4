-- SPDX-License-Identifier: MIT
-- Makes certificates for test servers with the openssl command: an authority and, below it, one
-- that is good for 127.0.0.1 and localhost, one for another host, one that has expired and one that
-- is not valid yet; also a self-signed one and one that this one signed.

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local certificates = {}

local KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

-- Only openssl's own authority lets a certificate begin or end at any time.
local AUTHORITY = [[
[ca]
default_ca = test
[test]
database = index
new_certs_dir = .
serial = number
default_md = sha256
policy = any
[any]
commonName = supplied
]]

local TODAY = "-days 2"
local PAST = "-startdate 20100101000000Z -enddate 20110101000000Z"
local FUTURE = "-startdate 20980101000000Z -enddate 20990101000000Z"

local function leaf(directory, authority, name, names, period)
  workdir.write(directory .. "/" .. name .. ".ext", "subjectAltName=" .. names .. "\n")
  shell.check(
    ([[cd %s &&
    openssl req %s -keyout %s.key -out %s.csr -subj /CN=%s &&
    openssl ca -batch -notext -config authority.conf -cert %s.pem -keyfile %s.key \
      %s -extfile %s.ext -in %s.csr -out %s.pem]]):format(
      shell.quote(directory),
      KEY,
      name,
      name,
      name,
      authority,
      authority,
      period,
      name,
      name,
      name
    )
  )
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
  workdir.write(directory .. "/authority.conf", AUTHORITY)
  workdir.write(directory .. "/index", "")
  workdir.write(directory .. "/number", "4711\n")
  leaf(directory, "ca", "good", "IP:127.0.0.1,DNS:localhost", TODAY)
  leaf(directory, "ca", "other", "DNS:other.example", TODAY)
  leaf(directory, "ca", "expired", "IP:127.0.0.1", PAST)
  leaf(directory, "ca", "early", "IP:127.0.0.1", FUTURE)
  leaf(directory, "self", "stranger", "IP:127.0.0.1", TODAY)
end

return certificates
