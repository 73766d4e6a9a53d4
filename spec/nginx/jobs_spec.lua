-- SPDX-License-Identifier: MIT
-- Waits, meetings:close, attendance and rtk.map in a worker of nginx, with a served emulator.

local contract = require("spec.support.asserts.jobs_contract")
local emulator_server = require("rtk.emulator.server")
local openresty = require("spec.support.servers.openresty")

local SERVER = [[
location = /job {
  content_by_lua_block {
    local job_setting = require("spec.support.clients.job_setting")
    local try = require("spec.support.asserts.jobs_contract")[ngx.unescape_uri(ngx.var.arg_title)]
    local setting = job_setting.new("URL", "ADMIN")
    local ticker = ngx.thread.spawn(job_setting.tick, setting, ngx.sleep)
    local ok, message = pcall(job_setting.run, try, setting)
    ngx.thread.wait(ticker)
    ngx.print(ok and "ok" or tostring(message))
  }
}
]]

describe("a job in nginx:", function()
  local emulator, nginx

  setup(function()
    emulator = assert(emulator_server.start({}))
    local server = SERVER:gsub("URL", emulator.url):gsub("ADMIN", emulator.admin_url)
    nginx = openresty.start({ server = server })
  end)

  teardown(function()
    if nginx then nginx:remove() end
    if emulator then emulator:stop() end
  end)

  for title in pairs(contract) do
    it(title, function()
      local _, body = nginx:get("/job?title=" .. title:gsub(" ", "%%20"))
      assert.equal("ok", body)
    end)
  end
end)
