-- SPDX-License-Identifier: MIT
-- A channel: what the clients made from one rtk.new share. Settings, transport, runtime,
-- credentials.

local credentials = require("rtk.http.credentials")
local core = require("rtk.core")
local header_lines = require("rtk.http.header_lines")
local misuse = require("rtk.misuse")
local open_calls = require("rtk.client.open_calls")
local runtime = require("rtk.runtime")

---@class rtk.Channel
---@field settings table without the credentials
---@field transport table
---@field runtime rtk.Runtime
---@field header_lines fun(call: rtk.Call): string[]?, string?, any see rtk.http.header_lines
---@field set_token fun(token: string|function)
---@field redact fun(text: string): string removes the credentials
---@field open table<table, "attempts"|"reconcile"> the calls that have not ended, by call.open,
---held weakly: an abandoned call is collected. No key leads to its call, which holds headers
---@field is_closing boolean
---@field is_closed boolean
---@field call_count? integer for ids, see rtk.http.events
---@field unanswered? table admitted attempts, see rtk.rate_limit.admission

local channel = {}

local function open_transport(resolved)
  if resolved.transport then return resolved.transport end
  local transport, message, option_name = core.transport({
    max_connections = resolved.max_connections,
    ca_file = resolved.ca_file,
    ca_pem = resolved.ca_pem,
    proxy = resolved.proxy,
  })
  if option_name then misuse.raise(option_name .. " " .. message) end
  return transport, message
end

--- Makes a channel.
---@param resolved table as settings.resolve returns it; the credentials are removed from it
---@return rtk.Channel? channel nil only if the transport cannot be created
---@return string? message
function channel.new(resolved)
  local transport, message = open_transport(resolved)
  if not transport then return nil, message end
  local identity = credentials.new(resolved)
  local self = {
    settings = resolved,
    transport = transport,
    runtime = runtime.new(
      transport,
      resolved.runtime,
      { allow_blocking = resolved.allow_blocking }
    ),
    header_lines = header_lines.new(resolved, identity),
    set_token = function(token)
      identity.set_token(token)
      resolved.origins.api_token = "client:set_token"
    end,
    redact = identity.redact,
    open = setmetatable({}, { __mode = "k" }),
    is_closing = false,
    is_closed = false,
  }
  -- From here on only the closures above hold the credentials.
  resolved.is_legacy = resolved.basic and true
  resolved.api_token, resolved.basic, resolved.proxy, resolved.headers = nil, nil, nil, nil
  resolved.ca_pem = nil -- may be large
  return self
end

--- Closes the connections, after the calls in flight. New calls raise; those that are still in
--- flight then end with kind "cancelled".
---@param self rtk.Channel
---@param seconds number to wait at most
---@return integer count the calls that were cancelled
function channel.close(self, seconds)
  self.is_closing = true
  if seconds > 0 then open_calls.drain(self, seconds) end
  local count = open_calls.count(self)
  self.is_closed = true
  self.runtime:close()
  if self.transport.close then self.transport:close() end
  return count
end

return channel
