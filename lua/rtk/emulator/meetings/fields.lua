-- SPDX-License-Identifier: MIT
-- Fields of meetings and their participants: bodies and queries. `create` is for POST and PUT,
-- `update` for PATCH.
local field = require("rtk.emulator.http.field")
local recording_config = require("rtk.emulator.meetings.recording_config")

local STATUS = field.string({ one_of = { "ACTIVE", "INACTIVE" } })

local ai_config = field.object({
  summarization = field.object({
    summary_type = field.string({
      one_of = {
        "general",
        "team_meeting",
        "sales_call",
        "client_check_in",
        "interview",
        "daily_standup",
        "one_on_one_meeting",
        "lecture",
        "code_review",
      },
    }),
    text_format = field.string({ one_of = { "plain_text", "markdown" } }),
    word_limit = field.number(),
  }),
  transcription = field.object({
    keywords = field.array(field.string()),
    -- The list is open: the models that transcribe during and after a meeting differ.
    language = field.string({ not_empty = true }),
    profanity_filter = field.boolean(),
  }),
})

local create = field.object({
  ai_config = ai_config,
  live_stream_on_start = field.boolean(),
  persist_chat = field.boolean(),
  record_on_start = field.boolean(),
  recording_config = recording_config.fields,
  session_keep_alive_time_in_secs = field.number(),
  summarize_on_end = field.boolean(),
  title = field.string(),
  transcribe_on_end = field.boolean(),
})

local newest = field.extended(create, {
  recording_config = recording_config.newest_fields,
  session_keep_alive_time_in_secs = field.number({ minimum = 60, maximum = 600 }),
})

local TEXT = { required = true, not_empty = true }

return {
  create = create,
  update = field.extended(create, { status = STATUS }),
  newest_create = newest,
  newest_update = field.extended(newest, { status = STATUS }),
  list = field.page_query({
    end_time = field.time(),
    search = field.string(),
    start_time = field.time(),
    status = STATUS,
  }),
  add_participant = field.object({
    custom_participant_id = field.string(TEXT),
    name = field.string(),
    picture = field.uri(),
    preset_name = field.string(TEXT),
  }),
  update_participant = field.object({
    name = field.string(),
    picture = field.uri(),
    preset_name = field.string({ not_empty = true }),
  }),
  list_participants = field.page_query(),
}
