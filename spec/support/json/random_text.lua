-- SPDX-License-Identifier: MIT
-- Random JSON texts of all that a text may hold: numbers of every form, escapes, half surrogate
-- pairs, bytes that are not UTF-8, NUL, equal names, empty names, null, space, tables in tables.
--
-- Most names come from a pool, so that a decoder meets them again.

local RandomText = {}
RandomText.__index = RandomText

local POOL_SIZE, LONGEST_NAME = 1200, 60
local DEEPEST = 7
local MOST_MEMBERS = 40 -- as a rule there are few

-- What strings are made of.
local PIECES = {
  "a",
  "word",
  "a longer run of plain text",
  " ",
  "/",
  '\\"',
  "\\\\",
  "\\/",
  "\\b\\f\\n\\r\\t",
  "\\u0000",
  "\\u0041",
  "\\u00e9",
  "\\u20AC",
  "\\ud83d\\ude00",
  "\\ud83d",
  "\\ude00",
  "\\uD83D\\u0041",
  "\195\169",
  "\226\130\172",
  "\240\159\152\128",
  "\127",
  "\128",
  "\192\128",
  "\226\130",
  "\237\160\189",
  "\244\144\128\128",
  "\255",
}

local SPACES = { "", "", "", "", "", " ", "\n", "\t\r\n  " }

local WORDS = { "true", "false", "null" }

--- A generator of texts; the same random numbers give the same texts.
---@param random table see spec.support.data.random
function RandomText.new(random)
  local self = setmetatable({ random = random, pool = {} }, RandomText)
  for number = 1, POOL_SIZE do
    self.pool[number] = self:new_name()
  end
  return self
end

--- A name without quotes that needs no escape: one letter, or up to LONGEST_NAME.
function RandomText:new_name()
  local random, letters = self.random, {}
  for i = 1, random:below(random:chance(10) and LONGEST_NAME or 16) do
    letters[i] = string.char(97 + random:below(26))
  end
  return table.concat(letters)
end

--- A name of the pool.
function RandomText:known_name()
  return self.random:pick(self.pool)
end

function RandomText:space()
  return self.random:pick(SPACES)
end

function RandomText:string()
  local random, pieces = self.random, {}
  if random:chance(40) then return '"' .. self:known_name() .. '"' end
  for i = 1, random:below(random:chance(10) and 30 or 5) do
    pieces[i] = random:pick(PIECES)
  end
  return '"' .. table.concat(pieces) .. '"'
end

function RandomText:digits(most)
  local digits = {}
  for i = 1, self.random:below(most) + 1 do
    digits[i] = string.char(48 + self.random:below(10))
  end
  return table.concat(digits)
end

function RandomText:number()
  local random = self.random
  local whole = self:digits(random:chance(15) and 25 or 5):gsub("^0+(%d)", "%1")
  local text = (random:chance(30) and "-" or "") .. whole
  if random:chance(30) then text = text .. "." .. self:digits(random:chance(15) and 25 or 4) end
  if random:chance(20) then
    text = text .. random:pick({ "e", "E" }) .. random:pick({ "", "+", "-" }) .. self:digits(2)
  end
  return text
end

function RandomText:key()
  if self.random:chance(75) then return '"' .. self:known_name() .. '"' end
  if self.random:chance(50) then return '"' .. self:new_name() .. '"' end
  return self:string()
end

function RandomText:list(depth, open, close, make)
  local random, parts = self.random, {}
  for i = 1, random:below(random:chance(5) and MOST_MEMBERS or 7) do
    parts[i] = self:space() .. make(self, depth + 1) .. self:space()
  end
  return open .. table.concat(parts, ",") .. close
end

function RandomText:member(depth)
  return self:key() .. self:space() .. ":" .. self:space() .. self:value(depth)
end

--- A value; depth tables are around it.
function RandomText:value(depth)
  local kind = self.random:below(depth < DEEPEST and 11 or 7)
  if kind < 3 then return self:string() end
  if kind < 5 then return self:number() end
  if kind < 7 then return self.random:pick(WORDS) end
  if kind < 10 then return self:list(depth, "{", "}", self.member) end
  return self:list(depth, "[", "]", self.value)
end

--- A text: an object or an array.
function RandomText:text()
  local body = self.random:chance(80) and self:list(0, "{", "}", self.member)
    or self:list(0, "[", "]", self.value)
  return self:space() .. body .. self:space()
end

return RandomText
