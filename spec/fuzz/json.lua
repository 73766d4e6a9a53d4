-- SPDX-License-Identifier: MIT
-- Fuzz target: the JSON decoder. The encoder must reproduce what it accepts; its error messages
-- must be printable. With a selection it accepts the same, and refuses the same for one reason.

local core = require("rtk.core")
local same_value = require("spec.support.asserts.same_value")

local SELECTIONS = { "[\0id\0", "{session\0id\0name\0" }

return function(text)
  local value, message = core.decode(text)
  for _, selection in ipairs(SELECTIONS) do
    local _, reason = core.decode(text, selection)
    assert(reason == message, "another reason with a selection")
  end
  if message ~= nil then
    assert(value == nil, "a value and a message")
    assert(#message < 160 and not message:find("%c"), "an odd message: " .. message)
    return
  end
  local again, reason = core.decode(core.encode(value))
  assert(reason == nil, reason)
  assert(same_value(value, again), "another value after encoding it")
end
