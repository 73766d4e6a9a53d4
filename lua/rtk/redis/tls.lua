-- SPDX-License-Identifier: MIT
-- TLS to Redis outside nginx, with LuaSec. LuaSec checks who signed a certificate; this module also
-- checks that the certificate is for the host.

local misuse = require("rtk.misuse")

---@class rtk.RedisTls
local Tls = {}
Tls.__index = Tls

local tls = {}

local MISSING = 'tls of rtk.rate_limit.redis needs LuaSec, the module "ssl" (Debian: lua-sec). %s'
local SUBJECT_ALT_NAMES = "2.5.29.17"

-- Where systems keep their trusted certificates.
local bundles = {
  "/etc/ssl/certs/ca-certificates.crt", -- Debian
  "/etc/pki/tls/certs/ca-bundle.crt", -- Fedora
  "/etc/ssl/ca-bundle.pem", -- openSUSE
  "/etc/ssl/cert.pem", -- Alpine, the BSDs
}

local function is_readable(name)
  if not io then return false end
  local file = io.open(name, "rb")
  return file ~= nil and file:close()
end

local function system_bundle()
  local named = os.getenv("SSL_CERT_FILE")
  if named and named ~= "" then return named end
  for _, name in ipairs(bundles) do
    if is_readable(name) then return name end
  end
  misuse.raise("ca_file is missing: no certificates of the system were found")
end

local function is_address(host)
  return host:find("^[%d.]+$") ~= nil or host:find(":", 1, true) ~= nil
end

-- ASCII only, in any locale.
local function lower(text)
  return (text:gsub("[A-Z]", function(letter)
    return string.char(letter:byte() + 32)
  end))
end

-- An asterisk matches the whole first label.
local function matches(pattern, host)
  pattern, host = lower(pattern), lower(host)
  if pattern == host then return true end
  local rest = pattern:match("^%*(%..+%..+)$")
  return rest ~= nil and host:match("^[^.]+(%..+)$") == rest
end

--- Whether the names of a certificate include a host.
---@param names { dNSName?: string[], iPAddress?: string[] }? as LuaSec returns them
---@param host string name or address
---@return boolean
function tls.is_for(names, host)
  local listed = names and names[is_address(host) and "iPAddress" or "dNSName"] or {}
  for _, name in ipairs(listed) do
    if is_address(host) and name == host or not is_address(host) and matches(name, host) then
      return true
    end
  end
  return false
end

--- Wraps a connected socket for TLS; the handshake comes next.
---@param socket table of LuaSocket; LuaSec takes over its descriptor
---@param host string
---@return table? socket
---@return string? message
function Tls:wrap(socket, host)
  local wrapped, message = self._ssl.wrap(socket, self._context)
  if not wrapped then return nil, "TLS: " .. tostring(message) end
  if not is_address(host) then wrapped:sni(host) end
  return wrapped
end

--- After the handshake, checks that the certificate is for the host.
---@param _ table
---@param socket table
---@param host string
---@return true? ok
---@return string? message
function Tls.check(_, socket, host)
  local certificate = socket:getpeercertificate()
  local extension = certificate and certificate:extensions()[SUBJECT_ALT_NAMES]
  if tls.is_for(extension, host) then return true end
  return nil, "TLS: the certificate is not for " .. host
end

--- Loads the trusted certificates; raises when they or LuaSec are missing.
---@param ca_file? string default the system's
---@return rtk.RedisTls
function tls.new(ca_file)
  local found, ssl = pcall(require, "ssl")
  if not found then misuse.raise(MISSING:format(tostring(ssl):match("^[^\n]*"))) end
  local context, message = ssl.newcontext({
    mode = "client",
    protocol = "any",
    options = { "all", "no_sslv2", "no_sslv3", "no_tlsv1", "no_tlsv1_1" },
    verify = { "peer", "fail_if_no_peer_cert" },
    cafile = ca_file or system_bundle(),
  })
  if not context then
    misuse.raise("cannot read the certificates of ca_file: " .. tostring(message))
  end
  return setmetatable({ _ssl = ssl, _context = context }, Tls)
end

return tls
