-- SPDX-License-Identifier: MIT
-- Compares the schema with what else there is about the API, and prints what each side lacks:
--   lua5.4 spec/support/programs/drift.lua [--explained] [REFERENCE [SDK]]
-- REFERENCE is a folder with newer.json and drift.json (RTK_REFERENCE, ../shared/reference), SDK
-- the npm package cloudflare (build/npm/node_modules/cloudflare). What is not there is skipped,
-- with a line that says so. A difference that has a reason is in `explained`, and counted
-- (--explained prints the reasons); the others are printed, and make the status 1. Not compared are
-- facts, such as how long things are kept, error envelopes and the agent WebSocket: the schema has
-- no such thing.

local core = require("rtk.core")
local schema = require("rtk.schema")
local schema_fields = require("spec.support.data.schema_fields")
local sdk_operations = require("spec.support.data.sdk_operations")
local shell = require("spec.support.servers.shell")

-- { reason, patterns of the differences that it explains… }
local explained = {
  {
    "seven operations are newer than the SDK",
    "^sdk lacks GET /apps/{}$",
    "^sdk lacks PUT /meetings/{}/participants/{}$",
    "^sdk lacks POST /meetings/{}/active%-session/mute",
    "^sdk lacks GET /meetings/{}/livestream$",
    "^sdk lacks GET /sessions/{}/livestream%-sessions$",
    "^sdk lacks GET /webhooks/all$",
  },
  {
    "the reference has it, newer sources have dropped it: it may still work",
    "lacks POST /livestreams$",
    "lacks GET /sessions/{}/participants/{} query filters$",
    "lacks POST /recordings/track body layers{}%.outputs$",
    "lacks POST /recordings/track body max_seconds$",
    "lacks .* reply .*storage_config%.password$",
    "lacks .* reply .*storage_config%.private_key$",
    "lacks .* reply .*storage_config%.secret$",
    "^sdk lacks .*%.peer_stats$",
    "^sdk lacks .*%.quality_stats$",
    "^sdk lacks .*%.meta$",
    "^sdk lacks .*ui%.config_diff$",
    "^sdk lacks .*plugins%.config%.access_control$",
    "^sdk lacks .*plugins%.config%.handles_view_only$",
  },
  {
    "lists of livestreams are typed as they were seen, and read in both shapes",
    "lacks GET /livestreams reply ",
    "^sdk lacks GET /livestreams/{} reply data%.sessions$",
    "^sdk lacks GET /livestreams/sessions/{} reply data%.invoked_time$",
    "^newer lacks GET /meetings/{}/livestream reply data%.paging$",
    "^newer lacks GET /meetings/{}/livestream reply data%.session$",
  },
  {
    "a session stands in data or in data.session, and is read in both places",
    "lacks GET /sessions/{} reply data%.",
  },
  {
    "seen in answers",
    "%.is_large$",
    "%.sip_enabled$",
    "%.preset_id$",
    "^sdk lacks .* /recordings.*%.meeting_id$",
    "^sdk lacks GET /sessions/{}/participants reply data%.paging$",
  },
  {
    "one type stands for an object wherever it occurs; some answers show less of it",
    "^sdk lacks GET /meetings reply data%[%]%.ai_config$",
    "^sdk lacks GET /meetings/{}/participants.* reply data.*%.token$",
    "^sdk lacks GET /presets reply data%[%]%.%a+$",
    "^sdk lacks .* /recordings.* reply .*%.meeting$",
    "^sdk lacks .* /recordings.* reply .*%.ai_config$",
    "^sdk lacks .* /recordings.* reply .*%.st[aopr]+t?_reason$",
    "^sdk lacks .* /recordings.* reply .*%.storage_config$",
    "^sdk lacks POST /meetings/{}/livestreams reply data%.%a+_?%a*$",
  },
  {
    "documented for recordings of tracks, not in the SDK yet",
    "^sdk lacks .* /recordings.* reply .*download_url%[%]$",
    "^sdk lacks .* /recordings.* reply .*%.type$",
  },
  {
    "languages are open; the SDK still closes the list at ten",
    "^sdk lacks .*transcription%.language values ",
  },
  { "as in all other lists", "^sdk lacks GET /livestreams query sort_order values DESC$" },
  {
    "Cloudflare's browser SDK sends it",
    "^sdk lacks POST /meetings/{}/livestreams body manual_ingest$",
  },
  { "rtk adds the id", "^sdk lacks DELETE /meetings/{}/participants/{} reply data%.id$" },
  {
    "the settings of a plugin may have any fields",
    "^schema lacks .*plugins%.config{}{}$",
  },
  {
    "drift.json has fields of config.media here; the SDK itself has can_produce alone",
    "^schema lacks %u+ /presets[/{}]* permissions%.media%.",
  },
}

