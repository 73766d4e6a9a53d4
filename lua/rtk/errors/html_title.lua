-- SPDX-License-Identifier: MIT
-- Finds the title of an HTML page: the reason that proxies, firewalls and captive portals give.
--
-- Only the beginning of a page is searched, and no pattern backtracks.

local core = require("rtk.core")

local html_title = {}

local LONGEST_SCANNED = 16384 -- bytes of a page

-- The best element first. Gateways that answer in XML have a message.
local elements = { "title", "h1", "message" }

local entities = {
  amp = "&",
  apos = "'",
  gt = ">",
  hellip = "...",
  laquo = "\194\171",
  ldquo = "\226\128\156",
  lsquo = "\226\128\152",
  lt = "<",
  mdash = "\226\128\148",
  middot = "\194\183",
  nbsp = " ",
  ndash = "\226\128\147",
  quot = '"',
  raquo = "\194\187",
  rdquo = "\226\128\157",
  rsquo = "\226\128\153",
}

-- A code point as UTF-8; nil for an invalid one.
local function character(code)
  if code < 128 then return string.char(code) end
  local function tail(divisor)
    return 128 + math.floor(code / divisor) % 64
  end
  if code < 2048 then return string.char(192 + math.floor(code / 64), tail(1)) end
  if code >= 55296 and code <= 57343 then return nil end
  if code < 65536 then return string.char(224 + math.floor(code / 4096), tail(64), tail(1)) end
  if code > 1114111 then return nil end
  return string.char(240 + math.floor(code / 262144), tail(4096), tail(64), tail(1))
end

local function decode_entity(name)
  if entities[name] then return entities[name] end
  local digits = name:match("^#([0-9]+)$")
  local hexadecimal = name:match("^#[Xx]([0-9A-Fa-f]+)$")
  if digits and #digits <= 7 then return character(tonumber(digits)) end
  if hexadecimal and #hexadecimal <= 6 then return character(tonumber(hexadecimal, 16)) end
  return nil
end

-- The content of the first element of a name; nil when it has no end.
local function content(page, lower_page, name)
  local start = lower_page:find("<" .. name .. "[%z\1-\32/>]")
  local open_end = start and page:find(">", start, true)
  local close = open_end and page:find("</", open_end, true)
  return close and page:sub(open_end + 1, close - 1)
end

local function text_of(markup)
  local text = markup:gsub("<[^<>]*>", " ")
  text = text:gsub("&(#?[A-Za-z0-9]+);", decode_entity)
  return text:find("[^%z\1-\32]") and text or nil
end

--- Whether a text begins like HTML or XML.
---@param text string
---@return boolean
function html_title.is_page(text)
  local start = text:sub(1, LONGEST_SCANNED):gsub("^\239\187\191", "")
  return start:find("^[%z\1-\32]*<[A-Za-z!?]") ~= nil
end

--- The title of a page, else its first heading.
---@param page string
---@return string? title entities decoded, white space kept
function html_title.find(page)
  local scanned = page:sub(1, LONGEST_SCANNED)
  local lower_scanned = core.lower(scanned) -- ASCII only, so of the same length
  for _, name in ipairs(elements) do
    local markup = content(scanned, lower_scanned, name)
    local text = markup and text_of(markup)
    if text then return text end
  end
  return nil
end

return html_title
