-- SPDX-License-Identifier: MIT
-- The system presets of every new app. They differ in who may speak, share and manage. Each call
-- builds new tables, because presets can be changed.

local VIEW_TYPES = { group_call = "GROUP_CALL", webinar = "WEBINAR", livestream = "WEBINAR" }

-- Name, view type, role. A host manages, a participant produces media, a guest waits to be let
-- in, a viewer only watches.
local PRESETS = {
  { "group_call_host", "group_call", "host" },
  { "group_call_participant", "group_call", "participant" },
  { "group_call_guest", "group_call", "guest" },
  { "webinar_presenter", "webinar", "host" },
  { "webinar_viewer", "webinar", "viewer" },
  { "livestream_host", "livestream", "host" },
  { "livestream_viewer", "livestream", "viewer" },
}

local function config(view_type)
  return {
    max_screenshare_count = 1,
    max_video_streams = { desktop = 25, mobile = 6 },
    media = {
      audio = { enable_high_bitrate = false, enable_stereo = false },
      screenshare = { frame_rate = 5, quality = "hd" },
      video = { frame_rate = 24, quality = "vga", simulcast = false },
    },
    view_type = view_type,
  }
end

local function ui()
  return {
    config_diff = {},
    design_tokens = {
      border_radius = "rounded",
      border_width = "thin",
      colors = {
        background = {
          ["600"] = "#3C3C3C",
          ["700"] = "#2C2C2C",
          ["800"] = "#1E1E1E",
          ["900"] = "#141414",
          ["1000"] = "#080808",
        },
        brand = {
          ["300"] = "#9DC0FF",
          ["400"] = "#6FA3FF",
          ["500"] = "#3F83FF",
          ["600"] = "#2066E5",
          ["700"] = "#124CB8",
        },
        danger = "#E5484D",
        success = "#46A758",
        text = "#F2F2F2",
        text_on_brand = "#FFFFFF",
        video_bg = "#191919",
        warning = "#FFB224",
      },
      logo = "",
      spacing_base = 4,
      theme = "dark",
    },
  }
end

local function manages(is_host)
  return {
    accept_stage_requests = is_host,
    accept_waiting_requests = is_host,
    can_accept_production_requests = is_host,
    can_change_participant_permissions = is_host,
    can_livestream = is_host,
    can_record = is_host,
    can_spotlight = is_host,
    connected_meetings = {
      can_alter_connected_meetings = is_host,
      can_switch_connected_meetings = is_host,
      can_switch_to_parent_meeting = is_host,
    },
    disable_participant_audio = is_host,
    disable_participant_screensharing = is_host,
    disable_participant_video = is_host,
    kick_participant = is_host,
    pin_participant = is_host,
    plugins = { can_close = is_host, can_edit_config = is_host, can_start = is_host, config = "" },
    polls = { can_create = is_host, can_view = true, can_vote = true },
  }
end

local function permissions(role, has_stage)
  local produce = role == "viewer" and (has_stage and "CAN_REQUEST" or "NOT_ALLOWED") or "ALLOWED"
  local all = manages(role == "host")
  all.can_edit_display_name = true
  all.chat = {
    private = { can_receive = true, can_send = true, files = true, text = true },
    public = { can_send = true, files = true, text = true },
  }
  all.hidden_participant = role == "viewer"
  all.is_recorder = false
  all.media = {
    audio = { can_produce = produce },
    screenshare = { can_produce = produce },
    video = { can_produce = produce },
  }
  all.recorder_type = "NONE"
  all.show_participant_list = true
  all.stage_access = produce
  all.stage_enabled = has_stage
  all.transcription_enabled = true
  all.waiting_room_type = role == "guest" and "ON_PRIVILEGED_USER_ENTRY" or "SKIP"
  return all
end

local preset_defaults = {}

--- The fields of all system presets.
---@return table[]
function preset_defaults.all()
  local presets = {}
  for index, preset in ipairs(PRESETS) do
    local name, scene, role = preset[1], preset[2], preset[3]
    presets[index] = {
      name = name,
      config = config(VIEW_TYPES[scene]),
      permissions = permissions(role, scene ~= "group_call"),
      ui = ui(),
    }
  end
  return presets
end

--- The permissions of a preset that was created without: those of a group call's participant.
---@return table
function preset_defaults.default_permissions()
  return permissions("participant", false)
end

return preset_defaults
