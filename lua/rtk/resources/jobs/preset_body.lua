-- SPDX-License-Identifier: MIT
-- rtk.preset: the body of a new preset, which needs all parts, from the few that a program cares
-- about.

local compare = require("rtk.resources.ensure.compare")
local core = require("rtk.core")
local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local suggest = require("rtk.suggest")

---@class rtk.PresetParts: rtk.PresetUpdate
---@field view_type? "GROUP_CALL"|"WEBINAR"|"AUDIO_ROOM"|"LIVESTREAM" default GROUP_CALL; the same
---as config.view_type
---@field role? "host"|"participant"|"viewer" what the permissions begin with; default participant:
---a host manages, a participant speaks, in a webinar or livestream on request, a viewer watches

local preset_body = {}

local VIEW_TYPES = { "GROUP_CALL", "WEBINAR", "AUDIO_ROOM", "LIVESTREAM" }
local ROLES = { "host", "participant", "viewer" }

-- In these only those on the stage are seen and heard.
local has_stage = { WEBINAR = true, LIVESTREAM = true }

local function config(view_type)
  return {
    max_screenshare_count = 1,
    max_video_streams = { desktop = 9, mobile = 6 },
    media = {
      audio = { enable_high_bitrate = false, enable_stereo = false },
      screenshare = { frame_rate = 15, quality = "hd" },
      video = { frame_rate = 30, quality = "vga" },
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
          ["600"] = "#444444",
          ["700"] = "#333333",
          ["800"] = "#222222",
          ["900"] = "#141414",
          ["1000"] = "#080808",
        },
        brand = {
          ["300"] = "#8DB6FB",
          ["400"] = "#5E96F8",
          ["500"] = "#2F76F2",
          ["600"] = "#1F5FD0",
          ["700"] = "#174AA4",
        },
        danger = "#E5484D",
        success = "#46A758",
        text = "#F0F0F0",
        text_on_brand = "#FFFFFF",
        video_bg = "#191919",
        warning = "#F5A524",
      },
      logo = "",
      spacing_base = 4,
      theme = "dark",
    },
  }
end

-- What only hosts may do.
local function management(is_host)
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
  }
end

-- Whether a role may send media.
local function access_of(role, view_type)
  if role == "host" or role == "participant" and not has_stage[view_type] then return "ALLOWED" end
  return role == "viewer" and "NOT_ALLOWED" or "CAN_REQUEST"
end

local function permissions(role, view_type)
  local access = access_of(role, view_type)
  local sight = view_type == "AUDIO_ROOM" and "NOT_ALLOWED" or access
  local all = management(role == "host")
  all.can_edit_display_name = true
  all.chat = {
    private = { can_receive = true, can_send = true, files = true, text = true },
    public = { can_send = true, files = true, text = true },
  }
  all.hidden_participant = false
  all.is_recorder = false
  all.media = {
    audio = { can_produce = access },
    screenshare = { can_produce = sight },
    video = { can_produce = sight },
  }
  all.polls = { can_create = role == "host", can_view = true, can_vote = true }
  all.recorder_type = "NONE"
  all.show_participant_list = true
  all.stage_access = access
  all.stage_enabled = has_stage[view_type] == true
  all.transcription_enabled = true
  all.waiting_room_type = "SKIP"
  return all
end

local function one_of(name, value, known)
  for _, candidate in ipairs(known) do
    if value == candidate then return value end
  end
  local nearest = type(value) == "string" and suggest.nearest(value, known)
  local clause = nearest and ('; did you mean "%s"?'):format(nearest) or ""
  misuse.raise(("%s must be one of %s%s"):format(name, table.concat(known, ", "), clause))
end

local parts = { config = "table", name = "string", permissions = "table", ui = "table" }

local function check(given)
  local names = { "role", "view_type" }
  for name, kind in pairs(parts) do
    names[#names + 1] = name
    if given[name] ~= nil then misuse.check(name, given[name], kind) end
  end
  for name in pairs(given) do
    if not parts[name] and name ~= "role" and name ~= "view_type" then
      table.sort(names, core.before)
      local clause = suggest.clause(tostring(name), names)
      misuse.raise(("rtk.preset has no part %q"):format(tostring(name)) .. clause)
    end
  end
end

local function view_type_of(given)
  local inner = given.config and given.config.view_type
  if given.view_type ~= nil and inner ~= nil and inner ~= given.view_type then
    misuse.raise("view_type and config.view_type differ: leave one out")
  end
  return one_of("view_type", given.view_type or inner or "GROUP_CALL", VIEW_TYPES)
end

--- The body of a new preset. See rtk.preset.
---@param given? rtk.PresetParts
---@return rtk.PresetCreate body
function preset_body.new(given)
  given = input_table.deep("the parts of rtk.preset", given or {})
  misuse.check("what rtk.preset takes", given, "table")
  check(given)
  local view_type = view_type_of(given)
  local role = one_of("role", given.role or "participant", ROLES)
  return compare.merge({
    config = config(view_type),
    permissions = permissions(role, view_type),
    ui = ui(),
  }, {
    config = given.config,
    name = given.name,
    permissions = given.permissions,
    ui = given.ui,
  })
end

return preset_body
