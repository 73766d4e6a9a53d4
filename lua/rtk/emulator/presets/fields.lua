-- SPDX-License-Identifier: MIT
-- Fields of presets. A member is optional where the reference and the official SDK disagree about
-- it.
local field = require("rtk.emulator.http.field")

local boolean, number, string = field.boolean, field.number, field.string

local REQUIRED = { required = true }

--- Members that are all required and of one kind.
local function each(kind, names)
  local members = {}
  for name in names:gmatch("[^ \n]+") do
    members[name] = kind(REQUIRED)
  end
  return members
end

local function one_of(...)
  return string({ required = true, one_of = { ... } })
end

local QUALITY = one_of("hd", "vga", "qvga")

local function frame(members)
  members.frame_rate = number({ required = true, maximum = 30 })
  members.quality = QUALITY
  return field.object(members, REQUIRED)
end

local config = field.object({
  livestream_viewer_qualities = field.array(field.any()),
  max_screenshare_count = number(REQUIRED),
  max_video_streams = field.object(each(number, "desktop mobile"), REQUIRED),
  media = field.object({
    audio = field.object({ enable_high_bitrate = boolean(), enable_stereo = boolean() }),
    screenshare = frame({}),
    video = frame({ simulcast = field.any() }),
  }, REQUIRED),
  -- The last one is in reports of sessions only.
  view_type = one_of("GROUP_CALL", "WEBINAR", "AUDIO_ROOM", "LIVESTREAM"),
}, REQUIRED)

local colors = each(string, "danger success text text_on_brand video_bg warning")
colors.background = field.object(each(string, "1000 600 700 800 900"), REQUIRED)
colors.brand = field.object(each(string, "300 400 500 600 700"), REQUIRED)

local ui = {
  config_diff = field.any(),
  design_tokens = field.object({
    border_radius = one_of("rounded"),
    border_width = one_of("thin"),
    colors = field.object(colors, REQUIRED),
    font_family = string(),
    google_font = string(),
    logo = string(REQUIRED),
    spacing_base = number(REQUIRED),
    theme = one_of("dark"),
  }, REQUIRED),
}

local ACCESS = { one_of = { "ALLOWED", "NOT_ALLOWED", "CAN_REQUEST" } }

local function media(members)
  members.can_produce = string(ACCESS)
  return field.object(members, REQUIRED)
end

local plugin_access = field.object({
  access_control = string({ one_of = { "FULL_ACCESS", "VIEW_ONLY" } }),
  handles_view_only = boolean(),
})

-- One setting for all plugins, or one for each plugin id.
local plugin_config = field.any_of({
  string(),
  plugin_access,
  field.map(field.any_of({ string(), plugin_access })),
}, REQUIRED)

local plugins = each(boolean, "can_close can_edit_config can_start")
plugins.config = plugin_config

local permissions = each(
  boolean,
  "accept_waiting_requests can_accept_production_requests can_change_participant_permissions "
    .. "can_edit_display_name can_livestream can_record can_spotlight disable_participant_audio "
    .. "disable_participant_screensharing disable_participant_video hidden_participant "
    .. "kick_participant pin_participant show_participant_list"
)
permissions.accept_stage_requests = boolean()
permissions.chat = field.object({
  private = field.object(each(boolean, "can_receive can_send files text"), REQUIRED),
  public = field.object(each(boolean, "can_send files text"), REQUIRED),
}, REQUIRED)
permissions.connected_meetings = field.object(
  each(
    boolean,
    "can_alter_connected_meetings can_switch_connected_meetings can_switch_to_parent_meeting"
  ),
  REQUIRED
)
permissions.is_recorder = boolean()
permissions.media = field.object({
  audio = media({ enable_high_bitrate = boolean(), enable_stereo = boolean() }),
  screenshare = media({ frame_rate = number(), quality = string() }),
  video = media({ frame_rate = number(), quality = string(), simulcast = field.any() }),
}, REQUIRED)
permissions.plugins = field.object(plugins, REQUIRED)
permissions.polls = field.object(each(boolean, "can_create can_view can_vote"), REQUIRED)
permissions.recorder_type = one_of("RECORDER", "LIVESTREAMER", "NONE")
permissions.stage_access = string(ACCESS)
permissions.stage_enabled = boolean()
permissions.transcription_enabled = boolean()
permissions.waiting_room_type = one_of("SKIP", "ON_PRIVILEGED_USER_ENTRY", "SKIP_ON_ACCEPT")

local body = {
  config = config,
  name = string({ required = true, not_empty = true }),
  permissions = field.object(permissions),
  ui = field.object(ui, REQUIRED),
}

local function with(members, name, member)
  local copy = { [name] = member }
  for other, value in pairs(members) do
    copy[other] = copy[other] or value
  end
  return copy
end

local newest = with(body, "permissions", field.object(permissions, REQUIRED))
local complete_ui = field.object(with(ui, "config_diff", field.any(REQUIRED)), REQUIRED)

return {
  body = field.object(body),
  -- As the newest sources have it, and as the service was seen to want it in a POST.
  newest = field.object(newest),
  create = field.object(with(newest, "ui", complete_ui)),
  list = field.page_query({ search = string() }),
}
