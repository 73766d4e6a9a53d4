-- SPDX-License-Identifier: MIT
-- What the page's form for faults offers: all operations, all kinds with their members and a
-- sentence each; and the faults that are set.
local dispatch = require("rtk.emulator.http.dispatch")
local json = require("rtk.emulator.util.json")
local kinds = require("rtk.emulator.faults.kinds")
local lists = require("rtk.emulator.util.lists")
local validate = require("rtk.emulator.faults.validate")

local fault_form = {}

-- What a kind does, for people who choose one.
local SENTENCES = {
  latency = "Answers after a delay.",
  refuse = "The connection is refused (closed, over HTTP).",
  close = "The connection is closed without an answer.",
  truncate = "The connection is closed in the middle of the body.",
  reset = "The connection is reset in the middle of the body.",
  stall = "The body stops in the middle, and the connection stays open.",
  wrong_length = "The Content-Length is too large, or too small.",
  invalid_json = "Only half of the JSON arrives.",
  empty = "A success without its data.",
  bad_gzip = "The body is not what Content-Encoding says.",
  oversize = "A very long body, with spaces at its end.",
  html = "A page of HTML in the place of JSON.",
  redirect = "A redirect to another location.",
  status = "An error with a status of your choice.",
  rate_limit = "429 with Retry-After: too many requests.",
  throttled = "The error of the rate limit, with status 200.",
  expired = "A download link that is no longer valid.",
  changed = "The file is another version from now on.",
  no_etag = "Downloads without an ETag.",
  weak_etag = "Downloads with a weak ETag.",
  no_ranges = "Ranges are not supported: the whole file comes.",
  chunked = "Downloads without a Content-Length.",
  slow = "Few bytes per second.",
  wrong_range = "The Content-Range is not what was asked for.",
}

-- When a fault of a kind may come: before or after the execution.
local function timing(kind)
  if kind.spoils then return "after" end
  return kind.denies and "before" or "both"
end

local function describe(name)
  local kind = kinds[name]
  return {
    fields = kind.fields or {},
    is_of_download = kind.of_download == true,
    name = name,
    required = kind.required,
    sentence = SENTENCES[name] or "",
    timing = timing(kind),
  }
end

local function shown(fault)
  local copy = json.copy(fault)
  copy.pattern = nil
  copy.operation = fault.operation or validate.default_operation(kinds[fault.kind])
  return copy
end

--- Operations, kinds and the faults that are set, oldest first.
---@param emulator rtk.Emulator
---@return table
function fault_form.view(emulator)
  local described, faults = json.array(), json.array()
  for index, name in ipairs(lists.sorted_keys(kinds)) do
    described[index] = describe(name)
  end
  for index, fault in ipairs(emulator.faults:select()) do
    faults[index] = shown(fault)
  end
  return {
    faults = faults,
    kinds = described,
    operations = json.array(lists.sorted_keys(dispatch.operations(emulator.routers))),
  }
end

return fault_form
