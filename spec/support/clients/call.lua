-- SPDX-License-Identifier: MIT
-- Sends requests through a transport and waits for their results.

local core = require("rtk.core")

-- Seconds, only reached when something is broken.
local CONNECTING, ALL = 60, 120

local call = {}

--- Steps until nothing is pending; returns the results by id and in order.
---@param transport table
---@return table by_id
---@return table[] ordered
function call.drain(transport)
  local by_id, ordered = {}, {}
  local limit = core.now() + ALL
  while transport:pending() > 0 do
    assert(core.now() < limit, "requests do not end")
    for _, result in ipairs(transport:step(1)) do
      by_id[result.id] = result
      ordered[#ordered + 1] = result
    end
  end
  return by_id, ordered
end

--- Submits without waiting. The method is GET and there is time to connect unless options say
--- otherwise.
---@param transport table
---@param url string
---@param options? table
---@return integer id
function call.submit(transport, url, options)
  local request = { method = "GET", url = url, connect_timeout = CONNECTING }
  for name, value in pairs(options or {}) do
    request[name] = value
  end
  return assert(transport:submit(request))
end

--- Sends one request and returns its result.
---@param transport table
---@param url string
---@param options? table
---@return table result
function call.one(transport, url, options)
  local id = call.submit(transport, url, options)
  return assert(call.drain(transport)[id])
end

--- Gives each test of the describe around this call a new transport without a proxy.
---@param take fun(transport: table) keeps the transport for the test
---@param server? { ca_file: string } whose certificates the transport trusts
function call.around(take, server)
  -- Not every program that makes calls is a spec.
  local busted = require("busted")
  local transport
  busted.before_each(function()
    transport = assert(core.transport({ proxy = "", ca_file = server and server.ca_file }))
    take(transport)
  end)
  busted.after_each(function()
    transport:close()
  end)
end

return call
