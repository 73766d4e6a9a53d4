-- SPDX-License-Identifier: MIT
-- rtk: Cloudflare RealtimeKit for Lua. require "rtk" returns this module.

local array = require("rtk.array")
local client = require("rtk.client")
local core = require("rtk.core")
local gather = require("rtk.gather")
local misuse = require("rtk.misuse")
local rate_limit = require("rtk.rate_limit")
local response = require("rtk.http.response")

---@class rtk
local rtk = {
  _VERSION = core._VERSION,
  --- A JSON null, in requests and in arrays of responses. The same value as cjson.null.
  null = core.null,
  --- Makes limiters.
  rate_limit = rate_limit,
}

local function check_dot(name, first)
  if first == rtk then misuse.raise(("call rtk.%s with a dot, not with a colon"):format(name)) end
end

--- Makes a client. Raises on invalid options.
---@param options? rtk.ClientOptions
---@return rtk.Client client nil, with the message, only if the transport cannot be created
---@return string? message
function rtk.new(options)
  check_dot("new", options)
  return client.new(options)
end

--- Runs functions that make calls concurrently. An error that one raises ends up in its result:
--- ok is false, as from pcall.
---@param functions function[]
---@param options? rtk.GatherOptions
---@return { n: integer, [integer]: any }[] results for each { ok, values... }, in order
function rtk.gather(functions, options)
  check_dot("gather", functions)
  return gather.run(functions, options)
end

--- Marks a table as an array, so that it is sent as [] when it is empty.
---@generic T
---@param items? T[] default a new table
---@return T[] items the same table, or a copy if it has a __pairs
function rtk.array(items)
  return array.new(items)
end

--- The response that a value came from.
---@param value any an object, page or table that a call returned
---@return rtk.Response? response nil when no call returned this value
function rtk.response(value)
  return response.of(value)
end

return rtk
