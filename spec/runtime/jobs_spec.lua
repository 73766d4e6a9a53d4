-- SPDX-License-Identifier: MIT
-- Waits, meetings:close, attendance and rtk.map in event loops, with a served emulator.

local contract = require("spec.support.asserts.jobs_contract")
local emulator_server = require("rtk.emulator.server")
local job_setting = require("spec.support.clients.job_setting")
local hosts = require("spec.support.hosts.fakes")
local loops = require("spec.support.clients.loops")

describe("a job in an event loop:", function()
  local emulator

  setup(function()
    emulator = assert(emulator_server.start({}))
  end)

  teardown(function()
    emulator:stop()
  end)

  for _, loop in ipairs({ loops[1], loops[2], hosts.loop, hosts.sleeping }) do
    for title, try in pairs(contract) do
      it(title .. ", in " .. loop.name, function()
        if loop.make then loop.make() end
        local setting = job_setting.new(emulator.url, emulator.admin_url)
        loop.run(function()
          job_setting.run(try, setting)
        end, function()
          job_setting.tick(setting, loop.sleep)
        end)
      end)
    end
  end
end)
