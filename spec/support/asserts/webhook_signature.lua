-- SPDX-License-Identifier: MIT
-- Verifies signatures of webhooks as a receiver would, with the openssl program.
local cjson = require("cjson").new()
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local webhook_signature = {}

--- Whether a signature in base64 is that of a body by the owner of a public key.
---@param pem string
---@param body string
---@param signature string
---@return boolean
function webhook_signature.is_good(pem, body, signature)
  local directory = workdir.new()
  workdir.write(directory .. "/key", pem)
  workdir.write(directory .. "/body", body)
  workdir.write(directory .. "/signature", signature)
  local command = "cd %s && openssl base64 -d -A -in signature -out raw && "
    .. "openssl dgst -sha256 -verify key -signature raw body"
  local output, status = shell.run(command:format(shell.quote(directory)))
  workdir.remove(directory)
  assert(status == 0 or output:find("Verification failure", 1, true), output)
  return status == 0
end

--- The public key that an emulator serves.
---@param emulator table
---@return string pem
function webhook_signature.served_key(emulator)
  local path = "/.well-known/webhooks.json"
  local response = emulator:handle({ method = "GET", path = path, headers = {} })
  assert(response.status == 200, response.body)
  return cjson.decode(response.body).data.publicKey
end

return webhook_signature
