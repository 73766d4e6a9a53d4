-- SPDX-License-Identifier: MIT
-- What jobs are tried with in nginx and event loops: a client of a served emulator, calls of its
-- administration, and a number of ticks, which shows whether others go on.

local rtk = require("rtk")

local job_setting = {}

local ACCOUNT = "0123456789abcdef0123456789abcdef" -- which calls of the administration mean
local APP = "00000000-0000-4000-8000-000000000001"
local LATENCY = 0.02 -- seconds, of every request

--- Makes a setting; tick(setting) must run beside what uses it.
---@param url string of the emulator
---@param admin_url string
---@return table setting { client, ticks, administer(call, body), is_over }
function job_setting.new(url, admin_url)
  local setting = { ticks = 0, is_over = false }
  setting.client =
    rtk.new({ base_url = url, api_token = "t", account_id = ACCOUNT, app_id = APP, proxy = "" })
  local admin = rtk.new({ base_url = admin_url, api_token = "t", account_id = false, proxy = "" })
  function setting.administer(call, body)
    local request = { method = "POST", path = "/" .. call, body = body or {} }
    return assert(admin:request(request)).data
  end
  return setting
end

--- Counts until the setting is over.
---@param setting table
---@param sleep fun(seconds: number) of the place
function job_setting.tick(setting, sleep)
  while not setting.is_over do
    setting.ticks = setting.ticks + 1
    sleep(0.001)
  end
end

--- Runs a function of the contract with an emulator that takes its time. Raises what it raises.
---@param try fun(setting: table)
---@param setting table
function job_setting.run(try, setting)
  local ok, message = pcall(function()
    setting.administer("reset")
    setting.administer("fault", { kind = "latency", delay = LATENCY, times = 10000 })
    try(setting)
  end)
  setting.is_over = true
  if not ok then error(message, 0) end
end

return job_setting
