-- SPDX-License-Identifier: MIT
-- A helper of busted, named in `.busted`: forgets a spec file that has run. busted would keep the
-- functions of all files until its end, and with them all the modules that each file loaded:
-- hundreds of megabytes, through which every collection of garbage goes.

local busted = require("busted")

-- What the reports need of elements; numbers are times.
local KEPT = { attributes = true, descriptor = true, name = true, trace = true }

local function forget_children(element)
  for _, child in ipairs(busted.children(element)) do
    forget_children(child)
    for key, value in pairs(child) do
      if type(value) ~= "number" and not KEPT[key] then child[key] = nil end
    end
  end
end

local HOOKS = { "before_each", "after_each" }
for _, kind in ipairs({ "lazy", "strict" }) do
  HOOKS[#HOOKS + 1] = kind .. "_setup"
  HOOKS[#HOOKS + 1] = kind .. "_teardown"
end

busted.subscribe({ "file", "end" }, function(file)
  forget_children(file)
  for _, name in ipairs(HOOKS) do
    file[name] = nil
  end
  return nil, true
end)

-- luv can be opened once in a state: what it is opened as later uses the first one's loop, which
-- is gone when that was collected. busted lets each file load all modules anew.
local luv
package.preload.luv = function()
  if not luv then
    local path = assert(rawget(package, "searchpath")("luv", package.cpath))
    luv = assert(package.loadlib(path, "luaopen_luv"))()
  end
  return luv
end
