-- SPDX-License-Identifier: MIT
-- Certificates for test servers, made by the openssl command: an authority,
-- and below it one that is good for 127.0.0.1 and localhost, one for another
-- host and one that has expired; besides, one that signed itself.

local shell = require("spec.support.shell")
local workdir = require("spec.support.workdir")

local certificates = {}

local KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

local function leaf(directory, name, names, days)
  workdir.write(directory .. "/" .. name .. ".ext", "subjectAltName=" .. names .. "\n")
  shell.check(
    ([[cd %s &&
    openssl req %s -keyout %s.key -out %s.csr -subj /CN=%s &&
    openssl x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
      -days %d -extfile %s.ext -out %s.pem]]):format(
      shell.quote(directory),
      KEY,
      name,
      name,
      name,
      name,
      days,
      name,
      name
    )
  )
end

--- Writes <name>.pem and <name>.key for ca, good, other, expired and self.
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
end

return certificates
