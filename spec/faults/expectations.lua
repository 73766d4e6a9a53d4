-- SPDX-License-Identifier: MIT
-- What must come of each fault, by what a call does: it reads, it changes something that is there
-- (doing it twice is doing it once), it deletes or ends something (doing it again finds nothing),
-- it creates, or it settles something (doing it again is refused, as of a recording that is over):
-- that goes like a deletion unless `settle` says otherwise. What is said for the name of a shape
-- goes before. `once` is for a fault that goes away, `always` for one that stays. A client makes
-- three attempts at most.
--
-- A cell is "ok 2/1x": the call succeeded with its second attempt and the server did once what was
-- asked; or "connection 1/1x ?": it failed so, and the client says that it may have been executed.
-- What reads has no effect to count. With `first`, that fault happens once before.

local function rule(once, always)
  local function cells(row)
    local found = { read = row[1], change = row[2], delete = row[3], create = row[4] }
    found.settle = row.settle or row[3]
    found["kick-all"] = row["kick-all"]
    return found
  end
  return { once = cells(once), always = cells(always or once) }
end

local function failing(kind, endings)
  local row = {}
  for i, ending in ipairs(endings) do
    row[i] = kind .. " " .. ending
  end
  return row
end

-- The answer comes as it should.
local harmless = rule({ "ok 1", "ok 1/1x", "ok 1/1x", "ok 1/1x" })

-- Certainly nothing was done, and later it may be: everything is repeated.
local function denied(kind)
  local repeated = { "ok 2", "ok 2/1x", "ok 2/1x", "ok 2/1x" }
  return rule(repeated, failing(kind, { "3", "3/0x", "3/0x", "3/0x" }))
end

-- No answer, and nothing was done, which only the server knows: what creates is not repeated.
local function lost_before(kind)
  return rule(
    { "ok 2", "ok 2/1x", "ok 2/1x", kind .. " 1/0x ?" },
    failing(kind, { "3", "3/0x ?", "3/0x ?", "1/0x ?" })
  )
end

-- It was done and the answer is lost: a deletion that is repeated finds nothing, and has succeeded.
local function lost_after(kind)
  return rule(
    { "ok 2", "ok 2/2x", "ok 2/1x", kind .. " 1/1x ?" },
    failing(kind, { "3", "3/3x ?", "3/1x ?", "1/1x ?" })
  )
end

-- An answer that cannot be used would be no better the next time.
local function useless_before(kind)
  return rule(failing(kind, { "1", "1/0x ?", "1/0x ?", "1/0x ?" }))
end

local function useless_after(kind)
  return rule(failing(kind, { "1", "1/1x ?", "1/1x ?", "1/1x ?" }))
end

-- The API says no.
local function refused(kind)
  return rule(failing(kind, { "1", "1/0x", "1/0x", "1/0x" }))
end

-- The same of a walk's page is another thing: it may be gone because the list became shorter.
local function absent()
  local row = failing("not_found", { "1", "1/0x", "1/0x", "1/0x" })
  local cells = { GET = row[1], change = row[2], delete = row[3], create = row[4] }
  cells.settle = row[3]
  return { once = cells, always = cells }
end

local LOST, DENIED = { kind = "close", after = true }, { kind = "throttled" }

-- What an attempt came to stays in doubt, whatever the next one is told, unless what it did can be
-- looked up.
local function refused_after_loss(kind)
  local row = failing(kind, { "2", "2/1x ?", "2/1x ?" })
  row[4] = "connection 1/1x ?"
  row.settle, row["kick-all"] = "ok 2/1x", "ok 2/1x"
  return rule(row)
end

-- Where an empty object is not what the operation exists for. Updates may answer with a part of
-- the object, and a list may be empty.
local function insufficient()
  local cells = {
    GET = "decode 1",
    create = "decode 1/1x ?",
    token = "decode 1/1x ?",
    delete = "ok 1/1x",
    settle = "ok 1/1x",
  }
  return { once = cells, always = cells }
end

local function denied_after_loss(kind)
  local row = failing(kind, { "3", "3/1x ?", "3/1x ?" })
  row[4] = "connection 1/1x ?"
  return rule({ "ok 3", "ok 3/2x", "ok 3/1x", "connection 1/1x ?" }, row)
