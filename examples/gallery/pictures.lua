-- SPDX-License-Identifier: MIT
-- Draws the pictures of examples/README.md, the same each time: what the examples print, with the
-- emulator in their own process where that is possible, and what they draw themselves.
--
--   make example NAME=pictures    -- that of the site needs Chromium

local list = require("list")
local scenes = require("scenes")
local stage = require("stage")
local terminal_picture = require("terminal_picture")

local pictures = {}

local DIRECTORY, COLUMNS = "examples/pictures/", 100

local function output_of(script)
  local pipe = assert(io.popen("exec 2>&1\n" .. script))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

-- Runs the commands of an example with the emulator in the same process.
local function run_here(example)
  local model = require("rtk.emulator").new({ seed = scenes.SEED, start_time = scenes.START })
  local directory = stage.empty_directory(example)
  local variables = {
    CLICOLOR_FORCE = 1,
    COLUMNS = COLUMNS,
    DIRECTORY = directory,
    LUA = arg[-1],
    LUA_INIT = "@examples/gallery/in_process.lua",
    MEETING = scenes[example.scene](model).meeting_id,
    SCENE = example.scene,
  }
  return output_of(
    stage.assignments(variables) .. stage.show(example.drawn or example.commands, variables)
  )
end

-- Runs an example as `make example` does.
local function run_staged(example)
  local command = "%s examples/gallery/run.lua --drawn %s"
  return output_of(command:format(arg[-1], example.name))
end

--- The picture of an example.
---@param example table of the list
---@return string? svg nil where its picture is a screenshot
function pictures.draw(example)
  if example.has_screenshot then return nil end
  if example.draws then
    return output_of(
      "SCENE="
        .. example.scene
        .. " LUA_INIT=@examples/gallery/in_process.lua "
        .. arg[-1]
        .. " "
        .. example.draws
    )
  end
  local text = (example.needs_server and run_staged or run_here)(example)
  return terminal_picture.draw(text, {
    columns = COLUMNS,
    title = "make example NAME=" .. example.name,
    text = example.what,
  })
end

--- Where the picture of an example is.
---@param example table of the list
---@return string path
function pictures.path(example)
  return DIRECTORY .. example.name .. (example.has_screenshot and ".png" or ".svg")
end

--- Draws them all.
function pictures.draw_all()
  for _, example in ipairs(list) do
    local svg = pictures.draw(example)
    if svg then
      local file = assert(io.open(pictures.path(example), "w"))
      assert(file:write(svg))
      assert(file:close())
    else
      io.write(run_staged(example))
    end
  end
end

return pictures
