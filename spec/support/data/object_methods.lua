-- SPDX-License-Identifier: MIT
-- The methods of the objects that calls return, read from the sources of lua/rtk/resources: several
-- classes live in one file with the only resource that returns them.

local shell = require("spec.support.servers.shell")

local object_methods = {}

-- Classes of objects are made by object.class, or are plain tables with a _type.
local function add_classes(methods, text)
  for name in text:gmatch('\nlocal %u%w* = [^\n]-"rtk%.(%u%w*)"') do
    methods[name] = {}
  end
  for class, name in text:gmatch("\nfunction (%u%w*):(%l[%w_]*)") do
    if methods[class] then methods[class][name] = true end
  end
end

--- The public methods of every class of objects, by the class's name without "rtk.".
---@return table<string, table<string, true>>
function object_methods.all()
  local methods = {}
  for _, path in ipairs(shell.lines("find lua/rtk/resources -name '*.lua'")) do
    add_classes(methods, shell.read(path))
  end
  return methods
end

return object_methods