end

local function lost_after_denial(kind)
  return rule(
    { "ok 3", "ok 3/2x", "ok 3/1x", kind .. " 2/1x ?" },
    failing(kind, { "3", "3/2x ?", "3/1x ?", "2/1x ?" })
  )
end

return {
  { { kind = "refuse" }, denied("connection") },
  { { kind = "close" }, lost_before("connection") },
  { { kind = "close", after = true }, lost_after("connection") },
  { { kind = "reset" }, lost_after("connection") },
  { { kind = "truncate" }, lost_after("connection") },
  { { kind = "truncate", bytes = 0 }, lost_after("connection") },
  { { kind = "wrong_length" }, lost_after("connection") },
  { { kind = "wrong_length", by = -5 }, useless_after("decode") },
  { { kind = "stall" }, lost_after("timeout") },
  { { kind = "latency", delay = 60 }, lost_after("timeout"), is_late = true },
  { { kind = "latency", delay = 0.01 }, harmless },
  { { kind = "invalid_json" }, useless_after("decode") },
  { { kind = "empty" }, insufficient() },
  { { kind = "bad_gzip" }, useless_after("protocol") },
  { { kind = "oversize", bytes = 100000 }, useless_after("too_large") },
  { { kind = "html" }, lost_before("server") },
  { { kind = "html", after = true }, lost_after("server") },
  { { kind = "html", status = 200 }, useless_before("decode") },
  { { kind = "html", status = 200, after = true }, useless_after("decode") },
  { { kind = "redirect" }, useless_before("protocol") },
  { { kind = "redirect", after = true }, useless_after("protocol") },
  { { kind = "redirect", status = 307 }, useless_before("protocol") },
  { { kind = "status", status = 500 }, lost_before("server") },
  { { kind = "status", status = 500, after = true }, lost_after("server") },
  { { kind = "status", status = 502, envelope = "gateway" }, lost_before("server") },
  { { kind = "status", status = 503, retry_after = 2 }, lost_before("server") },
  { { kind = "status", status = 503, retry_after = 300 }, useless_before("server") },
  { { kind = "status", status = 504, after = true, envelope = "gateway" }, lost_after("server") },
  { { kind = "status", status = 408 }, lost_before("server") },
  {
    { kind = "status", status = 500, code = 971, envelope = "gateway" },
    lost_before("rate_limit"),
  },
  {
    { kind = "status", status = 500, code = 971, envelope = "gateway", after = true },
    lost_after("rate_limit"),
  },
  {
    { kind = "status", status = 500, code = 7003, envelope = "gateway" },
    lost_before("not_found"),
  },
  {
    { kind = "status", status = 500, code = 7003, envelope = "gateway", after = true },
    lost_after("not_found"),
  },
  {
    { kind = "status", status = 504, code = 10000, envelope = "gateway", after = true },
    lost_after("authentication"),
  },
  { { kind = "status", status = 421 }, denied("server") },
  { { kind = "status", status = 425 }, denied("server") },
  { { kind = "status", status = 429 }, denied("rate_limit") },
  { { kind = "rate_limit" }, denied("rate_limit") },
  { { kind = "rate_limit", retry_after = 300 }, refused("rate_limit") },
  { { kind = "throttled" }, denied("rate_limit") },
  { { kind = "status", status = 200 }, refused("api") },
  { { kind = "status", status = 400 }, refused("invalid") },
  { { kind = "status", status = 401 }, refused("authentication") },
  { { kind = "status", status = 403 }, refused("permission") },
  {
    { kind = "status", status = 403, code = 10000, envelope = "gateway" },
    refused("authentication"),
  },
  { { kind = "status", status = 404 }, absent() },
  { { kind = "status", status = 409 }, refused("conflict") },
  { { kind = "status", status = 422 }, refused("invalid") },
  { { kind = "status", status = 400 }, refused_after_loss("invalid"), first = LOST },
  { { kind = "rate_limit" }, denied_after_loss("rate_limit"), first = LOST },
  { { kind = "close", after = true }, lost_after_denial("connection"), first = DENIED },
}
