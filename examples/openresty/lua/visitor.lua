-- SPDX-License-Identifier: MIT
-- Recognizes visitors by a cookie: a random number and its signature, which nobody else can forge.
--
-- Scripts cannot read the cookie (HttpOnly), other sites cannot send a form with it (SameSite), and
-- a cookie set over https is never sent over http (Secure). The cookie alone identifies the
-- visitor, so the meeting, where other participants can see ids, gets a hash of it.

local visitor = {}

local BYTES = 16
local PATTERN = "^(" .. ("%x"):rep(2 * BYTES) .. ")%.(%x+)$"

local function hex(bytes)
  return (bytes:gsub(".", function(byte)
    return ("%02x"):format(byte:byte())
  end))
end

-- All workers and machines share this secret, also after a restart. nginx provides the environment
-- only while this file is loaded.
local key = ngx.hmac_sha1(os.getenv("CLOUDFLARE_API_TOKEN") or "", "cookies of visitors")

local function signature_of(number)
  return hex(ngx.hmac_sha1(key, number))
end

local function new_number()
  local source = assert(io.open("/dev/urandom", "rb"))
  local number = hex(source:read(BYTES))
  source:close()
  return number
end

local function set_cookie(number)
  local value = number .. "." .. signature_of(number)
  local secure = ngx.var.scheme == "https" and "; Secure" or ""
  ngx.header["Set-Cookie"] = "visitor=" .. value .. "; Path=/; HttpOnly; SameSite=Lax" .. secure
end

-- The number in the cookie, if its signature is valid.
local function number_in_cookie()
  local number, signature = (ngx.var.cookie_visitor or ""):match(PATTERN)
  return number and signature == signature_of(number) and number or nil
end

--- The visitor of the current request.
---@return { id: string, is_known: boolean } visitor with an id that reveals nothing
function visitor.current()
  local known = number_in_cookie()
  local number = known or new_number()
  if not known then set_cookie(number) end
  return { id = hex(ngx.sha1_bin(number)), is_known = known ~= nil }
end

return visitor
