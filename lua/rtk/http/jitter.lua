-- SPDX-License-Identifier: MIT
-- Random numbers that spread retries out; they are no good for secrets.
--
-- math.random would not do: on LuaJIT it starts the same in every process, and
-- seeding it is up to the host. The clock is stirred in each time, so that
-- processes forked from one go different ways.

local core = require("rtk.core")

local jitter = {}

local MODULUS, MULTIPLIER = 2 ^ 31 - 1, 48271

local state = os.time() % MODULUS

--- A number from 0 up to, but not including, 1.
---@return number fraction
function jitter.fraction()
  local microseconds = math.floor(core.now() * 1e6) % MODULUS
  state = (state + microseconds) * MULTIPLIER % MODULUS
  state = state * MULTIPLIER % MODULUS
  return state / MODULUS
end

return jitter
