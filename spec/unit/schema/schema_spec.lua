-- SPDX-License-Identifier: MIT
-- The schema against spec/fixtures/reference_fields.lua, in both directions: requests
-- operation by operation; answers path by path, and then per object type, because one
-- type stands for an object wherever it occurs and has the fields of all its occurrences.

local schema = require("rtk.schema")
local schema_fields = require("spec.support.data.schema_fields")
local personal_fields = require("spec.fixtures.personal_fields")
local reference = require("spec.support.data.reference")

local listing = reference.operations()

-- Where the schema says more than the listing, on purpose.
local wider = {
  ["GET /livestreams query sort_order value DESC"] = "as in all other lists",
  ["GET /analytics/livestreams/daywise query start_time type string"] = "as overall",
  ["GET /analytics/livestreams/daywise query end_time type string"] = "as overall",
  ["Recording.file_size type string"] = "as in webhooks",
  ["PATCH /meetings/{meeting_id} body live_stream_on_start type null"] = "as in POST",
  ["PATCH /meetings/{meeting_id} body record_on_start type null"] = "as in POST",
  ["PATCH /meetings/{meeting_id} body title type null"] = "as in POST",
  ["PUT /meetings/{meeting_id}/participants/{participant_id} body name type null"] = "as in POST",
  ["PUT /meetings/{meeting_id}/participants/{participant_id} body picture type null"] = "ditto",
  ["Meeting.live_stream_on_start type null"] = "as in the body of POST",
  ["Meeting.record_on_start type null"] = "as in the body of POST",
  ["Meeting.title type null"] = "as in the body of POST",
}
local laxer = {
  ["POST /presets body permissions.plugins.config.access_control"] = "optional in the SDK's map",
  ["POST /presets body permissions.plugins.config.handles_view_only"] = "optional in the SDK's map",
  ["PUT /presets/{preset_id} body permissions.plugins.config.access_control"] = "as in POST",
  ["PUT /presets/{preset_id} body permissions.plugins.config.handles_view_only"] = "as in POST",
  ["POST /recordings/track body layers{}.outputs[].storage_config.type"] = "optional elsewhere",
}
local observed = {
  ["Recording.meeting_id"] = "seen in an answer",
  ["DeletedParticipant.id"] = "the one in the path",
  ["Meeting.is_large"] = "seen in an answer",
  ["Participant.preset_id"] = "seen in an answer",
  ["Participant.sip_enabled"] = "seen in an answer",
}

local function operation_of(key)
  return schema.operation(key:match("^(%S+) (.+)$"))
end

-- Only the SDK knows how to replace a preset; it takes what creating one takes.
for path, entry in pairs(listing["POST /presets"].body) do
  listing["PUT /presets/{preset_id}"].body[path] = entry
end

-- The reference draws the list of livestreams as one object with paging inside.
local function path_in_schema(key, path)
  if key ~= "GET /livestreams" or path == "data" then return path end
  if path:find("^data%.paging") then return (path:gsub("^data%.", "")) end
  return (path:gsub("^data%.", "data[]."))
end

local function report(problems)
  table.sort(problems)
  assert.equal("", table.concat(problems, "\n"))
end

