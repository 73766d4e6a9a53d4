-- SPDX-License-Identifier: MIT
-- Types of the payloads of webhooks, for editors; never loaded. One class for each event. All but
-- `event` may be absent: payloads differ by status and by the age of the service.

---@meta

---@class rtk.WebhookMeeting
---@field id? string
---@field sessionId? string
---@field title? string
---@field roomName? string
---@field status? string
---@field createdAt? string ISO 8601
---@field startedAt? string ISO 8601
---@field endedAt? string ISO 8601
---@field organizedBy? { id?: string, name?: string }

---@class rtk.WebhookParticipant what event.participant holds; event:participant() has other names
---@field peerId? string
---@field userDisplayName? string
---@field customParticipantId? string
---@field clientSpecificId? string the older name of customParticipantId
---@field joinedAt? string ISO 8601
---@field leftAt? string ISO 8601
---@overload fun(event: rtk.ReceivedEvent): rtk.ReceivedParticipant

---@class rtk.ReceivedParticipant what event:participant() returns
---@field peer_id? string
---@field custom_participant_id? string
---@field name? string
---@field joined_at? string ISO 8601
---@field left_at? string ISO 8601

---@class rtk.WebhookTrackFile
---@field download_url? string a secret

---@class rtk.WebhookTrackLayer of a recording of tracks
---@field layer_name? string
---@field download_urls? table<string, rtk.WebhookTrackFile> by file

---@class rtk.WebhookRecording what event.recording holds; event:recording() has other names
---@field id? string
---@field recordingId? string
---@field status? "INVOKED"|"RECORDING"|"PAUSED"|"UPLOADING"|"UPLOADED"|"ERRORED"
---@field type? string
---@field downloadUrl? string|rtk.WebhookTrackLayer[] a secret
---@field audioDownloadUrl? string a secret
---@field downloadUrlExpiry? string
---@field invokedTime? string
---@field startedTime? string in one of two forms; rtk.time reads both
---@field stoppedTime? string
---@field fileSize? string|number bytes
---@field outputFileName? string
---@field meetingId? string
---@field sessionId? string
---@field recordingDuration? number seconds
---@field organizationId? string
---@field roomUUID? string
---@field stopReason? any
---@field errMessage? string
---@overload fun(event: rtk.ReceivedEvent): rtk.ReceivedRecording

---@class rtk.ReceivedRecording what event:recording() returns
---@field id? string
---@field status? "INVOKED"|"RECORDING"|"PAUSED"|"UPLOADING"|"UPLOADED"|"ERRORED"
---@field type? string
---@field meeting_id? string
---@field session_id? string
---@field download_url? string|rtk.WebhookTrackLayer[] a secret
---@field audio_download_url? string a secret
---@field download_url_expiry? string ISO 8601
---@field invoked_time? string ISO 8601
---@field started_time? string ISO 8601
---@field stopped_time? string ISO 8601
---@field file_size? number bytes
---@field output_file_name? string
---@field recording_duration? number seconds
---@field organization_id? string
---@field stop_reason? any
---@field err_message? string

---@class rtk.MeetingStartedEvent: rtk.ReceivedEvent
---@field event "meeting.started"
---@field meeting? rtk.WebhookMeeting

---@class rtk.MeetingEndedEvent: rtk.ReceivedEvent
---@field event "meeting.ended"
---@field meeting? rtk.WebhookMeeting
---@field meetingId? string in older payloads
---@field reason? "ALL_PARTICIPANTS_LEFT"|"HOST_ENDED_MEETING"

---@class rtk.ParticipantJoinedEvent: rtk.ReceivedEvent
---@field event "meeting.participantJoined"
---@field meeting? rtk.WebhookMeeting
---@field participant? rtk.WebhookParticipant

---@class rtk.ParticipantLeftEvent: rtk.ReceivedEvent
---@field event "meeting.participantLeft"
---@field meeting? rtk.WebhookMeeting
---@field participant? rtk.WebhookParticipant

---@class rtk.ChatSyncedEvent: rtk.ReceivedEvent
---@field event "meeting.chatSynced"
---@field meetingId? string
---@field sessionId? string
---@field title? string
---@field chatDownloadUrl? string a secret
---@field chatDownloadUrlExpiry? string ISO 8601
---@field createdAt? string ISO 8601
---@field startedAt? string ISO 8601
---@field endedAt? string ISO 8601
---@field organizedBy? { id?: string, name?: string }

---@class rtk.RecordingStatusEvent: rtk.ReceivedEvent
---@field event "recording.statusUpdate"
---@field recording? rtk.WebhookRecording
---@field meeting? rtk.WebhookMeeting

---@class rtk.LivestreamStatusEvent: rtk.ReceivedEvent
---@field event "livestreaming.statusUpdate"
---@field streamId? string
---@field status? "LIVE"|"OFFLINE"|"IDLE"
---@field manualIngest? boolean
---@field playbackUrl? string a secret
---@field ingestServer? string a secret
---@field streamKey? string a secret: anyone who has it can broadcast
---@field meeting? rtk.WebhookMeeting

---@class rtk.TranscriptEvent: rtk.ReceivedEvent
---@field event "meeting.transcript"
---@field meeting? rtk.WebhookMeeting
---@field transcriptDownloadUrl? string a secret
---@field transcriptDownloadUrlExpiry? string ISO 8601

---@class rtk.SummaryEvent: rtk.ReceivedEvent
---@field event "meeting.summary"
---@field meeting? rtk.WebhookMeeting
---@field summaryDownloadUrl? string a secret
---@field summaryDownloadUrlExpiry? string ISO 8601
