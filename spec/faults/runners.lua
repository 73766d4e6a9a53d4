-- SPDX-License-Identifier: MIT
-- Where the calls of the fault matrix run: each runner is { name, start() -> running }, and what
-- runs has row(index) -> cells (see spec.faults.matrix) and stop().

local blocking = require("rtk.runtime.blocking")
local cjson = require("cjson")
local loops = require("spec.support.loops")
local matrix = require("spec.faults.matrix")
local openresty = require("spec.support.openresty")
local rtk = require("rtk")
local server = require("rtk.emulator.server")
local worlds = require("spec.faults.worlds")

-- Rows of a world that this process makes.
local function running_in(world, stop)
  local running = {}
  function running.row(index)
    return matrix.row(world, index)
  end
  function running.stop()
    world.close()
    if stop then stop() end
  end
  return running
end

local function in_process()
  return running_in(matrix.open(worlds.in_process))
end

-- A runner over HTTP; `prepare` changes the world.
local function served(module, prepare)
  return function()
    local served_by = assert(server.start({ port = 0 }))
    local world = matrix.open(function(on_event)
      return worlds.served(served_by, module, on_event)
    end)
    if prepare then prepare(world) end
    return running_in(world, function()
      served_by:stop()
    end)
  end
end

-- Another function makes calls all the time, so that each wait is shared.
local function gathered(world)
  function world.run(f)
    local is_done = false
    local results = rtk.gather({
      function()
        f()
        is_done = true
      end,
      function()
        while not is_done do
          world.journal()
        end
      end,
    })
    for _, result in ipairs(results) do
      assert(result[1], result[2])
    end
  end
end

-- Each row has the event loop to itself.
local function looped(loop)
  return served(loop.module, function(world)
    world.run = loop.run
  end)
end

-- The world is inside of nginx, which is asked for rows.
local function in_nginx()
  local served_by = assert(server.start({ port = 0 }))
  local code = ("require('spec.faults.nginx_rows').serve(%q, %q)"):format(
    served_by.url,
    served_by.admin_url
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
    served_by:stop()
  end
  return running
end

local runners = {
  { name = "blocking, in process", start = in_process },
  { name = "blocking, over HTTP", start = served(blocking) },
  { name = "gather, over HTTP", start = served(blocking, gathered) },
  { name = "nginx, over HTTP", start = in_nginx },
}
for _, loop in ipairs(loops) do
  runners[#runners + 1] = { name = loop.name .. ", over HTTP", start = looped(loop) }
end
return runners
