-- SPDX-License-Identifier: MIT
-- Checks that a text is well-formed XML, and finds elements in it. It knows what pictures and pages
-- of examples have: no comments, no CDATA, no entities but the five of XML and numbers.

local xml = {}

-- The message about the first "&" that begins no entity, or nil.
local function bad_reference(text)
  for rest in text:gmatch("&([^&]*)") do
    local name = rest:match("^(#?%w+);")
    local is_known = name and (name:find("^#%d+$") or ("amp lt gt quot apos"):find(name, 1, true))
    if not is_known then return "a bare ampersand before " .. rest:sub(1, 20) end
  end
end

-- Reads the attributes of a tag; returns nil and a message where they are not well-formed.
local function read_attributes(text)
  local attributes, rest = {}, text
  while rest:find("[^ \n]") do
    local name, value, after = rest:match('^[ \n]+([%w:_-]+)="([^"<]*)"(.*)$')
    if not name then return nil, "no attribute: " .. rest end
    if attributes[name] then return nil, name .. " comes twice" end
    local message = bad_reference(value)
    if message then return nil, message end
    attributes[name], rest = value, after
  end
  return attributes
end

local function read_tag(tag, open, elements)
  local closing = tag:match("^/([%w:]+)$")
  if closing then
    local last = table.remove(open)
    if not last or last.name ~= closing then return nil, "</" .. closing .. "> closes nothing" end
    return true
  end
  local name, rest, slash = tag:match("^([%w:]+)(.-)(/?)$")
  if not name then return nil, "no tag: " .. tag end
  local attributes, message = read_attributes(rest)
  if not attributes then return nil, message end
  local element = { name = name, attributes = attributes, text = "" }
  elements[#elements + 1] = element
  if slash == "" then open[#open + 1] = element end
  return true
end

--- Reads a document.
---@param text string
---@return { name: string, attributes: table<string, string>, text: string }[]? elements in their
---order, with the text that stands in each itself; nil when it is not well-formed
---@return string? message
function xml.read(text)
  local elements, open = {}, {}
  for content, tag in text:gsub("^<!DOCTYPE html>\n", ""):gmatch("([^<]*)<([^<>]*)>") do
    local message = bad_reference(content)
    if message then return nil, message end
    if #open > 0 then
      open[#open].text = open[#open].text .. content
    elseif content:find("[^ \n]") or #elements > 0 then
      return nil, "something is outside of the root"
    end
    local ok, problem = read_tag(tag, open, elements)
    if not ok then return nil, problem end
  end
  if #open > 0 then return nil, "<" .. open[#open].name .. "> is not closed" end
  if not text:find(">\n?$") then return nil, "something is after the end" end
  if text:find("[%z\1-\8\11\12\14-\31]") then return nil, "there is a control character" end
  return elements
end

--- A text as it was before it was escaped.
---@param text string
---@return string
function xml.unescape(text)
  local characters = { amp = "&", lt = "<", gt = ">", quot = '"', apos = "'" }
  return (text:gsub("&(%a+);", characters))
end

return xml