local function compare_sets(problems, where, what, expected, actual)
  for name in pairs(expected) do
    if not actual[name] then problems[#problems + 1] = where .. " lacks " .. what .. name end
  end
  for name in pairs(actual) do
    local statement = where .. " " .. what .. name
    if not expected[name] and not wider[statement] then
      problems[#problems + 1] = where .. " invents " .. what .. name
    end
  end
end

local function compare_entries(problems, where, expected, actual)
  compare_sets(problems, where, "type ", expected.types, actual.types)
  compare_sets(problems, where, "value ", expected.values, actual.values)
end

local function parent_of(path)
  return path:match("^(.*)%.[^.]*$") or ""
end

-- A field that only the SDK knows is optional where the reference knows its parent.
local function is_required(entries, path)
  local entry, parent = entries[path], entries[parent_of(path)]
  local is_known_parent = parent == nil or parent.sources.reference
  local is_addition = not entry.sources.reference and is_known_parent
  return entry.required and not (is_addition and entries.is_documented)
end

local function has_reference(entries)
  for _, entry in pairs(entries) do
    if entry.sources.reference then return true end
  end
  return false
end

local function compare_request(problems, key, part)
  local expected, actual = listing[key][part], schema_fields.of_request(operation_of(key), part)
  local is_documented = has_reference(expected)
  compare_sets(problems, key .. " " .. part, "", expected, actual)
  for path, entry in pairs(expected) do
    local where = key .. " " .. part .. " " .. path
    if actual[path] then
      compare_entries(problems, where, entry, actual[path])
      local entries = setmetatable({ is_documented = is_documented }, { __index = expected })
      local is_equal = actual[path].required == is_required(entries, path)
      if actual[path].object and not is_equal and not laxer[where] then
        problems[#problems + 1] = where .. " is required on one side only"
      end
    end
  end
end

-- Adds to `occurrences` what the listing says about every field of every object type.
local function collect_occurrences(occurrences, key)
  local documented = {}
  for path, entry in pairs(listing[key].reply) do
    documented[path_in_schema(key, path)] = entry
  end
  for path, entry in pairs(schema_fields.of_reply(operation_of(key))) do
    if entry.object and documented[parent_of(path)] then
      local id = entry.object.name .. "." .. entry.name
      local all = occurrences[id] or { types = {}, values = {}, required = true, schema = entry }
      occurrences[id] = all
      local found = documented[path]
      all.required = all.required and found ~= nil and found.required
      for name in pairs(found and found.types or {}) do
        all.types[name], all.is_found = true, true
      end
      for value in pairs(found and found.values or {}) do
        all.values[value] = true
      end
    end
  end
end

describe("schema", function()
  it("has the operations of the reference and of the SDK, and no others", function()
    local problems, keys = {}, {}
    for _, key in ipairs(schema.keys()) do
      keys[key] = true
    end
    compare_sets(problems, "schema", "", listing, keys)
    report(problems)
  end)

  it("is compared with the whole reference", function()
    assert.equal(54, reference.count("query"))
    assert.equal(391, reference.count("body"))
    assert.equal(1445, reference.count("reply"))
  end)

  for _, part in ipairs({ "query", "body" }) do
    it("agrees with the listing on every " .. part .. " field", function()
      local problems = {}
      for key in pairs(listing) do
        compare_request(problems, key, part)
      end
      report(problems)
    end)
  end

  it("has every documented reply field at its place", function()
    local problems = {}
    for key, operation in pairs(listing) do
      local actual = schema_fields.of_reply(operation_of(key))
      local is_documented = has_reference(operation.reply)
      for path, entry in pairs(operation.reply) do
        local is_due = not is_documented
          or entry.sources.reference
          or entry.sources.example
          or entry.sources.newer
        if is_due and not actual[path_in_schema(key, path)] then
          problems[#problems + 1] = key .. " lacks " .. path
        end
      end
    end
    report(problems)
  end)

  it("agrees with the listing on every field of every object in a reply", function()
    local problems, occurrences = {}, {}
    for key in pairs(listing) do
      collect_occurrences(occurrences, key)
    end
    for id, expected in pairs(occurrences) do
      -- Beside a type, "unknown" only says that the value is not read.
      local first = next(expected.types)
      if first ~= "unknown" or next(expected.types, first) then expected.types.unknown = nil end
      if expected.is_found then
        compare_entries(problems, id, expected, expected.schema)
        -- An object that has an id has it always, whatever the reference leaves open.
        if id:match("%.(.*)$") ~= "id" and expected.required ~= expected.schema.required then
          problems[#problems + 1] = id .. " is required on one side only"
        end
      elseif not observed[id] then
        problems[#problems + 1] = id .. " is invented"
      end
    end
    report(problems)
  end)

  it("names every object type once", function()
    local by_name, seen = {}, {}
    local function visit(object)
      local known = by_name[object.name]
      assert.is_true(known == nil or known.fields == object.fields, object.name .. " is two types")
      by_name[object.name] = object
    end
    for _, key in ipairs(schema.keys()) do
      local operation = operation_of(key)
      for _, part in ipairs({ "query", "body", "reply" }) do
        if operation[part] then schema.each_object(operation[part], visit, seen) end
      end
    end
    assert.is_truthy(by_name.Meeting)
  end)

  it("gives the fields of every object that a reply can hold", function()
    local classes = schema_fields.reply_classes()
    assert.is_true(classes.Meeting.title and classes.Participant.token)
    assert.is_nil(classes.MeetingCreate)
  end)

  it("finds an operation by verb and template", function()
    local operation = schema.operation("GET", "/livestreams/sessions/{livestream_session_id}")
    assert.equal("LivestreamSession", operation.reply.name)
    assert.is_nil(schema.operation("DELETE", "/meetings/{meeting_id}"))
  end)

  it("knows query names and lists them for a suggestion", function()
    local operation = schema.operation("GET", "/meetings/{meeting_id}/participants")
    assert.same({ "page_no", "per_page" }, schema.query_names(operation))
    local without = schema.operation("GET", "/webhooks")
    assert.same({}, schema.query_names(without))
  end)

  -- The types of a path's fields, through arrays.
  local function field_at(root, path)
    local here = root
    for name in path:gmatch("[^.]+") do
      here = here.fields[name:match("^[^%[]+")]
      for _ in name:gmatch("%[%]") do
        here = here.items
      end
    end
    return here
  end

  it("marks what is personal in a peer report", function()
    local reply = operation_of("GET /sessions/peer-report/{peer_id}").reply
    for _, path in ipairs(personal_fields) do
      assert.is_true(field_at(reply, path:match("^data%.participant%.(.*)$")).personal, path)
    end
  end)

  it("finds the personal values in a reply of any form", function()
    local fields = operation_of("GET /sessions/peer-report/{peer_id}")
    local device = { device_id = "d1", kind = "k", label = "Ann's headset" }
    local metadata = {
      ip_information = { ipv4 = "192.0.2.1", country = "PT" },
      audio_devices_updates = { { added = { device }, timestamp = "t" }, 5 },
      pc_metadata = { { sdp = { "v=0" } } },
    }
    local body = { data = { participant = { peer_report = { metadata = metadata } } } }
    local values = schema.personal_values(fields, body)
    table.sort(values)
    assert.same({ "192.0.2.1", "Ann's headset", "d1", "v=0" }, values)
    for _, other in ipairs({ "text", {}, { data = "text" }, { data = { participant = "x" } } }) do
      assert.same({}, schema.personal_values(fields, other))
    end
    assert.same({}, schema.personal_values({}, body))
  end)

  it("lists the names of secrets", function()
    local names = {}
    for name in pairs(schema.secret_names()) do
      names[#names + 1] = name
    end
    table.sort(names)
    assert.same({
      "access_key",
      "audio_download_url",
      "chat_download_url",
      "download_url",
      "password",
      "private_key",
      "rtmp_url",
      "secret",
      "stream_key",
      "summaryDownloadUrl",
      "token",
      "transcript_download_url",
    }, names)
  end)
end)