local Report = {}
Report.__index = Report

local function explains(entry, difference)
  for index = 2, #entry do
    if difference:find(entry[index]) then return true end
  end
  return false
end

function Report:add(difference)
  for _, entry in ipairs(explained) do
    if explains(entry, difference) then
      self.reasons[entry] = (self.reasons[entry] or 0) + 1
      return
    end
  end
  self.unexplained[#self.unexplained + 1] = difference
end

-- Ids in templates are {}, because sources name them differently.
local function normal_key(key)
  key = key:gsub("/accounts/{account_id}/realtime/kit", ""):gsub(" /{app_id}", " ")
  return (key:gsub("{[^}]*}", "{}"))
end

-- The schema's operations as entries.
local function ours()
  local operations = {}
  for _, key in ipairs(schema.keys()) do
    local operation = schema.operation(key:match("^(%S+) (.+)$"))
    operations[normal_key(key)] = {
      query = schema_fields.of_request(operation, "query"),
      body = schema_fields.of_request(operation, "body"),
      reply = schema_fields.of_reply(operation),
      schema = operation,
    }
  end
  return operations
end

-- Whether a field around that of the path is missing as well, which is enough to report.
local function is_inside_missing(path, missing)
  for length = #path - 1, 1, -1 do
    local next_byte = path:sub(length + 1, length + 1)
    if next_byte:find("[.%[{]") and missing[path:sub(1, length)] then return true end
  end
  return false
end

local function report_missing(report, who, where, theirs, own)
  local missing = {}
  for path in pairs(theirs) do
    if not own[path] then missing[path] = true end
  end
  for path in pairs(missing) do
    if not is_inside_missing(path, missing) then
      report:add(("%s lacks %s %s"):format(who, where, path))
    end
  end
end

-- Reports the values that one side has and the other has not.
local function report_values(report, who, where, values, known)
  local missing = {}
  for value in pairs(values) do
    if not known[value] then missing[#missing + 1] = value end
  end
  table.sort(missing)
  if missing[1] then
    report:add(("%s lacks %s values %s"):format(who, where, table.concat(missing, " ")))
  end
end

local function compare_entry(report, who, where, own, theirs)
  report_values(report, "schema", where, theirs.values, own.values)
  if next(theirs.values) then report_values(report, who, where, own.values, theirs.values) end
  if theirs.types.null and not own.types.null then
    report:add(("schema lacks %s null"):format(where))
  end
end

local function compare_required(report, who, where, own, theirs)
  if not own.object or theirs.required == nil or own.required == theirs.required then return end
  report:add(("%s requires %s"):format(own.required and "only the schema" or "only " .. who, where))
end

local function compare_operation(report, who, key, own, theirs)
  for _, part in ipairs({ "query", "body", "reply" }) do
    local where = key .. " " .. part
    report_missing(report, "schema", where, theirs[part], own[part])
    report_missing(report, who, where, own[part], theirs[part])
    for path, entry in pairs(theirs[part]) do
      if own[part][path] then
        compare_entry(report, who, where .. " " .. path, own[part][path], entry)
        if part ~= "reply" then
          compare_required(report, who, where .. " " .. path, own[part][path], entry)
        end
      end
    end
  end
end

local function compare_sdk(report, own, folder)
  local theirs = sdk_operations.read(folder)
  for key, operation in pairs(theirs) do
    if own[key] then
      compare_operation(report, "sdk", key, own[key], operation)
    else
      report:add("schema lacks " .. key)
    end
  end
  for key in pairs(own) do
    if not theirs[key] then report:add("sdk lacks " .. key) end
  end
end

-- From here on newer.json, where fields are { name, type, optional, fields, items, values, enum }.

local plain_names = { integer = "number", any = "unknown" }

local function add_described(entries, path, field)
  local entry = entries[path] or { types = {}, values = {} }
  entries[path] = entry
  entry.types[plain_names[field.type] or field.type or "object"] = true
  entry.types.null = entry.types.null or field.nullable
  entry.personal = field.personal
  for _, value in ipairs(field.enum or {}) do
    entry.values[value] = true
  end
  for _, inner in ipairs(field.fields or {}) do
    local inner_path = path == "" and inner.name or path .. "." .. inner.name
    add_described(entries, inner_path, inner)
    entries[inner_path].required = not inner.optional
  end
  if field.items then add_described(entries, path .. "[]", field.items) end
  if field.values then add_described(entries, path .. "{}", field.values) end
end

local function described(fields)
  local entries = {}
  add_described(entries, "", { fields = fields })
  entries[""] = nil
  return entries
end

local function compare_new_operations(report, own, newer)
  for _, operation in ipairs(newer.operations) do
    local key = normal_key(operation.method .. " " .. operation.path)
    if own[key] then
      compare_operation(report, "newer", key, own[key], {
        query = described(operation.query_params),
        body = described(operation.body),
        reply = described(operation.returns),
      })
    else
      report:add("schema lacks " .. key)
    end
  end
end

-- An entry by its path, or by the end of it: some are named from the object in data on.
local function entry_of(entries, path)
  if entries[path] then return entries[path] end
  for known, entry in pairs(entries) do
    if known:sub(-#path - 1) == "." .. path then return entry end
  end
  return nil
end

local parts = { returns = "reply", body = "body", query_params = "query" }

local function report_change(report, where, change, entry)
  if change.change == "older" then
    if entry then report:add("schema has what is older: " .. where) end
  elseif change.change == "removed" then
    if entry then report:add("newer lacks " .. where) end
  elseif not entry then
    report:add("schema lacks " .. where)
  elseif change.change == "required" and not entry.required then
    report:add("only newer requires " .. where)
  else
    compare_entry(report, "newer", where, entry, {
      values = {},
      types = { null = change.nullable or nil },
    })
  end
end

local function compare_changes(report, own, changes)
  for _, change in ipairs(changes) do
    for _, name in ipairs(change.ops) do
      local key = normal_key(name)
      if change.part == "operation" then
        if not own[key] then report:add("schema lacks " .. key) end
      else
        local part = parts[change.part]
        local where = ("%s %s %s"):format(key, part, change.path)
        report_change(report, where, change, own[key] and entry_of(own[key][part], change.path))
      end
    end
  end
end

local function compare_nullable(report, own, nullable)
  for _, field in ipairs(nullable.fields) do
    for _, name in ipairs(field.ops) do
      local key, part = normal_key(name), parts[field.part]
      local entry = own[key] and own[key][part][field.path]
      local where = ("%s %s %s"):format(key, part, field.path)
      if not entry then
        report:add("schema lacks " .. where)
      elseif not entry.types.null then
        report:add(("schema lacks %s null"):format(where))
      end
    end
  end
end

local function compare_peer_report(report, own, peer_report)
  local key = normal_key(peer_report.op)
  local entries = own[key].reply
  local theirs = described(peer_report.fields)
  for path, entry in pairs(theirs) do
    local where = peer_report.under .. "." .. path
    local known = entries[where]
    if not known then
      report:add(("schema lacks %s reply %s"):format(key, where))
    elseif entry.personal and not known.personal then
      report:add(("schema lacks %s reply %s personal"):format(key, where))
    else
      compare_entry(report, "newer", key .. " reply " .. where, known, entry)
    end
  end
end

local function compare_values(report, own, newer)
  local recordings = own["GET /recordings"].reply
  for path in pairs(described({ { name = "download_url", items = newer.track_download.items } })) do
    if not recordings["data[]." .. path] then report:add("schema lacks a track's " .. path) end
  end
  local language = own["POST /meetings"].body["ai_config.transcription.language"]
  for _, list in ipairs({ "after_the_meeting", "during_the_meeting" }) do
    for _, code in ipairs(newer.languages[list].codes) do
      if not language.values[code] then report:add("schema lacks the language " .. code) end
    end
  end
end

local function compare_newer(report, own, newer)
  compare_new_operations(report, own, newer)
  compare_changes(report, own, newer.fields)
  compare_nullable(report, own, newer.nullable)
  compare_peer_report(report, own, newer.peer_report)
  compare_values(report, own, newer)
  for _, older in ipairs(newer.operations_only_in_older_sources) do
    if own[normal_key(older.op)] then report:add("schema has what is older: " .. older.op) end
  end
end

local function compare_drift_fields(report, key, own, fields)
  local entries = {}
  for _, part in ipairs({ "query", "body" }) do
    for path, entry in pairs(own[part]) do
      entries[path] = entry
    end
  end
  for _, path in ipairs(fields.only_in_sdk) do
    if not entries[path] then report:add(("schema lacks %s %s"):format(key, path)) end
  end
  for _, text in ipairs(fields.optionality) do
    local path, wanted = text:match("^(%S+): seed %a+, SDK (%a+)$")
    local is_required = entries[path] and entries[path].required
    if (wanted == "required") ~= (is_required == true) then
      report:add(("drift says %s %s"):format(key, text))
    end
  end
  for _, text in ipairs(fields.types) do
    local path, kind = text:match("^(%S+): seed %a+, SDK (%a+)$")
    if not (entries[path] and entries[path].types[kind]) then
      report:add(("drift says %s %s"):format(key, text))
    end
  end
end

local function compare_drift(report, own, drift)
  for _, list in ipairs({ drift.operations_only_in_sdk, drift.operations_only_in_reference }) do
    for _, name in ipairs(list) do
      if not own[normal_key(name)] then report:add("schema lacks " .. name) end
    end
  end
  for _, fields in ipairs(drift.fields) do
    local key = normal_key(fields.op)
    compare_drift_fields(report, key, own[key], fields)
  end
end

local function exists(path)
  local file = io.open(path)
  if file then file:close() end
  return file ~= nil
end

--- Compares the schema with the sources that are there.
---@param reference string a folder
---@param sdk string a folder
---@return { unexplained: string[], reasons: table, skipped: string[] }
local function compare(reference, sdk)
  local report = setmetatable({ unexplained = {}, reasons = {}, skipped = {} }, Report)
  local own = ours()
  local function run(path, f)
    if exists(path) then return f(path) end
    report.skipped[#report.skipped + 1] = path
  end
  local function json(f)
    return function(path)
      f(report, own, assert(core.decode(shell.read(path))))
    end
  end
  run(reference .. "/newer.json", json(compare_newer))
  run(reference .. "/drift.json", json(compare_drift))
  run(sdk .. "/package.json", function()
    compare_sdk(report, own, sdk)
  end)
  table.sort(report.unexplained)
  return report
end

local function print_report(report, shows_explained)
  for _, path in ipairs(report.skipped) do
    print("SKIPPED: there is no " .. path)
  end
  local count = 0
  for _, entry in ipairs(explained) do
    count = count + (report.reasons[entry] or 0)
    if shows_explained then print(("%4d  %s"):format(report.reasons[entry] or 0, entry[1])) end
  end
  for _, difference in ipairs(report.unexplained) do
    print(difference)
  end
  print(("%d differences explained, %d not"):format(count, #report.unexplained))
end

if arg and arg[0] and arg[0]:find("drift%.lua$") then
  local shows_explained = arg[1] == "--explained" and table.remove(arg, 1) ~= nil
  local report = compare(
    arg[1] or os.getenv("RTK_REFERENCE") or "../shared/reference",
    arg[2] or "build/npm/node_modules/cloudflare"
  )
  print_report(report, shows_explained)
  os.exit(#report.unexplained == 0)
end

return { compare = compare, explained = explained }
