-- SPDX-License-Identifier: MIT
-- Speed of the JSON codec next to lua-cjson: `lua5.4 spec/bench/json.lua [rounds]` in the
-- repository's root after a build, likewise with luajit.
--
-- Pages are generated to look like RealtimeKit lists, from a fixed seed. The two codecs take
-- turns; before each turn all garbage is collected, and only its CPU time counts, the garbage
-- collector's share included. Each line is the median over the rounds of cjson's time / ours.
-- Uniform objects all have the same flat fields; ragged ones have optional fields, nesting,
-- arrays, nulls, escapes and non-ASCII text (see support/json/pages.lua). The floor is what Lua
-- alone takes to make the same values, without a text to read. After the pages comes one text each
-- of many shapes and scripts (support/json/shapes.lua).

local jit = rawget(_G, "jit")
package.path = "spec/?.lua;" .. package.path
package.cpath = ("build/%s/?.so;"):format(jit and "luajit" or "lua5.4") .. package.cpath

local cjson = require("cjson")
local core = require("rtk.core")
local floor = require("spec.support.json.floor")
local median = require("spec.support.data.median")
local pages = require("spec.support.json.pages")
local same_value = require("spec.support.asserts.same_value")
local shapes = require("spec.support.json.shapes")

local ROUNDS = tonumber(arg and arg[1]) or 15

local function time(convert, inputs, repeats)
  collectgarbage("collect")
  collectgarbage("collect")
  local start = os.clock()
  for _ = 1, repeats do
    for i = 1, #inputs do
      convert(inputs[i])
    end
  end
  return os.clock() - start
end

--- Prints how many times faster than cjson's our function is, and its speed.
local function compare(label, theirs, ours, inputs, repeats, bytes)
  local ratios, times = {}, {}
  time(theirs, inputs, 1)
  time(ours, inputs, 1)
  for round = 1, ROUNDS do
    local first, second
    if round % 2 == 0 then
      first = time(theirs, inputs, repeats)
      second = time(ours, inputs, repeats)
    else
      second = time(ours, inputs, repeats)
      first = time(theirs, inputs, repeats)
    end
    ratios[round], times[round] = first / second, second
  end
  local speed = bytes * repeats / median(times) / 1e6
  print(("%-32s %5.2fx %7.0f MB/s"):format(label, median(ratios), speed))
end

local function total(texts)
  local bytes = 0
  for i = 1, #texts do
    bytes = bytes + #texts[i]
  end
  return bytes
end

local function decoded(texts)
  local values = {}
  for i = 1, #texts do
    values[i] = cjson.decode(texts[i])
  end
  return values
end

local function output(command)
  local pipe = assert(io.popen(command .. " 2>/dev/null"))
  local text = pipe:read("*l")
  pipe:close()
  return text or "?"
end

-- Debian's version, where it is from there.
local version = output("dpkg-query -W -f '${Version}' lua-cjson")
local load = output("cut -d ' ' -f 1 /proc/loadavg")
print(
  ("%s, load %s: time of lua-cjson %s (%s) / ours"):format(
    jit and jit.version or _VERSION,
    load,
    cjson._VERSION,
    version
  )
)
for _, kind in ipairs({ "uniform", "ragged" }) do
  local texts = pages[kind](200, 100)
  compare("decode 200 pages, " .. kind, cjson.decode, core.decode, texts, 1, total(texts))
  compare("encode 200 pages, " .. kind, cjson.encode, core.encode, decoded(texts), 1, total(texts))
end

-- Of so many pages, a string that is there so often is one that a decoder need not make.
local FLOOR_PAGES, OFTEN = 50, 100

for _, kind in ipairs({ "uniform", "ragged" }) do
  local texts = pages[kind](FLOOR_PAGES, 100)
  local make = floor.of(texts, OFTEN)
  assert(same_value(core.decode(texts[1]), make(texts[1])), "the floor makes something else")
  compare("floor / core.decode, " .. kind, make, core.decode, texts, 4, total(texts))
end

-- What the option fields saves: two fields of each item, next to all of them.
local function select_two(text)
  return core.decode(text, "[\0id\0title\0")
end
local uniform = pages.uniform(200, 100)
compare("two fields, core.decode / that", core.decode, select_two, uniform, 1, total(uniform))

local replies = pages.replies(300)
compare("decode 300 replies", cjson.decode, core.decode, replies, 100, total(replies))

local one = { pages.object() }
compare("decode one object", cjson.decode, core.decode, one, 20000, total(one))
compare("encode one object", cjson.encode, core.encode, decoded(one), 20000, total(one))

-- Bytes of text that a turn takes.
local BYTES = 2000000
for _, shape in ipairs(shapes.all()) do
  local name, texts = shape[1], { shape[2] }
  local repeats = math.ceil(BYTES / #shape[2])
  compare("decode " .. name, cjson.decode, core.decode, texts, repeats, total(texts))
  compare("encode " .. name, cjson.encode, core.encode, decoded(texts), repeats, total(texts))
end
