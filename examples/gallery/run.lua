-- SPDX-License-Identifier: MIT
-- Runs an example against the emulator: starts it, fills it, runs the example's commands, stops it.
-- Without a name it lists the examples; "pictures" draws those of examples/README.md.
--
--   make example NAME=dashboard    -- PORT=8080 for a service

package.path = "examples/gallery/?.lua;" .. package.path

local list = require("list")

local function print_list(out)
  for _, example in ipairs(list) do
    out:write(("  %-11s %s\n"):format(example.name, example.what))
  end
end

local function find(name)
  for _, example in ipairs(list) do
    if example.name == name then return example end
  end
end

local is_drawn = arg[1] == "--drawn" -- for a picture
local name = arg[is_drawn and 2 or 1]
if not name then
  print("make example NAME=...")
  print_list(io.stdout)
  os.exit(0)
end
if name == "pictures" then
  require("pictures").draw_all()
  os.exit(0)
end
local example = find(name)
if not example then
  local names = {}
  for _, known in ipairs(list) do
    names[known.name] = true
  end
  local clause = require("rtk.emulator.util.nearest").clause(name, names)
  io.stderr:write(('there is no example "%s"%s\n'):format(name, clause))
  print_list(io.stderr)
  os.exit(2)
end
local status, message = require("stage").run(example, is_drawn)
if message then io.stderr:write(message, "\n") end
os.exit(status)
