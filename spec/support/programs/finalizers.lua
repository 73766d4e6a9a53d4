-- SPDX-License-Identifier: MIT
-- Gets a page repeatedly while finalizers of dead objects use the same transport. Prints the
-- message of the first use that the transport refused.
--
--   lua spec/support/programs/finalizers.lua URL

local call = require("spec.support.clients.call")
local core = require("rtk.core")

local transport = assert(core.transport({ proxy = "" }))
local refusal

local function finalize()
  local ok, message = pcall(transport.pending, transport)
  if not ok then refusal = refusal or message end
end

local newproxy = rawget(_G, "newproxy")

local function plant()
  if newproxy then
    getmetatable(newproxy(true)).__gc = finalize
  else
    setmetatable({}, { __gc = finalize })
  end
end

-- Small steps and no pauses, so that finalizers run at any time.
collectgarbage("setpause", 50)
collectgarbage("setstepmul", 10)
for _ = 1, 2000 do
  for _ = 1, 100 do
    plant()
  end
  local result = call.one(transport, arg[1])
  assert(#result.value.data == 450)
  if refusal then break end
end
print(refusal)
