-- SPDX-License-Identifier: MIT
-- rtk.webhook: receivers of webhooks, and what they remember deliveries with. The modules are
-- loaded when they are first used.

local misuse = require("rtk.misuse")
local suggest = require("rtk.suggest")

local webhook = { seen = {} }

--- Makes a receiver. It needs no credentials.
---@param options? rtk.ReceiverOptions
---@return rtk.Receiver receiver
function webhook.receiver(options)
  return require("rtk.webhook.receiver").new(options)
end

--- Signs a body as the service does, for tests of a receiver.
---@param body string the bytes to send
---@param private_pem string an RSA key of 2048 bits or more
---@param options? { uuid?: string, webhook_id?: string } default random ones
---@return table<string, string> headers rtk-signature, rtk-uuid, rtk-webhook-id, content-type
function webhook.sign(body, private_pem, options)
  return require("rtk.webhook.sign").headers(body, private_pem, options)
end

--- Remembers deliveries in this Lua state.
---@param options? rtk.SeenOptions
---@return rtk.Seen seen
function webhook.seen.memory(options)
  return require("rtk.webhook.seen").memory(options)
end

--- Remembers deliveries for all workers of one nginx.
---@param options rtk.SharedDictSeenOptions
---@return rtk.Seen seen
function webhook.seen.shared_dict(options)
  return require("rtk.webhook.seen").shared_dict(options)
end

--- Remembers deliveries for all processes that share a Redis.
---@param options? rtk.RedisSeenOptions
---@return rtk.Seen seen
function webhook.seen.redis(options)
  return require("rtk.webhook.seen").redis(options)
end

local function names_its_members(what, members)
  local names = suggest.names(members)
  return setmetatable(members, {
    __index = function(_, name)
      if type(name) == "string" and name:sub(1, 1) == "_" then return nil end
      misuse.raise(what .. " has no " .. tostring(name) .. suggest.clause(tostring(name), names))
    end,
  })
end

names_its_members("rtk.webhook.seen", webhook.seen)
return names_its_members("rtk.webhook", webhook)
