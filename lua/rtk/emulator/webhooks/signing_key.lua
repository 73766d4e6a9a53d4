-- SPDX-License-Identifier: MIT
-- The 2048-bit RSA key that signs webhooks: RSASSA-PKCS1-v1_5 with SHA-256, in base64. The openssl
-- program creates it on first use, because plain Lua has no cryptography; it is the only part of an
-- emulator that does not follow from the seed.
--
-- The private key stays in memory and reaches openssl through a pipe, never through a command line;
-- openssl's output passes through a temporary file that only the user can read. A signature depends
-- on key and text alone, so each text is signed once, and many texts in one run of the shell.
local base64 = require("rtk.emulator.util.base64")
local process = require("rtk.emulator.server.process")

local SigningKey = { __name = "rtk.emulator.webhooks.signing_key" }
SigningKey.__index = SigningKey

-- Length of a 2048-bit RSA signature.
local SIGNATURE_BYTES = 256

local GENERATE = [[
key=$(openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048) &&
printf '%s\n' "$key" && printf '%s\n' "$key" | openssl pkey -pubout
]]

local SIGN = [[
printf %%s %s | openssl dgst -sha256 -sign /dev/fd/3 3<<PRIVATE_KEY
$key
PRIVATE_KEY
]]

local FAILED = "webhooks are signed by the openssl program, which failed: "

--- Runs a script that the process list does not show; returns its output.
local function run(script)
  local path = os.tmpname()
  local pipe = io.popen("/bin/sh >" .. process.quote(path) .. " 2>&1", "w")
  if pipe then
    pipe:write(script)
    pipe:close()
  end
  local output = process.read_file(path)
  os.remove(path)
  return output or ""
end

local function pem(text, label)
  return text:match("%-%-%-%-%-BEGIN " .. label .. ".-END " .. label .. "%-%-%-%-%-")
end

--- Creates the key if there is none yet.
local function ensure(self)
  if self.private then return true end
  local output = run(GENERATE)
  local private, public = pem(output, "PRIVATE KEY"), pem(output, "PUBLIC KEY")
  -- The output may hold the private key, so it is not shown when there is one.
  if not public then return nil, FAILED .. (private and "it wrote no public key" or output) end
  self.private, self.public_pem = private, public
  return true
end

--- The public key in PEM.
---@return string? pem
---@return string? message
function SigningKey:public()
  local ok, message = ensure(self)
  if not ok then return nil, message end
  return self.public_pem
end

--- Replaces the key.
---@return string? pem the new public key
---@return string? message
function SigningKey:rotate()
  self.private, self.public_pem, self.signatures = nil, nil, {}
  return self:public()
end

--- Signs the texts that have no signature yet.
local function sign_new(self, texts)
  local script = { "key='" .. self.private .. "'\n" }
  for index, text in ipairs(texts) do
    script[index + 1] = SIGN:format(process.quote(text))
  end
  local output = run(table.concat(script))
  if #output ~= SIGNATURE_BYTES * #texts then return nil, FAILED .. output end
  for index, text in ipairs(texts) do
    local stop = SIGNATURE_BYTES * index
    self.signatures[text] = base64.encode(output:sub(stop - SIGNATURE_BYTES + 1, stop))
  end
  return true
end

--- Signs texts.
---@param texts string[]
---@return table<string, string>? signatures by text, in base64
---@return string? message
function SigningKey:sign(texts)
  local new, seen = {}, {}
  for _, text in ipairs(texts) do
    if not self.signatures[text] and not seen[text] then
      new[#new + 1], seen[text] = text, true
    end
  end
  if #new == 0 then return self.signatures end
  local ok, message = ensure(self)
  if ok then
    ok, message = sign_new(self, new)
  end
  if not ok then return nil, message end
  return self.signatures
end

local function new()
  return setmetatable({ signatures = {} }, SigningKey)
end

return { new = new }
