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

--- Whether the commands of a picture leave files behind.
---@param example table of the list
---@return boolean
function pictures.has_files(example)
  local commands = table.concat(example.drawn or example.commands, "\n")
  return not example.draws and commands:find("$DIRECTORY", 1, true) ~= nil
end

-- Runs the commands of an example with the emulator in the same process.
local function run_here(example)
  local model = require("rtk.emulator").new({ seed = scenes.SEED, start_time = scenes.START })
  local variables = {
    CLICOLOR_FORCE = 1,
    COLUMNS = COLUMNS,
    DIRECTORY = pictures.has_files(example) and stage.empty_directory(example) or nil,
    LUA = arg[-1],
    LUA_INIT = "@examples/gallery/in_process.lua",
    MEETING = scenes[example.scene](model).meeting_id,
    SCENE = example.scene,
  }
  local commands = stage.show(example.drawn or example.commands, variables)
  return output_of(stage.assignments(variables) .. commands)
end

-- Runs an example as `make example` does. Whatever the port is, the text has the usual one.
local function run_staged(example, port)
  port = port or example.port
  local command = "PORT=%s %s examples/gallery/run.lua --drawn %s"
  local text = output_of(command:format(port or "", arg[-1], example.name))
  if not example.port then return text end
  return (text:gsub(":" .. port, ":" .. example.port))
end

-- Runs the program that draws the picture of an example.
local function run_program(example)
  local command = "SCENE=%s LUA_INIT=@examples/gallery/in_process.lua %s %s"
  return output_of(command:format(example.scene, arg[-1], example.draws))
end

--- The picture of an example.
---@param example table of the list
---@param port? integer for its service, if the usual one may be taken
---@return string? svg nil where its picture is a screenshot
function pictures.draw(example, port)
  if example.has_screenshot then return nil end
  if example.draws then return run_program(example) end
  local text = (example.needs_server and run_staged or run_here)(example, port)
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
