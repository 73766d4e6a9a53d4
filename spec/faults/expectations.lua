-- SPDX-License-Identifier: MIT
-- The expected outcome of each fault of the emulator, in the terms of spec.faults.rules. A fault in
-- `first` happens once before.

local rules = require("spec.faults.rules")

local LOST, DENIED = { kind = "close", after = true }, { kind = "throttled" }

return {
  { { kind = "refuse" }, rules.denied("connection") },
  { { kind = "close" }, rules.lost_before("connection") },
  { { kind = "close", after = true }, rules.lost_after("connection") },
  { { kind = "reset" }, rules.lost_after("connection") },
  { { kind = "truncate" }, rules.lost_after("connection") },
  { { kind = "truncate", bytes = 0 }, rules.lost_after("connection") },
  { { kind = "wrong_length" }, rules.lost_after("connection") },
  { { kind = "wrong_length", by = -5 }, rules.useless_after("decode") },
  { { kind = "stall" }, rules.lost_after("timeout") },
  { { kind = "latency", delay = 60 }, rules.lost_after("timeout"), is_late = true },
  { { kind = "latency", delay = 0.01 }, rules.harmless },
  { { kind = "invalid_json" }, rules.useless_after("decode") },
  { { kind = "empty" }, rules.insufficient() },
  { { kind = "bad_gzip" }, rules.useless_after("protocol") },
  { { kind = "oversize", bytes = 100000 }, rules.useless_after("too_large") },
  { { kind = "html" }, rules.lost_before("server") },
  { { kind = "html", after = true }, rules.lost_after("server") },
  { { kind = "html", status = 200 }, rules.useless_before("decode") },
  { { kind = "html", status = 200, after = true }, rules.useless_after("decode") },
  { { kind = "redirect" }, rules.useless_before("protocol") },
  { { kind = "redirect", after = true }, rules.useless_after("protocol") },
  { { kind = "redirect", status = 307 }, rules.useless_before("protocol") },
  { { kind = "status", status = 500 }, rules.lost_before("server") },
  { { kind = "status", status = 500, after = true }, rules.lost_after("server") },
  { { kind = "status", status = 502, envelope = "gateway" }, rules.lost_before("server") },
  { { kind = "status", status = 503, retry_after = 2 }, rules.lost_before("server") },
  { { kind = "status", status = 503, retry_after = 300 }, rules.useless_before("server") },
  {
    { kind = "status", status = 504, after = true, envelope = "gateway" },
    rules.lost_after("server"),
  },
  { { kind = "status", status = 408 }, rules.lost_before("server") },
  {
    { kind = "status", status = 500, code = 971, envelope = "gateway" },
    rules.lost_before("rate_limit"),
  },
  {
    { kind = "status", status = 500, code = 971, envelope = "gateway", after = true },
    rules.lost_after("rate_limit"),
  },
  {
    { kind = "status", status = 500, code = 7003, envelope = "gateway" },
    rules.lost_before("not_found"),
  },
  {
    { kind = "status", status = 500, code = 7003, envelope = "gateway", after = true },
    rules.lost_after("not_found"),
  },
  {
    { kind = "status", status = 504, code = 10000, envelope = "gateway", after = true },
    rules.lost_after("authentication"),
  },
  { { kind = "status", status = 421 }, rules.denied("server") },
  { { kind = "status", status = 425 }, rules.denied("server") },
  { { kind = "status", status = 429 }, rules.denied("rate_limit") },
  { { kind = "rate_limit" }, rules.denied("rate_limit") },
  { { kind = "rate_limit", retry_after = 300 }, rules.refused("rate_limit") },
  { { kind = "throttled" }, rules.denied("rate_limit") },
  { { kind = "status", status = 200 }, rules.refused("api") },
  { { kind = "status", status = 400 }, rules.refused("invalid") },
  { { kind = "status", status = 401 }, rules.refused("authentication") },
  { { kind = "status", status = 403 }, rules.refused("permission") },
  {
    { kind = "status", status = 403, code = 10000, envelope = "gateway" },
    rules.refused("authentication"),
  },
  { { kind = "status", status = 404 }, rules.absent() },
  { { kind = "status", status = 409 }, rules.refused("conflict") },
  { { kind = "status", status = 422 }, rules.refused("invalid") },
  { { kind = "status", status = 400 }, rules.refused_after_loss("invalid"), first = LOST },
  { { kind = "rate_limit" }, rules.denied_after_loss("rate_limit"), first = LOST },
  { { kind = "close", after = true }, rules.lost_after_denial("connection"), first = DENIED },
}
