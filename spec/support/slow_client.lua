-- SPDX-License-Identifier: MIT
-- Clients of the test webserver's answers that take a while, or wait for each other.

local rtk = require("rtk")

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

return slow_client
