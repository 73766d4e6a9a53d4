-- SPDX-License-Identifier: MIT
-- Words that the glossary in lua/rtk/README.md has replaced, and phrases that are not plain
-- English.
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

-- The retired word, and what to write instead.
local RETIRED = {
  answer_lost = "maybe_executed",
  beside_timer = "with_ticker",
  body_despite = "treat_as_success",
  budget_text = "budget_codec",
  courier = "sender",
  ["for ever"] = "for good, endlessly",
  ["in vain"] = "without success",
  attend = "supervise",
  eager = "no_sleep_runtime",
  enroll = "set_events",
  farewell = "close",
  give_back = "release",
  hub = "in_flight",
  hurry = "fast_runtime",
  inbox = "dispatcher",
  is_urgent = "has_priority",
  ledger = "expected_state",
  list_body = "envelope",
  next_at = "next_slot",
  outsider = "main waiter",
  put_back = "restore",
  recurrence = "cycle",
  sleepers = "timers",
  sort_payload = "split_payload",
  throttle = "rate_limit",
  vitals = "process_stats",
  whoever = "the one who",
  worlds = "fixtures",
}

describe("the retired words", function()
  -- The lines with a retired word, as path:line:word.
  local function occurrences(places)
    local words = {}
    for word in pairs(RETIRED) do
      words[#words + 1] = word
    end
    local grep = "grep -rIinowE --exclude=words_spec.lua --exclude-dir=corpus %s %s || true"
    return shell.lines(grep:format(shell.quote(table.concat(words, "|")), places))
  end

  it("do not come back in the code, the specs and the guides", function()
    local found = occurrences("lua src spec examples rockspec .github .ci Makefile README.md")
    assert.same({}, found)
  end)

  it("are found wherever they stand", function()
    local directory = workdir.new()
    workdir.write(directory .. "/new.lua", "-- Put_back here,\n-- a courier: Ledger.vitals2\n")
    local found = occurrences(directory)
    workdir.remove(directory)
    for index, line in ipairs({ "1:Put_back", "2:courier", "2:Ledger" }) do
      assert.equal(directory .. "/new.lua:" .. line, found[index])
    end
    assert.equal(3, #found)
  end)
end)
