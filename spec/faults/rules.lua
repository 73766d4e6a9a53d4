-- SPDX-License-Identifier: MIT
-- What must come of a fault, by what a call does: it reads, it changes something that is there
-- (doing it twice is doing it once), it deletes or ends something (doing it again finds nothing),
-- it creates, or it settles something (doing it again is refused, as of a recording that is over):
-- that goes like a deletion unless `settle` says otherwise. What is said for the name of a call
-- goes before. `once` is for a fault that goes away, `always` for one that stays. A client makes
-- three attempts at most.
--
-- A cell is "ok 2/1x": the call succeeded with its second attempt and the server did once what was
-- asked; or "connection 1/1x ?": it failed so, and the client says that it may have been executed.
-- What reads has no effect to count.

local rules = {}

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
rules.harmless = rule({ "ok 1", "ok 1/1x", "ok 1/1x", "ok 1/1x" })

-- Certainly nothing was done, and later it may be: everything is repeated.
function rules.denied(kind)
  local repeated = { "ok 2", "ok 2/1x", "ok 2/1x", "ok 2/1x" }
  return rule(repeated, failing(kind, { "3", "3/0x", "3/0x", "3/0x" }))
end

-- No answer, and nothing was done, which only the server knows: what creates is not repeated.
function rules.lost_before(kind)
  return rule(
    { "ok 2", "ok 2/1x", "ok 2/1x", kind .. " 1/0x ?" },
    failing(kind, { "3", "3/0x ?", "3/0x ?", "1/0x ?" })
  )
end

-- The same where a later attempt does not meet the fault, however long it stays.
function rules.lost_once(kind)
  return rule({ "ok 2", "ok 2/1x", "ok 2/1x", kind .. " 1/0x ?" })
end

-- It was done and the answer is lost: a deletion that is repeated finds nothing, and has succeeded.
function rules.lost_after(kind)
  return rule(
    { "ok 2", "ok 2/2x", "ok 2/1x", kind .. " 1/1x ?" },
    failing(kind, { "3", "3/3x ?", "3/1x ?", "1/1x ?" })
  )
end

-- An answer that cannot be used would be no better the next time.
function rules.useless_before(kind)
  return rule(failing(kind, { "1", "1/0x ?", "1/0x ?", "1/0x ?" }))
end

function rules.useless_after(kind)
  return rule(failing(kind, { "1", "1/1x ?", "1/1x ?", "1/1x ?" }))
end

-- Over a connection that was used before, libcurl does not tell what is wrong with an answer of
-- which nothing can be read; over a new one it does.
function rules.lost_then_useless(first, kind)
  local row = failing(kind, { "2", "2/2x ?", "2/1x ?" })
  row[4] = first .. " 1/1x ?"
  return rule({ "ok 2", "ok 2/2x", "ok 2/1x", first .. " 1/1x ?" }, row)
end

-- The API says no.
function rules.refused(kind)
  return rule(failing(kind, { "1", "1/0x", "1/0x", "1/0x" }))
end

-- The same of a walk's page is another thing: it may be gone because the list became shorter.
function rules.absent()
  local row = failing("not_found", { "1", "1/0x", "1/0x", "1/0x" })
  local cells = { GET = row[1], change = row[2], delete = row[3], create = row[4] }
  cells.settle = row[3]
  return { once = cells, always = cells }
end

-- What an attempt came to stays in doubt, whatever the next one is told, unless what it did can be
-- looked up.
function rules.refused_after_loss(kind)
  local row = failing(kind, { "2", "2/1x ?", "2/1x ?" })
  row[4] = "connection 1/1x ?"
  row.settle, row["kick-all"] = "ok 2/1x", "ok 2/1x"
  return rule(row)
end

-- Where an empty object is not what the operation exists for. Updates may answer with a part of
-- the object, and a list may be empty.
function rules.insufficient()
  local cells = {
    GET = "decode 1",
    create = "decode 1/1x ?",
    token = "decode 1/1x ?",
    delete = "ok 1/1x",
    settle = "ok 1/1x",
  }
  return { once = cells, always = cells }
end

function rules.denied_after_loss(kind)
  local row = failing(kind, { "3", "3/1x ?", "3/1x ?" })
  row[4] = "connection 1/1x ?"
  return rule({ "ok 3", "ok 3/2x", "ok 3/1x", "connection 1/1x ?" }, row)
end

function rules.lost_after_denial(kind)
  return rule(
    { "ok 3", "ok 3/2x", "ok 3/1x", kind .. " 2/1x ?" },
    failing(kind, { "3", "3/2x ?", "3/1x ?", "2/1x ?" })
  )
end

return rules
