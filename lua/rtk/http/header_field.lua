-- SPDX-License-Identifier: MIT
-- What may be sent as a header: names and values that cannot break out of their line,
-- and none that say where a message ends, which is up to the transport.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local input_table = require("rtk.input_table")

local header_field = {}

-- Far above any use, and what the transport takes besides rtk's own.
local MOST = 200

local framing = {
  ["content-length"] = true,
  ["transfer-encoding"] = true,
  expect = true,
  connection = true,
}

--- Whether a text can stand in a header line, or anywhere else where a line ends a value.
---@param text any
---@return boolean
function header_field.is_line(text)
  return type(text) == "string" and not text:find("[%z\1-\8\10-\31\127]")
end

local function check(name, value)
  if type(name) ~= "string" or not name:find("^[0-9A-Za-z!#$%%&'*+%-.^_`|~]+$") then
    misuse.raise("headers must map header names to strings; one name is not a header name")
  end
  if not header_field.is_line(value) then
    misuse.raise("headers." .. name .. " must be a string without control characters")
  end
  if framing[core.lower(name)] then
    misuse.raise("headers." .. name .. " must not be set: the transport does that")
  end
end

--- Raises unless every header can be sent as it is.
---@param headers table<string, string>
function header_field.check_all(headers)
  local count = 0
  for name, value in input_table.pairs("headers", headers) do
    check(name, value)
    count = count + 1
  end
  if count > MOST then misuse.raise(("headers must be %d at most"):format(MOST)) end
end

return header_field
