-- SPDX-License-Identifier: MIT
-- Finds the texts to quote in the body of an error response, in any format.
--
-- JSON: both envelopes of the API with all errors, error chains and messages, problem
-- details (RFC 9457), errors by field, bare messages, strings. HTML and XML: the title.
-- Other text: its first line. The number of texts is bounded, their length is not, and they
-- are as the server wrote them: rtk.errors.error_message sanitizes them.

local array = require("rtk.array")
local html_title = require("rtk.errors.html_title")

local error_texts = {}

local MOST_VALUES = 1024 -- visited in a body
local MOST_TEXTS = 64
local DEEPEST = 64
local LONGEST_LABEL = 100 -- bytes
local LONGEST_SCANNED = 16384 -- bytes of a text

-- Members that hold texts, or objects with texts, in the order to quote them.
local text_names = {
  "title",
  "message",
  "detail",
  "details",
  "msg",
  "errors",
  "error",
  "error_description",
  "description",
  "reason",
  "_errors",
  "error_chain",
  "messages",
}

-- Members that name the field: its name, or a path as an array.
local label_names = { "field", "param", "loc", "path", "pointer" }

local function is_scalar(value)
  return type(value) == "string" or type(value) == "number"
end

local function label_text(value)
  if is_scalar(value) then return tostring(value) end
  if not array.is(value) then return nil end
  local steps = {}
  for index = 1, math.min(#value, 16) do
    if is_scalar(value[index]) then steps[#steps + 1] = tostring(value[index]) end
  end
  return #steps > 0 and table.concat(steps, ".") or nil
end

local function label_of(object)
  for _, name in ipairs(label_names) do
    local label = label_text(object[name])
    if label then return label end
  end
  local source = object.source
  return type(source) == "table" and label_text(source.pointer) or nil
end

local function contains(text, part)
  return text:sub(1, 1000):find(part, 1, true) ~= nil
end

local function with_label(label, text)
  if not label or #label > LONGEST_LABEL or contains(text, label) then return text end
  return label .. ": " .. text
end

local function add(found, text, label)
  if text == "" then return end
  text = with_label(label, text)
  if found.seen[text] or #found.texts >= MOST_TEXTS then return end
  found.seen[text] = true
  found.texts[#found.texts + 1] = text
end

-- A code in words is part of the message. A number is for programs, and is quoted only when
-- there is nothing else.
local function add_code(found, code, count)
  local first = found.texts[count + 1]
  if type(code) == "string" and not tonumber(code) then
    if first then
      found.texts[count + 1] = with_label(code, first)
    else
      add(found, code)
    end
  elseif is_scalar(code) and not first then
    add(found, "code " .. code)
  end
end

local collect

-- An object from field to message or to messages.
local function collect_fields(found, fields, depth)
  local names = {}
  for name in pairs(fields) do
    if type(name) == "string" and #name <= LONGEST_LABEL then names[#names + 1] = name end
    if #names >= MOST_TEXTS then break end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    collect(found, fields[name], depth + 1, name)
  end
end

--- Whether the member "errors" maps fields to messages, rather than being a list or one error.
---@param value any
---@return boolean
function error_texts.is_by_field(value)
  return type(value) == "table"
    and not array.is(value)
    and not is_scalar(value.message)
    and not is_scalar(value.code)
end

local function collect_object(found, object, depth, label)
  local count = #found.texts
  label = depth > 1 and label_of(object) or label
  for _, name in ipairs(text_names) do
    local value = object[name]
    if name == "errors" and error_texts.is_by_field(value) then
      collect_fields(found, value, depth + 1)
    elseif value ~= nil then
      collect(found, value, depth + 1, label)
    end
  end
  add_code(found, object.code, count)
end

local function collect_list(found, list, depth, label)
  for index = 1, math.min(#list, MOST_TEXTS) do
    local item = list[index]
    if type(item) == "number" then
      add_code(found, item, #found.texts)
    else
      collect(found, item, depth + 1, label)
    end
  end
end

function collect(found, value, depth, label)
  found.visited = found.visited + 1
  if depth > DEEPEST or found.visited > MOST_VALUES then return end
  if type(value) == "string" then
    add(found, value, label)
  elseif array.is(value) then
    collect_list(found, value, depth, label)
  elseif type(value) == "table" then
    collect_object(found, value, depth, label)
  end
end

-- Cloudflare's edge gives its code separately; most titles repeat it.
local function add_edge_code(found, body)
  local code = type(body) == "table" and body.error_code
  if not is_scalar(code) then return end
  for _, text in ipairs(found.texts) do
    if contains(text, tostring(code)) then return end
  end
  add(found, tostring(code), "error code")
end

local function in_value(value)
  local found = { texts = {}, seen = {}, visited = 0 }
  collect(found, value, 1)
  add_edge_code(found, value)
  return found.texts
end

-- Broken or cut JSON is not worth quoting.
local function is_broken_json(text)
  return text:find('^{[%z\1-\32]*["}]') ~= nil or text:find('^%[[%z\1-\32]*["{%[%]]') ~= nil
end

-- The beginning of a text, without byte order mark and blank lines.
local function beginning(text)
  local blank = text:match("^\239\187\191()") or 1
  local start = text:sub(blank, blank + LONGEST_SCANNED):find("[^%z\1-\32]")
  return start and text:sub(blank + start - 1, blank + start + LONGEST_SCANNED) or ""
end

local function in_text(text)
  text = beginning(text)
  if html_title.is_page(text) then return { html_title.find(text) } end
  -- UTF-16 and what is no text have zeros: nothing that removes secrets would know them there.
  if is_broken_json(text) or text:sub(1, 1024):find("%z") then return {} end
  return { text:match("^[^\r\n]+") }
end

--- The texts in the body of a reply.
---@param result { value?: any, text?: string } the body, decoded when it was JSON
---@return string[] texts
function error_texts.find(result)
  if result.value ~= nil then return in_value(result.value) end
  return in_text(result.text or "")
end

return error_texts
