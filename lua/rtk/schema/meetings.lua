-- SPDX-License-Identifier: MIT
-- Meetings and their participants.

local t = require("rtk.schema.type")
local media_output = require("rtk.schema.media_output")
local paging = require("rtk.schema.paging")

local meetings = {}

-- Languages of transcriptions. The list is open: the models of the API know others in time.
--
-- 99 by the model that transcribes after a meeting, which detects the language by default.
local after = "en es fr de hi pt ja it nl ru zh yue af sq am ar as az ba eu be bn bs br bg ca "
  .. "hr cs da et fo fi gl ka el gu ht ha haw he hu is id jw kn kk km ko lo la lv ln "
  .. "lt lb mk mg ms ml mt mi mr mn my ne no nn oc ps fa pl pa ro sa sr sn sd si sk sl "
  .. "so su sw sv tl tg ta tt te th bo tk tr uk ur uz vi cy yi yo "

-- 21 by the model that transcribes during a meeting, "en-US" by default; "multi" detects among
-- them.
local during = "en en-US en-AU en-GB en-IN en-NZ es es-419 fr fr-CA de de-CH hi ru pt pt-BR "
  .. "pt-PT ja it nl multi "

local codes, is_listed = {}, {}
for code in (after .. during):gmatch("[^ ]+") do
  if not is_listed[code] then
    codes[#codes + 1], is_listed[code] = code, true
  end
end

local language =
  t.note(t.open_enum(codes, "TranscriptionLanguage"), "Absent: detected, or en-US if live.")

local summary_type = t.enum({
  "general",
  "team_meeting",
  "sales_call",
  "client_check_in",
  "interview",
  "daily_standup",
  "one_on_one_meeting",
  "lecture",
  "code_review",
}, "SummaryType")

local AiConfig = t.object("AiConfig", {}, {
  summarization = t.object("SummarizationConfig", {}, {
    summary_type = summary_type,
    text_format = t.enum({ "plain_text", "markdown" }),
    word_limit = t.note(t.integer, "The longest a summary may be."),
  }),
  transcription = t.object("TranscriptionConfig", {}, {
    keywords = t.note(t.array(t.string), "Uncommon words to listen for."),
    language = language,
    profanity_filter = t.boolean,
  }),
})

local RecordingConfig = t.object("RecordingConfig", {}, {
  audio_config = media_output.AudioConfig,
  file_name_prefix = t.string,
  live_streaming_config = media_output.RtmpConfig,
  max_seconds = media_output.max_seconds,
  realtimekit_bucket_config = media_output.BucketConfig,
  storage_config = t.nullable(media_output.StorageTarget),
  video_config = media_output.VideoConfig,
})

-- In responses. Newer sources leave the secrets of a storage out of them.
local MeetingRecordingConfig = t.extend(RecordingConfig, "MeetingRecordingConfig", {
  storage_config = t.nullable(media_output.StorageConfig),
})

local status =
  t.note(t.enum({ "ACTIVE", "INACTIVE" }, "MeetingStatus"), "Nobody can join an INACTIVE meeting.")

local MeetingCreate = t.object("MeetingCreate", {}, {
  ai_config = AiConfig,
  live_stream_on_start = t.nullable(t.boolean),
  persist_chat = t.note(t.boolean, "Keep the chat without end; else 7 days."),
  record_on_start = t.nullable(t.note(t.boolean, "Record from the first participant on.")),
  recording_config = t.note(RecordingConfig, "Goes before the app's own settings."),
  session_keep_alive_time_in_secs = t.note(t.integer, "Of an empty session: 60 to 600."),
  summarize_on_end = t.note(t.boolean, "Needs a transcription."),
  title = t.nullable(t.string),
  transcribe_on_end = t.boolean,
})

local seen = t.note(t.boolean, "Seen in responses, documented nowhere.")

local MeetingUpdate = t.extend(MeetingCreate, "MeetingUpdate", { status = status })

meetings.Meeting = t.object(
  "Meeting",
  {
    id = t.string,
    created_at = t.string,
    updated_at = t.string,
  },
  t.extend(MeetingUpdate, "Meeting", {
    is_large = seen,
    recording_config = MeetingRecordingConfig,
  }).fields
)

meetings.Participant = t.object("Participant", {
  id = t.string,
  created_at = t.string,
  custom_participant_id = t.string,
  preset_name = t.string,
  updated_at = t.string,
}, {
  name = t.nullable(t.string),
  picture = t.nullable(t.string),
  preset_id = t.note(t.string, "Seen in responses, documented nowhere."),
  sip_enabled = seen,
  token = t.note(t.secret, "Joins the meeting, for 100 days; not in lists and when read."),
})

local name =
  t.nullable(t.note(t.string, "A client may refuse to join a participant without a name."))
local picture = t.nullable(t.note(t.string, "An http or https URL."))

local ParticipantCreate = t.object("ParticipantCreate", {
  custom_participant_id = t.note(t.string, "Your own id; nothing personal."),
  preset_name = t.string,
}, { name = name, picture = picture })

meetings.operations = {
  ["GET /meetings"] = {
    query = t.extend(paging.PageQuery, "MeetingsQuery", {
      end_time = t.moment,
      search = t.note(t.string, "A part of the id or the title."),
      start_time = t.moment,
      status = status,
    }),
    reply = t.array(meetings.Meeting),
    paging = "envelope",
  },
  ["POST /meetings"] = { body = MeetingCreate, reply = meetings.Meeting },
  ["GET /meetings/{meeting_id}"] = {
    query = t.object("MeetingQuery", {}, { name = t.string }),
    reply = meetings.Meeting,
  },
  ["PATCH /meetings/{meeting_id}"] = { body = MeetingUpdate, reply = meetings.Meeting },
  ["PUT /meetings/{meeting_id}"] = {
    body = t.extend(MeetingCreate, "MeetingReplace"),
    reply = meetings.Meeting,
  },
  ["GET /meetings/{meeting_id}/participants"] = {
    query = t.extend(paging.PageQuery, "ParticipantsQuery"),
    reply = t.array(meetings.Participant),
    paging = "envelope",
  },
  ["POST /meetings/{meeting_id}/participants"] = {
    body = ParticipantCreate,
    reply = meetings.Participant,
    priority = true,
  },
  ["GET /meetings/{meeting_id}/participants/{participant_id}"] = { reply = meetings.Participant },
  ["PATCH /meetings/{meeting_id}/participants/{participant_id}"] = {
    body = t.object("ParticipantUpdate", {}, {
      name = name,
      picture = picture,
      preset_name = t.nullable(t.string),
    }),
    reply = meetings.Participant,
  },
  ["PUT /meetings/{meeting_id}/participants/{participant_id}"] = {
    body = t.extend(ParticipantCreate, "ParticipantReplace"),
    reply = meetings.Participant,
  },
  ["DELETE /meetings/{meeting_id}/participants/{participant_id}"] = {
    reply = t.object("DeletedParticipant", {
      created_at = t.string,
      custom_participant_id = t.string,
      preset_id = t.string,
      updated_at = t.string,
    }, { id = t.note(t.string, "Not in the response: the one that was asked for.") }),
  },
  ["POST /meetings/{meeting_id}/participants/{participant_id}/token"] = {
    reply = t.object("ParticipantToken", { token = t.secret }),
    repeatable = true,
    priority = true,
  },
}

return meetings
