-- SPDX-License-Identifier: MIT
-- Clients of the test webserver's slow answers.

local rtk = require("rtk")

local slow_client = {}

--- Makes a client whose paths are all /slow.
---@param server table the webserver
---@param options? table further options of rtk.new
---@return rtk.Client
function slow_client.new(server, options)
  local all = { api_token = "t", account_id = "a", app_id = "b", proxy = "", max_retries = 0 }
  all.base_url = server.http .. "/slow"
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
  return client:request({ path = "/", query = { ms = milliseconds } })
end

return slow_client
