-- SPDX-License-Identifier: MIT
-- Generates JSON texts of many shapes and scripts, the same ones on every run and every Lua: each
-- is all of one kind, so that a codec that is slow for it shows.

local Random = require("spec.support.data.random")

local SENTENCES = 300 -- of a text in one script

--- A code point as UTF-8.
local function utf8_of(code)
  if code < 0x80 then return string.char(code) end
  local tail, first = "", code < 0x800 and 0xC0 or code < 0x10000 and 0xE0 or 0xF0
  local count = code < 0x800 and 1 or code < 0x10000 and 2 or 3
  for _ = 1, count do
    tail = string.char(0x80 + code % 0x40) .. tail
    code = math.floor(code / 0x40)
  end
  return string.char(first + code) .. tail
end

--- A letter of one of the ranges { first, last, first, last, … }.
local function letter(random, ranges)
  local pair = random:below(#ranges / 2) * 2
  local first, last = ranges[pair + 1], ranges[pair + 2]
  return utf8_of(first + random:below(last - first + 1))
end

-- Of each script: its letters, the longest word, and what ends a word.
local scripts = {
  { "ASCII prose", { 0x61, 0x7A }, 9, " " },
  { "Latin with accents", { 0x61, 0x7A, 0x61, 0x7A, 0x61, 0x7A, 0xE0, 0xF6 }, 9, " " },
  { "Greek", { 0x3B1, 0x3C9 }, 9, " " },
  { "Cyrillic", { 0x430, 0x44F }, 9, " " },
  { "Hebrew", { 0x5D0, 0x5EA }, 7, " " },
  { "Arabic", { 0x627, 0x64A }, 7, " " },
  { "Devanagari", { 0x905, 0x939, 0x93E, 0x94D }, 7, " " },
  { "Thai", { 0xE01, 0xE2E, 0xE30, 0xE39 }, 30, " " },
  { "Chinese", { 0x4E00, 0x9FA5 }, 12, "\239\188\140" },
  { "Japanese", { 0x3042, 0x3093, 0x3042, 0x3093, 0x4E00, 0x9FA5 }, 12, "\227\128\129" },
  { "Korean", { 0xAC00, 0xD7A3 }, 5, " " },
  { "emoji in prose", { 0x61, 0x7A, 0x61, 0x7A, 0x1F600, 0x1F64F }, 6, " " },
  { "emoji", { 0x1F300, 0x1F5FF, 0x1F600, 0x1F64F }, 8, " " },
}

local function word(random, script)
  local letters = {}
  for i = 1, random:below(script[3]) + 1 do
    letters[i] = letter(random, script[2])
  end
  return table.concat(letters)
end

--- A sentence of a few words, each followed by what ends it.
local function sentence(random, script)
  local words = {}
  for i = 1, random:below(12) + 2 do
    words[i] = word(random, script)
  end
  return table.concat(words, script[4])
end

--- An array of as many elements as asked for.
local function array(count, make, ...)
  local elements = {}
  for i = 1, count do
    elements[i] = make(...)
  end
  return "[" .. table.concat(elements, ",") .. "]"
end

local function script_text(script)
  local random = Random.new(3)
  return array(SENTENCES, function()
    return '"' .. sentence(random, script) .. '"'
  end)
end

--- Sentences in which each space becomes one of the escapes.
local function escaped(escapes)
  local random = Random.new(4)
  return array(SENTENCES, function()
    return '"'
      .. sentence(random, scripts[1]):gsub(" ", function()
        return random:pick(escapes)
      end)
      .. '"'
  end)
end

--- Sentences of a script, all of it \u escapes as of a codec that writes ASCII only.
local function all_escaped(first, last, high)
  local random = Random.new(5)
  return array(SENTENCES, function()
    local units = {}
    for i = 1, random:below(60) + 4 do
      units[i] = high .. ("\\u%04x"):format(first + random:below(last - first + 1))
    end
    return '"' .. table.concat(units) .. '"'
  end)
end

local function digits(random, count)
  local list = { tostring(random:below(9) + 1) }
  for i = 2, count do
    list[i] = tostring(random:below(10))
  end
  return table.concat(list)
end

local function numbers(make)
  local random = Random.new(6)
  return array(3000, function()
    return (random:chance(20) and "-" or "") .. make(random)
  end)
end

local function wide_object()
  local random, members = Random.new(7), {}
  for i = 1, 100000 do
    members[i] = ('"key-%d-%d":%d'):format(i, random:below(1000), random:below(1000))
  end
  return "{" .. table.concat(members, ",") .. "}"
end

local function items()
  local random = Random.new(8)
  return array(1000, function()
    return ('{"id":"%s","name":"user %d","age":%d,"active":true,"tags":["a","b"]}'):format(
      digits(random, 12),
      random:below(1000),
      random:below(90)
    )
  end)
end

local function spaced()
  local random = Random.new(9)
  return array(1000, function()
    return ('\n    {\n      "id": "%s",\n      "age": %d\n    }'):format(
      digits(random, 12),
      random:below(90)
    )
  end)
end

--- Names and text of many records, in a script.
local function records(script)
  local random = Random.new(10)
  return array(500, function()
    return ('{"name":"%s","message":"%s","count":%d}'):format(
      word(random, script),
      sentence(random, script),
      random:below(1000)
    )
  end)
end

local function literals()
  local random = Random.new(11)
  return array(3000, function()
    return random:pick({ "true", "false", "null" })
  end)
end

--- All shapes as { name, text }, in the order in which they are to be shown.
local function shapes()
  local list = {}
  for i, script in ipairs(scripts) do
    list[i] = { script[1], script_text(script) }
  end
  local function add(name, text)
    list[#list + 1] = { name, text }
  end
  add("records in Latin", records(scripts[2]))
  add("records in Cyrillic", records(scripts[4]))
  add("records in Japanese", records(scripts[10]))
  add('escapes: \\n \\" \\\\', escaped({ "\\n", '\\"', "\\\\", " " }))
  add("escapes: \\u of Cyrillic", all_escaped(0x430, 0x44F, ""))
  add("escapes: \\u of emoji", all_escaped(0xDE00, 0xDE4F, "\\ud83d"))
  -- stylua: ignore start
  add("short integers", numbers(function(random) return digits(random, random:below(4) + 1) end))
  add("big integers", numbers(function(random) return digits(random, random:below(4) + 15) end))
  add("short floats", numbers(function(random)
    return digits(random, 2) .. "." .. digits(random, random:below(4) + 1)
  end))
  add("floats of 17 digits", numbers(function(random) return "0." .. digits(random, 17) end))
  add("floats with exponents", numbers(function(random)
    return ("%d.%se%d"):format(random:below(9) + 1, digits(random, 15), random:below(600) - 300)
  end))
  add("deep nesting", array(100, function() return ("["):rep(400) .. ("]"):rep(400) end))
  add("deep objects", array(50, function() return ('{"a":'):rep(400) .. "1" .. ("}"):rep(400) end))
  -- stylua: ignore end
  add("object of 100,000 keys", wide_object())
  add("small objects", items())
  add("small objects, indented", spaced())
  add("empty arrays", array(5000, tostring, "[]"))
  add("empty objects", array(5000, tostring, "{}"))
  add("literals", literals())
  return list
end

return { all = shapes, utf8_of = utf8_of }
