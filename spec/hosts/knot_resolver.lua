-- SPDX-License-Identifier: MIT
-- The configuration of a knot-resolver that knot_resolver_spec starts: calls in coroutines, beside
-- a timer of its loop. It prints what happened.

-- luacheck: globals event modules

modules = {}

local overlap = require("spec.hosts.overlap")
local rtk = require("rtk")

local runtime = rtk.runtime.adapter({
  watch = function(descriptor, on_readable)
    local id = event.socket(descriptor, on_readable)
    return function()
      event.cancel(id)
    end
  end,
  after = function(seconds, callback)
    local id
    id = event.after(math.ceil(seconds * 1000), function()
      id = nil
      callback()
    end)
    return function()
      if id then event.cancel(id) end
    end
  end,
})
local client = rtk.new({ runtime = runtime })
local ticks, ended = 0, 0

event.recurrent(5, function()
  ticks = ticks + 1
end)

local function finish()
  ended = ended + 1
  if ended < 21 then return end
  print(("21 in the end, %s"):format(ticks > 5 and "others went on" or "others stood still"))
  os.exit(0)
end

for number = 1, 20 do
  coroutine.wrap(function()
    assert(client.meetings:create({ title = "Lesson " .. number }))
    finish()
  end)()
end
coroutine.wrap(function()
  overlap(client)
  finish()
end)()
print(("%d at once"):format(ended))
