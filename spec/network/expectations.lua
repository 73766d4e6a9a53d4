-- SPDX-License-Identifier: MIT
-- The expected outcome of each fault that fault_proxy.mjs makes, in the terms of
-- spec.faults.rules.
--
-- is_kept_out: the attempts that meet the fault, at most most_times, do not reach the emulator.
-- is_late: these attempts time out.

local rules = require("spec.faults.rules")

return {
  {
    { kind = "handshake", how = "close" },
    rules.denied("connection"),
    is_kept_out = true,
  },
  {
    { kind = "handshake", how = "reset" },
    rules.denied("connection"),
    is_kept_out = true,
  },
  {
    { kind = "handshake", how = "silence" },
    rules.denied("timeout"),
    is_kept_out = true,
    is_late = true,
  },
  { { kind = "handshake", how = "garbage" }, rules.refused("tls"), is_kept_out = true },
  { { kind = "idle", how = "close" }, rules.harmless },
  { { kind = "idle", how = "reset" }, rules.harmless },
  {
    { kind = "idle", how = "silence" },
    rules.lost_once("timeout"),
    is_kept_out = true,
    is_late = true,
    most_times = 1,
  },
  { { kind = "close" }, rules.lost_before("connection"), is_kept_out = true },
  { { kind = "reset" }, rules.lost_before("connection"), is_kept_out = true },
  {
    { kind = "silence" },
    rules.lost_before("timeout"),
    is_kept_out = true,
    is_late = true,
  },
  { { kind = "close", after = true }, rules.lost_after("connection") },
  { { kind = "reset", after = true }, rules.lost_after("connection") },
  { { kind = "silence", after = true }, rules.lost_after("timeout"), is_late = true },
  { { kind = "cut", how = "headers" }, rules.lost_after("connection") },
  { { kind = "cut", how = "body" }, rules.lost_after("connection") },
  { { kind = "cut", how = "chunk" }, rules.lost_after("connection") },
  { { kind = "record" }, rules.lost_then_useless("connection", "tls") },
  { { kind = "drip" }, rules.harmless },
}
