-- SPDX-License-Identifier: MIT
-- Runs rows of the fault matrix inside of nginx.

local cjson = require("cjson")
local matrix = require("spec.faults.matrix")
local runtime = require("rtk.runtime.nginx")
local worlds = require("spec.faults.worlds")

local ngx = rawget(_G, "ngx")

local rows = {}

local world

--- Answers with the cells of the row that the query names.
---@param url string of the emulator
---@param admin_url string
function rows.serve(url, admin_url)
  world = world
    or matrix.open(function(on_event)
      return worlds.served({ url = url, admin_url = admin_url }, runtime, on_event)
    end)
  ngx.print(cjson.encode(matrix.row(world, tonumber(ngx.var.arg_index))))
end

return rows
