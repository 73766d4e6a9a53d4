-- SPDX-License-Identifier: MIT
-- Presets: what a participant may do, how much media it gets, how its meeting
-- looks. A PATCH takes the same tree with every field optional.

local t = require("rtk.schema.type")
local paging = require("rtk.schema.paging")

local presets = {}

local quality = t.enum({ "hd", "vga", "qvga", "fhd", "uhd" }, "VideoQuality")
local permission = t.enum({ "ALLOWED", "NOT_ALLOWED", "CAN_REQUEST" }, "Permission")

local PresetConfig = t.object("PresetConfig", {
  max_screenshare_count = t.integer,
  max_video_streams = t.object("PresetVideoStreams", {
    desktop = t.integer,
    mobile = t.integer,
  }),
  media = t.object("PresetMedia", {
    screenshare = t.object("PresetScreenshare", { frame_rate = t.integer, quality = quality }),
    video = t.object("PresetVideo", {
      frame_rate = t.integer,
      quality = quality,
    }, { simulcast = t.boolean }),
  }, {
    audio = t.object("PresetAudio", {}, {
      enable_high_bitrate = t.boolean,
      enable_stereo = t.boolean,
    }),
  }),
  view_type = t.enum({ "GROUP_CALL", "WEBINAR", "AUDIO_ROOM", "LIVESTREAM" }, "ViewType"),
}, {
  livestream_viewer_qualities = t.nullable(t.array(t.integer)),
})

local PresetUi = t.object("PresetUi", {
  design_tokens = t.object("DesignTokens", {
    border_radius = t.enum({ "sharp", "rounded", "extra-rounded", "circular" }),
    border_width = t.enum({ "none", "thin", "fat" }),
    colors = t.object("DesignColors", {
      background = t.object("BackgroundColors", {
        ["600"] = t.string,
        ["700"] = t.string,
        ["800"] = t.string,
        ["900"] = t.string,
        ["1000"] = t.string,
      }),
      brand = t.object("BrandColors", {
        ["300"] = t.string,
        ["400"] = t.string,
        ["500"] = t.string,
        ["600"] = t.string,
        ["700"] = t.string,
      }),
      danger = t.string,
      success = t.string,
      text = t.string,
      text_on_brand = t.string,
      video_bg = t.string,
      warning = t.string,
    }),
    spacing_base = t.integer,
    theme = t.enum({ "darkest", "dark", "light" }),
  }, {
    font_family = t.string,
    google_font = t.string,
    logo = t.string,
  }),
}, { config_diff = t.note(t.any, "A new preset needs it: {} will do.") })

local PluginAccess = t.object("PluginAccess", {}, {
  access_control = t.enum({ "FULL_ACCESS", "VIEW_ONLY" }),
  handles_view_only = t.boolean,
})

local MediaPermission = t.object("MediaPermission", { can_produce = permission })

local PresetPermissions = t.object("PresetPermissions", {
  accept_waiting_requests = t.boolean,
  can_accept_production_requests = t.boolean,
  can_change_participant_permissions = t.boolean,
  can_edit_display_name = t.boolean,
  can_livestream = t.boolean,
  can_record = t.boolean,
  can_spotlight = t.boolean,
  chat = t.object("ChatPermissions", {
    private = t.object("PrivateChatPermissions", {
      can_receive = t.boolean,
      can_send = t.boolean,
      files = t.boolean,
      text = t.boolean,
    }),
    public = t.object("PublicChatPermissions", {
      can_send = t.boolean,
      files = t.boolean,
      text = t.boolean,
    }),
  }),
  connected_meetings = t.object("ConnectedMeetingPermissions", {
    can_alter_connected_meetings = t.boolean,
    can_switch_connected_meetings = t.boolean,
    can_switch_to_parent_meeting = t.boolean,
  }),
  disable_participant_audio = t.boolean,
  disable_participant_screensharing = t.boolean,
  disable_participant_video = t.boolean,
  hidden_participant = t.note(t.boolean, "Others do not see this participant."),
  kick_participant = t.boolean,
  media = t.object("MediaPermissions", {
    audio = MediaPermission,
    screenshare = MediaPermission,
    video = MediaPermission,
  }),
  pin_participant = t.boolean,
  plugins = t.object("PluginPermissions", {
    can_close = t.boolean,
    can_edit_config = t.boolean,
    can_start = t.boolean,
    -- The reference allows a string or one object, the official SDK one object per plugin.
    config = t.union({ t.string, PluginAccess, t.map(PluginAccess) }),
  }),
  polls = t.object("PollPermissions", {
    can_create = t.boolean,
    can_view = t.boolean,
    can_vote = t.boolean,
  }),
  recorder_type = t.enum({ "RECORDER", "LIVESTREAMER", "NONE" }),
  show_participant_list = t.boolean,
  waiting_room_type = t.enum({ "SKIP", "ON_PRIVILEGED_USER_ENTRY", "SKIP_ON_ACCEPT" }),
}, {
  accept_stage_requests = t.boolean,
  is_recorder = t.boolean,
  stage_access = permission,
  stage_enabled = t.boolean,
  transcription_enabled = t.boolean,
})

-- The reference leaves permissions open, newer sources and the service do not.
local PresetCreate = t.object("PresetCreate", {
  config = PresetConfig,
  name = t.string,
  permissions = PresetPermissions,
  ui = PresetUi,
})

presets.Preset = t.object("Preset", { id = t.string }, {
  config = t.note(PresetConfig, "Not in a list; likewise permissions and ui."),
  created_at = t.note(t.string, "Likewise updated_at: in a list only, by the API reference."),
  name = t.string,
  permissions = PresetPermissions,
  ui = PresetUi,
  updated_at = t.string,
})

presets.operations = {
  ["GET /presets"] = {
    query = t.extend(paging.PageQuery, "PresetsQuery", { search = t.string }),
    reply = t.array(presets.Preset),
    paging = "envelope",
  },
  ["POST /presets"] = { body = PresetCreate, reply = presets.Preset },
  ["GET /presets/{preset_id}"] = { reply = presets.Preset },
  ["DELETE /presets/{preset_id}"] = { reply = presets.Preset },
  ["PATCH /presets/{preset_id}"] = {
    body = t.partial(PresetCreate, "PresetUpdate"),
    reply = presets.Preset,
  },
  ["PUT /presets/{preset_id}"] = {
    body = t.extend(PresetCreate, "PresetReplace"),
    reply = presets.Preset,
  },
}

return presets
