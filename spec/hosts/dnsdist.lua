-- SPDX-License-Identifier: MIT
-- The configuration of a dnsdist that dnsdist_spec starts: calls in a rule, or in maintenance().
-- It answers 192.0.2.1 to join.example and 192.0.2.2 to all else.

-- luacheck: globals setLocal addAction QNameRule AllRule SpoofAction LuaAction DNSAction
-- luacheck: globals maintenance

local mint = require("spec.hosts.token")

setLocal("127.0.0.1:" .. os.getenv("PORT"))
addAction(
  QNameRule("join.example"),
  LuaAction(function()
    return DNSAction.Spoof, mint():find("^ey") and "192.0.2.1" or "192.0.2.9"
  end)
)
addAction(AllRule(), SpoofAction("192.0.2.2"))

local is_done = os.getenv("CALL_IN") ~= "maintenance"

function maintenance()
  if is_done then return end
  is_done = true
  mint()
end
