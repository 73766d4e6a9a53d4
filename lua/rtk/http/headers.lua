-- SPDX-License-Identifier: MIT
-- HTTP headers: checks and writes those of requests, parses those of responses.
--
-- Sent names and values cannot break out of their line, and none says where a message ends,
-- which is up to the transport. Received headers are parsed when they are needed: the
-- transport delivers the raw block. Parsed, they are a table from lower-case name to value; a
-- repeated header has its values joined with ", ". Reading ignores the case of the name.

local core = require("rtk.core")
local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")

local headers = {}

-- Far above any use, and what the transport accepts besides rtk's own.
local MOST = 200

local framing = {
  ["content-length"] = true,
  ["transfer-encoding"] = true,
  expect = true,
  connection = true,
}

--- Whether a text fits in a header line, or anywhere else where a line ends a value.
---@param text any
---@return boolean
function headers.is_line(text)
  return type(text) == "string" and not text:find("[%z\1-\8\10-\31\127]")
end

local function check_field(name, value)
  if type(name) ~= "string" or not name:find("^[0-9A-Za-z!#$%%&'*+%-.^_`|~]+$") then
    misuse.raise("headers must map header names to strings; one key is not a header name")
  end
  if not headers.is_line(value) then
    misuse.raise("headers." .. name .. " must be a string without control characters")
  end
  if framing[core.lower(name)] then
    misuse.raise("headers." .. name .. " must not be set: the transport sets it")
  end
end

--- Raises unless all headers can be sent unchanged.
---@param fields table<string, string>
function headers.check(fields)
  local count = 0
  for name, value in input_table.pairs("headers", fields) do
    check_field(name, value)
    count = count + 1
  end
  if count > MOST then misuse.raise(("headers must be %d at most"):format(MOST)) end
end

--- Header lines from tables of headers; a later table overrides an earlier one.
---@param ... table<string, string>
---@return string[] lines
function headers.lines(...)
  local by_name, order = {}, {}
  for index = 1, select("#", ...) do
    for name, value in input_table.pairs("headers", (select(index, ...))) do
      local key = core.lower(name)
      if not by_name[key] then order[#order + 1] = key end
      by_name[key] = name .. ": " .. value
    end
  end
  table.sort(order, core.before)
  local lines = {}
  for index, key in ipairs(order) do
    lines[index] = by_name[key]
  end
  return lines
end

local metatable = {
  __name = "rtk.Headers",
  __jsontype = "object",
  __index = function(fields, name)
    return type(name) == "string" and rawget(fields, core.lower(name)) or nil
  end,
}

--- Parses a raw header block, status line included.
---@param raw? string lines that end in CR LF or LF
---@return table<string, string> fields by lower-case name; reading ignores case
function headers.parse(raw)
  local fields, repeated = {}, {}
  for written, rest in (raw or ""):gmatch("\n([^: \t-\r]+)[ \t]*:[ \t]*([^\r\n]*)") do
    -- Greedy from the left: a pattern that looks for white space before an end takes
    -- quadratic time.
    local name, value = core.lower(written), rest:match("^.*[^ \t-\r]") or ""
    if not fields[name] then
      fields[name] = value
    else
      repeated[name] = repeated[name] or { fields[name] }
      table.insert(repeated[name], value)
    end
  end
  -- Joined once, for the same reason.
  for name, values in pairs(repeated) do
    fields[name] = table.concat(values, ", ")
  end
  return setmetatable(fields, metatable)
end

--- Cloudflare's id of the request; nil when the header does not look like one.
---@param fields table<string, string> as headers.parse returns them
---@return string? request_id
function headers.request_id(fields)
  local id = fields["cf-ray"]
  return id and #id <= 64 and id:match("^[0-9A-Za-z-]+$") or nil
end

return headers
