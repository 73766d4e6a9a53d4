-- SPDX-License-Identifier: MIT
-- Where the calls of a fault matrix run: each runner is { name, start() -> running }, and what
-- runs has row(index) -> cells (see spec.faults.matrix) and stop().
--
-- A setting decides what is between the calls and the emulator. It is a module with
--   module               its own name, for processes that cannot share it
--   rows                 what is expected of each fault
--   start() -> place     starts servers; a place is plain data, and has stop()
--   matrix?              the kind of matrix, default spec.faults.matrix
--   fixture(place, runtime, on_event) -> fixture    see spec.faults.fixtures
--   in_process?(on_event) -> fixture              the same without any server

local blocking = require("rtk.runtime.blocking")
local cjson = require("cjson")
local loops = require("spec.support.clients.loops")
local matrix = require("spec.faults.matrix")
local openresty = require("spec.support.servers.openresty")
local rtk = require("rtk")

local runners = {}

local function matrix_of(setting)
  return setting.matrix or matrix
end

-- Rows of a fixture that this process makes.
local function running_in(setting, fixture, stop)
  local running = {}
  function running.row(index)
    return matrix_of(setting).row(fixture, index)
  end
  function running.stop()
    fixture.close()
    if stop then stop() end
  end
  return running
end

local function in_process(setting)
  return function()
    return running_in(setting, matrix_of(setting).open(setting.rows, setting.in_process))
  end
end

-- A runner with servers; `prepare` changes the fixture.
local function served(setting, module, prepare)
  return function()
    local place = setting.start()
    local fixture = matrix_of(setting).open(setting.rows, function(on_event)
      return setting.fixture(place, module, on_event)
    end)
    if prepare then prepare(fixture) end
    return running_in(setting, fixture, place.stop)
  end
end

-- Another function makes calls all the time, so that every wait is shared.
local function gathered(fixture)
  function fixture.run(f)
    local is_done = false
    local results = rtk.gather({
      function()
        f()
        is_done = true
      end,
      function()
        while not is_done do
          fixture.journal()
        end
      end,
    })
    for _, result in ipairs(results) do
      assert(result[1], result[2])
    end
  end
end

-- Each row has the event loop to itself.
local function looped(setting, loop)
  return served(setting, loop.module, function(fixture)
    fixture.run = loop.run
  end)
end

-- A place as JSON, for other processes.
local function describe(place)
  local described = {}
  for name, value in pairs(place) do
    if type(value) == "string" then described[name] = value end
  end
  return cjson.encode(described)
end

-- The fixture is inside nginx, which answers with rows.
local function in_nginx(setting)
  return function()
    local place = setting.start()
    local code = ("require('spec.faults.nginx_rows').serve(%q, %q)"):format(
      setting.module,
      describe(place)
    )
    local nginx = openresty.start({
      server = "location /row { content_by_lua_block { " .. code .. " } }",
    })
    local running = {}
    function running.row(index)
      local status, body = nginx:get("/row?index=" .. index)
      assert(status == 200, body .. nginx:log())
      return cjson.decode(body)
    end
    function running.stop()
      nginx:remove()
      place.stop()
    end
    return running
  end
end

--- The runners of a setting.
---@param setting table
---@return { name: string, start: fun(): table }[]
function runners.of(setting)
  local all = {
    { name = "blocking", start = served(setting, blocking) },
    { name = "gather", start = served(setting, blocking, gathered) },
    { name = "nginx", start = in_nginx(setting) },
  }
  for _, loop in ipairs(loops) do
    all[#all + 1] = { name = loop.name, start = looped(setting, loop) }
  end
  if setting.in_process then
    table.insert(all, 1, { name = "blocking, in process", start = in_process(setting) })
  end
  return all
end

--- Adds a test for each runner and each row of a setting, to the describe around this call.
---@param setting table
---@param title string before the name of the row
function runners.specify(setting, title)
  -- Not every program that runs a matrix is a spec.
  local busted = require("busted")
  for _, runner in ipairs(runners.of(setting)) do
    busted.describe("in " .. runner.name, function()
      local running
      busted.setup(function()
        running = runner.start()
      end)
      busted.teardown(function()
        if running then running.stop() end
      end)
      for index, row in ipairs(setting.rows) do
        local kind = matrix_of(setting)
        busted.it(title .. ": " .. kind.name_of(row), function()
          busted.assert.same(kind.expected(row), running.row(index))
        end)
      end
    end)
  end
end

return runners
