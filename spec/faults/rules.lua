-- SPDX-License-Identifier: MIT
-- The expected outcome of a fault, by the effect of the call:
--   read     none
--   change   changes an object; a repetition changes nothing more
--   delete   deletes or ends an object; a repetition finds nothing
--   settle   ends an object; a repetition is refused. As `delete` unless `settle` is given
--   create   makes an object
-- An outcome under the name of a call goes before one under its effect. `once` is for a fault that
-- goes away, `always` for one that stays. A client makes three attempts at most.
--
-- "ok 2/1x" means that the call succeeded with its second attempt and that the server executed one.
-- "connection 1/1x ?" means that it failed with this kind and is reported as maybe executed. Reads
-- have no count of executions.

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

-- The call succeeds at once.
rules.harmless = rule({ "ok 1", "ok 1/1x", "ok 1/1x", "ok 1/1x" })

-- The request was certainly not executed and may succeed later: every call is repeated.
function rules.denied(kind)
  local repeated = { "ok 2", "ok 2/1x", "ok 2/1x", "ok 2/1x" }
  return rule(repeated, failing(kind, { "3", "3/0x", "3/0x", "3/0x" }))
end

-- No answer came and the server executed nothing, which the client cannot know: a creation is not
-- repeated.
function rules.lost_before(kind)
  return rule(
    { "ok 2", "ok 2/1x", "ok 2/1x", kind .. " 1/0x ?" },
    failing(kind, { "3", "3/0x ?", "3/0x ?", "1/0x ?" })
  )
end

-- The same, but only one attempt meets the fault.
function rules.lost_once(kind)
  return rule({ "ok 2", "ok 2/1x", "ok 2/1x", kind .. " 1/0x ?" })
end

-- The server executed the request and the answer is lost. A repeated deletion finds nothing and
-- succeeds.
function rules.lost_after(kind)
  return rule(
    { "ok 2", "ok 2/2x", "ok 2/1x", kind .. " 1/1x ?" },
    failing(kind, { "3", "3/3x ?", "3/1x ?", "1/1x ?" })
  )
end

-- The answer is unusable. A repetition would not help.
function rules.useless_before(kind)
  return rule(failing(kind, { "1", "1/0x ?", "1/0x ?", "1/0x ?" }))
end

function rules.useless_after(kind)
  return rule(failing(kind, { "1", "1/1x ?", "1/1x ?", "1/1x ?" }))
end

-- libcurl reports the cause of an unreadable answer on a new connection, but not on a reused one.
function rules.lost_then_useless(first, kind)
  local row = failing(kind, { "2", "2/2x ?", "2/1x ?" })
  row[4] = first .. " 1/1x ?"
  return rule({ "ok 2", "ok 2/2x", "ok 2/1x", first .. " 1/1x ?" }, row)
end

-- The API refuses the request.
function rules.refused(kind)
  return rule(failing(kind, { "1", "1/0x", "1/0x", "1/0x" }))
end

-- A 404. For a page of an iterator it is no failure: the list may have become shorter.
function rules.absent()
  local row = failing("not_found", { "1", "1/0x", "1/0x", "1/0x" })
  local cells = { GET = row[1], change = row[2], delete = row[3], create = row[4] }
  cells.settle = row[3]
  return { once = cells, always = cells }
end

-- An attempt without an answer stays maybe executed, whatever the answer to the next one, unless
-- the client can look up its effect.
function rules.refused_after_loss(kind)
  local row = failing(kind, { "2", "2/1x ?", "2/1x ?" })
  row[4] = "connection 1/1x ?"
  row.settle, row["kick-all"] = "ok 2/1x", "ok 2/1x"
  return rule(row)
end

-- The answer is an empty object: a failure for operations that must return certain fields. Updates
-- may answer with a part of the object, and a list may be empty.
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
