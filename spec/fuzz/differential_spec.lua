-- SPDX-License-Identifier: MIT
-- Compares two decoders on the corpus of the fuzzer, on thousands of mutations of it and on random
-- texts: those that both rtk and lua-cjson accept decode to the same value. lua-cjson gets valid
-- Unicode; rtk repairs text itself.

local Random = require("spec.support.data.random")
local RandomText = require("spec.support.json.random_text")
local agrees = require("spec.support.asserts.cjson_agrees")
local cjson = require("cjson").new()
local core = require("rtk.core")
local mutate = require("spec.support.data.mutate")
local shell = require("spec.support.servers.shell")
local unicode = require("spec.support.data.unicode")

-- How often each text is changed: what both accept, and the rest.
local GOOD_ROUNDS, BAD_ROUNDS = 250, 15

-- Random texts, some of which are kept to be decoded again.
local TEXTS, KEPT = 600, 40

-- What the fuzzer keeps for replies is JSON from the first brace on.
local function corpus()
  local texts = {}
  for _, name in ipairs(shell.lines("find spec/fuzz/corpus -type f | LC_ALL=C sort")) do
    local text = shell.read(name)
    if not name:find("/json/", 1, true) then text = text:match("[{%[].*") or "" end
    if not name:find("/encode/", 1, true) and text ~= "" then texts[#texts + 1] = text end
  end
  return texts
end

describe("two decoders of JSON", function()
  local texts = corpus()

  -- Whether both accept a text; raises when they read different things.
  local function both_accept(text)
    local ours, message = core.decode(text)
    local accepted, theirs = pcall(cjson.decode, unicode.repaired_json(text))
    if message ~= nil or not accepted then return false end
    assert.is_true(agrees(ours, theirs), text)
    local written = core.encode(ours)
    assert.is_true(agrees(core.decode(written), theirs), text)
    assert.is_true(agrees(ours, cjson.decode(written)), text)
    return true
  end

  it("agree on what fuzzing kept", function()
    local accepted = 0
    for _, text in ipairs(texts) do
      if both_accept(text) then accepted = accepted + 1 end
    end
    assert.is_true(accepted > 20, accepted .. " of " .. #texts)
  end)

  it("agree on what is almost that", function()
    local random = Random.new(20260101)
    local accepted, tried = 0, 0
    for _, text in ipairs(texts) do
      for _ = 1, both_accept(text) and GOOD_ROUNDS or BAD_ROUNDS do
        local changed = text
        for _ = 0, random:below(2) do
          if #changed > 0 then changed = mutate(random, changed) end
        end
        tried = tried + 1
        if both_accept(changed) then accepted = accepted + 1 end
      end
    end
    assert.is_true(tried > 5000, tried .. " tried")
    assert.is_true(accepted > 1000, accepted .. " of " .. tried)
  end)

  -- One of them remembers names and short texts, and which names are reserved.
  it("agree on random texts, between which names are reserved", function()
    local random = Random.new(20261130)
    local generator, kept, accepted = RandomText.new(random), {}, 0
    for number = 1, TEXTS do
      local text = generator:text()
      if random:chance(10) then text = mutate(random, text) end
      kept[(number - 1) % KEPT + 1] = text
      if both_accept(random:chance(50) and text or random:pick(kept)) then
        accepted = accepted + 1
      end
      if random:chance(4) then
        core.reserve({
          ["spec_" .. generator:known_name()] = true,
          ["spec_" .. generator:new_name()] = true,
        })
      end
    end
    assert.is_true(accepted > TEXTS / 2, accepted .. " of " .. TEXTS)
  end)

  it("agree on whole numbers around the limits of 2^53 and 2^63", function()
    local accepted = 0
    for _, base in ipairs({ "9007199254740992", "9223372036854775807", "18446744073709551615" }) do
      for length = 1, #base do
        for _, sign in ipairs({ "", "-" }) do
          for _, tail in ipairs({ "", ".0", ".5", "e0", "E-1", "e+1", "e15", "0", "1", "00" }) do
            if both_accept(sign .. base:sub(1, length) .. tail) then accepted = accepted + 1 end
          end
        end
      end
    end
    assert.is_true(accepted > 1000, tostring(accepted))
  end)
end)
