-- SPDX-License-Identifier: MIT
-- Knows a visitor again by a random cookie.
--
-- Scripts cannot read the cookie (HttpOnly), other sites cannot send a form with it (SameSite),
-- and over https it stays there (Secure). Whoever has it is the visitor, so the meeting, where
-- others can see ids, gets a hash of it.

local visitor = {}

local BYTES = 16
local PATTERN = "^" .. ("%x"):rep(2 * BYTES) .. "$"

local function hex(bytes)
  return (bytes:gsub(".", function(byte)
    return ("%02x"):format(byte:byte())
  end))
end

local function new_cookie()
  local source = assert(io.open("/dev/urandom", "rb"))
  local value = hex(source:read(BYTES))
  source:close()
  return value
end

local function set_cookie(value)
  local secure = ngx.var.scheme == "https" and "; Secure" or ""
  ngx.header["Set-Cookie"] = "visitor=" .. value .. "; Path=/; HttpOnly; SameSite=Lax" .. secure
end

--- The visitor's id, which gives nothing away.
---@return string
function visitor.id()
  local value = ngx.var.cookie_visitor
  if not value or not value:find(PATTERN) then
    value = new_cookie()
    set_cookie(value)
  end
  return hex(ngx.sha1_bin(value))
end

return visitor
