-- SPDX-License-Identifier: MIT
-- Clients of the test webserver's answers that take a while, or wait for each other.

local busted = require("busted")
local rtk = require("rtk")
local webserver = require("spec.support.servers.webserver")

local slow_client = {}

--- Makes a client.
---@param server table the webserver
---@param options? table further options of rtk.new
---@return rtk.Client
function slow_client.new(server, options)
  local all = { api_token = "t", account_id = "a", app_id = "b", proxy = "", max_retries = 0 }
  all.base_url = server.http
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return rtk.new(all)
end

--- Makes a call.
---@param client rtk.Client
---@param milliseconds number until the answer
---@return table? reply the request as the server got it
---@return string? message
---@return rtk.Error? err
function slow_client.get(client, milliseconds)
  return client:request({ path = "/slow", query = { ms = milliseconds } })
end

--- Makes a call that is answered only when as many with this name are in flight.
---@param client rtk.Client
---@param name string
---@param count integer
---@return table? reply the request as the server got it
---@return string? message
---@return rtk.Error? err
function slow_client.meet(client, name, count)
  return client:request({ path = "/meet", query = { name = name, count = count } })
end

--- Gives the describe around the call a webserver, and each of its tests a new client.
---@param options? table further options of rtk.new
---@return table world with server and client, which a test may replace; slow(milliseconds), as get,
---and meet(name, count) with that client; pending(), how many of its requests are in flight
function slow_client.world(options)
  local world = {}
  busted.setup(function()
    world.server = webserver.start()
  end)
  busted.teardown(function()
    world.server:stop()
  end)
  busted.before_each(function()
    world.client = slow_client.new(world.server, options)
  end)
  busted.after_each(function()
    world.client:close()
  end)
  function world.slow(milliseconds)
    return slow_client.get(world.client, milliseconds)
  end
  function world.meet(name, count)
    return slow_client.meet(world.client, name, count)
  end
  function world.pending()
    return world.client._channel.transport:pending()
  end
  return world
end

return slow_client
