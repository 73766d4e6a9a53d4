-- SPDX-License-Identifier: MIT
-- One operation of the API, read from its name: "PATCH /meetings/{meeting_id}".
--
-- Names are literals in the resource files, so what is read from one is kept.

local path = require("rtk.path")
local retry = require("rtk.retry")

---@class rtk.Operation
---@field name string "VERB /template" as in the API reference
---@field method string
---@field is_of_account boolean it is not below an app
---@field is_repeatable boolean doing it twice is the same as once
---@field pieces string[] the template's text before, between and after the ids
---@field arguments string[] the names of the ids

local operation = {}

local known = {}

local function read(name)
  local method, template = name:match("^(%u+) (/.*)$")
  local pieces, arguments = {}, {}
  for text, argument in (template .. "{}"):gmatch("([^{]*){([%w_]*)}") do
    pieces[#pieces + 1] = text
    if argument ~= "" then arguments[#arguments + 1] = argument end
  end
  return {
    name = name,
    method = method,
    is_of_account = template == "/apps",
    is_repeatable = retry.is_repeatable(method, name),
    pieces = pieces,
    arguments = arguments,
  }
end

--- The operation of that name.
---@param name string "VERB /template"
---@return rtk.Operation
function operation.of(name)
  local found = known[name]
  if not found then
    found = read(name)
    known[name] = found
  end
  return found
end

--- The operation's path below account and app, with ids filled in.
---@param self rtk.Operation
---@param ids any[] in the template's order
---@return string path
function operation.path(self, ids)
  local pieces, arguments = self.pieces, self.arguments
  local text = pieces[1]
  for index = 1, #arguments do
    text = text .. path.segment(arguments[index], ids[index]) .. pieces[index + 1]
  end
  return text
end

return operation
