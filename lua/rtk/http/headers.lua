-- SPDX-License-Identifier: MIT
-- The headers of one reply, parsed only when somebody asks.
--
-- The transport hands over the raw block. Parsed, it is a table from
-- lower-case name to value; a header that came several times has its values
-- joined with ", ". Reading ignores the case of the name.

local core = require("rtk.core")

local headers = {}

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
  for name, value in (raw or ""):gmatch("\n([^: \t-\r]+)[ \t]*:[ \t]*([^\r\n]*)") do
    -- Greedy from the left: a pattern that looks for white space before an end
    -- takes time in proportion to the square of what a server may send.
    name, value = core.lower(name), value:match("^.*[^ \t-\r]") or ""
    if not fields[name] then
      fields[name] = value
    else
      repeated[name] = repeated[name] or { fields[name] }
      table.insert(repeated[name], value)
    end
  end
  -- At the end, for the same reason.
  for name, values in pairs(repeated) do
    fields[name] = table.concat(values, ", ")
  end
  return setmetatable(fields, metatable)
end

--- Cloudflare's id of the request, if it looks like one.
---@param fields table<string, string> as headers.parse returns them
---@return string? request_id
function headers.request_id(fields)
  local id = fields["cf-ray"]
  return id and #id <= 64 and id:match("^[0-9A-Za-z-]+$") or nil
end

return headers
