-- SPDX-License-Identifier: MIT
-- Clients of the test webserver for answers that take a while or wait for each other.

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
---@return table fixture with server and client, which a test may replace; slow(milliseconds) and
---meet(name, count) with that client; pending(), the number of its requests in flight
function slow_client.fixture(options)
  local fixture = { server = webserver.around() }
  busted.before_each(function()
    fixture.client = slow_client.new(fixture.server, options)
  end)
  busted.after_each(function()
    fixture.client:close()
  end)
  function fixture.slow(milliseconds)
    return slow_client.get(fixture.client, milliseconds)
  end
  function fixture.meet(name, count)
    return slow_client.meet(fixture.client, name, count)
  end
  function fixture.pending()
    return fixture.client._channel.transport:pending()
  end
  return fixture
end

return slow_client
