-- SPDX-License-Identifier: MIT
-- Runs rows of a fault matrix inside of nginx.

local cjson = require("cjson")
local matrix = require("spec.faults.matrix")
local runtime = require("rtk.runtime.nginx")

local ngx = rawget(_G, "ngx")

local rows = {}

local fixture, kind

--- Answers with the cells of the row that the query names.
---@param setting_module string see spec.faults.runners
---@param place string as JSON
function rows.serve(setting_module, place)
  if not fixture then
    local setting = require(setting_module)
    kind = setting.matrix or matrix
    fixture = kind.open(setting.rows, function(on_event)
      return setting.fixture(cjson.decode(place), runtime, on_event)
    end)
  end
  ngx.print(cjson.encode(kind.row(fixture, tonumber(ngx.var.arg_index))))
end

return rows
