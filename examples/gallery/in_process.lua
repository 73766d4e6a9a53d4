-- SPDX-License-Identifier: MIT
-- Lets a program of examples/ run against an emulator in its own process, for pictures that are
-- the same each time: no server, and the clock is the emulator's.
--
--   LUA_INIT=@examples/gallery/in_process.lua SCENE=live lua5.4 examples/moderate.lua …

package.path = "examples/gallery/?.lua;" .. package.path

local rtk = require("rtk")
local scenes = require("scenes")

local emulator = require("rtk.emulator").new({ seed = scenes.SEED, start_time = scenes.START })
scenes[os.getenv("SCENE")](emulator)

local new, time = rtk.new, os.time

-- The emulator makes its client with the true one.
local function new_here(options)
  rtk.new = new
  local client = emulator:client(options)
  rtk.new = new_here
  return client
end

rtk.new = new_here

function os.time(date) -- luacheck: ignore 122
  return date and time(date) or math.floor(emulator.clock:now() / 1000)
end
