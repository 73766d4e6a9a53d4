-- SPDX-License-Identifier: MIT
-- Meetings. A record's fields hold only the members that were sent; defaults are added in the view,
-- so a null in a PATCH and an absent member in a PUT both restore the default. PUT keeps the
-- status, which its body cannot contain. Lists omit ai_config, and with the option `documented`
-- recording_config.
local fields = require("rtk.emulator.meetings.fields")
local json = require("rtk.emulator.util.json")
local paging = require("rtk.emulator.http.paging")
local record = require("rtk.emulator.state.record")
local response = require("rtk.emulator.http.response")
local recording_config = require("rtk.emulator.meetings.recording_config")
local text = require("rtk.emulator.util.text")
local validate = require("rtk.emulator.http.validate")

local meetings = {}

local DEFAULT_STATUS = "ACTIVE"

-- What every meeting has, in one table, because lists make many: the defaults, those of the newer
-- service among them, and what record.view sets.
local function blank(is_documented)
  local made = {
    created_at = "",
    id = "",
    live_stream_on_start = false,
    persist_chat = false,
    record_on_start = false,
    session_keep_alive_time_in_secs = 60,
    status = DEFAULT_STATUS,
    summarize_on_end = false,
    title = json.null,
    transcribe_on_end = false,
    updated_at = "",
  }
  if is_documented then
    made.title, made.transcribe_on_end = nil, nil
  end
  return made
end

local function readable(config, request)
  local copy = json.copy(config)
  if copy then
    local is_documented = request.options.documented
    copy.storage_config = recording_config.readable_storage(copy.storage_config, is_documented)
  end
  return copy
end

local function view(meeting, request)
  local shown = record.view(meeting, blank(request.options.documented))
  shown.recording_config = readable(shown.recording_config, request)
  return shown
end

--- A meeting as lists show it, and objects that belong to it.
---@param meeting table
---@param request rtk.emulator.Request
---@return table
function meetings.view_in_list(meeting, request)
  local shown = view(meeting, request)
  shown.ai_config = nil
  if request.options.documented then shown.recording_config = nil end
  return shown
end

local function passes(meeting, query)
  if query.start_time and meeting.created < query.start_time then return false end
  if query.end_time and meeting.created > query.end_time then return false end
  local status = meeting.fields.status or DEFAULT_STATUS
  if query.status and status ~= query.status then return false end
  local search = query.search
  return not search
    or text.contains(meeting.id, search)
    or text.contains(meeting.fields.title, search)
end

local function list(request)
  local query = request.query
  local filtered = query.search or query.status or query.start_time or query.end_time
  local selected = request.app:all("meetings"):select(filtered and function(meeting)
    return passes(meeting, query)
  end)
  return response.page(paging.cut(request, selected, meetings.view_in_list))
end

local function create(request)
  local body = record.merge(fields.create, {}, request.body)
  local meeting = request.app:all("meetings"):add(record.new(request.emulator, body))
  return response.data(view(meeting, request), 201)
end

local function get(request)
  local meeting, failure = request:find("meeting")
  return failure or response.data(view(meeting, request))
end

local function update(request)
  local meeting, failure = request:find("meeting")
  if not meeting then return failure end
  local merged = record.merge(fields.update, meeting.fields, request.body, request.options.patch)
  failure = validate.body(fields.update, merged)
  if failure then return failure end
  return response.data(view(record.update(request.emulator, meeting, merged), request))
end

local function replace(request)
  local meeting, failure = request:find("meeting")
  if not meeting then return failure end
  local body = record.merge(fields.update, { status = meeting.fields.status }, request.body)
  return response.data(view(record.update(request.emulator, meeting, body), request))
end

meetings.routes = {
  { "GET", "/meetings", list, query = fields.list },
  { "POST", "/meetings", create, body = fields.create, newest = fields.newest_create },
  { "GET", "/meetings/{meeting_id}", get },
  {
    "PATCH",
    "/meetings/{meeting_id}",
    update,
    body = fields.update,
    newest = fields.newest_update,
    partial = true,
  },
  { "PUT", "/meetings/{meeting_id}", replace, body = fields.create, newest = fields.newest_create },
}

return meetings
