-- SPDX-License-Identifier: MIT
-- Runs in the specs' nginx: makes one call whose result takes long to decode, and tells in which
-- order it was decoded, the call returned, and something else ran that became ready meanwhile.

local core = require("rtk.core")
local rtk = require("rtk")
local waker_socket = require("rtk.runtime.nginx.waker_socket")

local ngx = rawget(_G, "ngx")
local turns = {}

-- Seconds for which a result is decoded.
local LONG = 0.002

-- A transport that takes long to decode a result, and then calls back.
local function watched_transport(on_result)
  local inner = core.transport({})
  local transport = {}
  for _, name in ipairs({ "submit", "cancel", "pending", "fd", "close" }) do
    transport[name] = function(_, ...)
      return inner[name](inner, ...)
    end
  end
  function transport.step(_, ...)
    local results, has_more = inner:step(...)
    if results[1] then
      core.sleep(LONG)
      on_result()
    end
    return results, has_more
  end
  return transport
end

--- Makes the call.
---@param base_url string
---@return string order
function turns.run(base_url)
  local order, waker, socket = {}, waker_socket.open()
  local client = assert(rtk.new({
    api_token = "x",
    account_id = "a",
    app_id = "b",
    base_url = base_url,
    transport = watched_transport(function()
      order[#order + 1] = "decoded"
      waker:wake()
    end),
  }))
  local others = ngx.thread.spawn(function()
    assert(socket:receiveany(1))
    order[#order + 1] = "others"
  end)
  assert(client:request({ path = "/slow", query = { ms = 1 } }))
  order[#order + 1] = "returned"
  assert(ngx.thread.wait(others))
  client:close()
  socket:close()
  waker:close()
  return table.concat(order, ", ")
end

return turns
