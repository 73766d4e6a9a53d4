-- SPDX-License-Identifier: MIT
-- Types of all request and reply fields, for editors. Made from rtk/schema by
-- `make types`; never loaded. The classes of objects with methods are continued in
-- rtk/resources. Numbers that count something are typed integer; they are floats
-- where the Lua has no integers. Unknown fields may be sent and received as well.

---@meta

---@class rtk.ActiveLivestreamSession
---@field livestream? rtk.Livestream
---@field session? rtk.LivestreamSession

---@class rtk.AiConfig
---@field summarization? rtk.SummarizationConfig
---@field transcription? rtk.TranscriptionConfig

---@class rtk.App
---@field id string
---@field created_at? string
---@field name? string

--- Body of POST /apps.
---@class rtk.AppCreate
---@field name string

--- Query of GET /apps.
---@class rtk.AppsQuery: rtk.PageQuery
---@field search? string
---@field sort_order? rtk.SortOrder

---@class rtk.AudioConfig
---@field channel? "mono"|"stereo"
---@field codec? "MP3"|"AAC" # Without effect when the video is VP8 or VP9.
---@field export_file? boolean # Write the audio to a file of its own.

---@class rtk.AudioConsumer: rtk.PeerConsumer
---@field concealment_events? integer

---@class rtk.AudioConsumerTotal
---@field jitter_buffer_delay? rtk.RttSummary
---@field packet_loss? rtk.PacketLossSummary
---@field quality_mos? rtk.QualitySummary

---@class rtk.AudioProducer
---@field bytes_sent? integer
---@field jitter? number
---@field mid? string
---@field mos_quality? number
---@field packets_lost? integer
---@field packets_sent? integer
---@field producer_id? string
---@field rtt? number
---@field ssrc? integer
---@field timestamp? string

---@class rtk.AudioProducerTotal
---@field packet_loss? rtk.PacketLossSummary
---@field quality_mos? rtk.QualitySummary
---@field rtt? rtk.RttSummary

---@class rtk.AudioSample
---@field concealment_events? integer
---@field jitter? number
---@field packets_lost? integer
---@field quality? number
---@field timestamp? string

---@class rtk.BackgroundColors
---@field ["1000"] string
---@field ["600"] string
---@field ["700"] string
---@field ["800"] string
---@field ["900"] string

---@class rtk.BackgroundColorsUpdate
---@field ["1000"] string?
---@field ["600"] string?
---@field ["700"] string?
---@field ["800"] string?
---@field ["900"] string?

---@class rtk.BrandColors
---@field ["300"] string
---@field ["400"] string
---@field ["500"] string
---@field ["600"] string
---@field ["700"] string

---@class rtk.BrandColorsUpdate
---@field ["300"] string?
---@field ["400"] string?
---@field ["500"] string?
---@field ["600"] string?
---@field ["700"] string?

---@class rtk.BucketConfig
---@field enabled boolean # Off: no download URL will be made for the recording.

---@class rtk.ChatPermissions
---@field ["private"] rtk.PrivateChatPermissions
---@field ["public"] rtk.PublicChatPermissions

---@class rtk.ChatPermissionsUpdate
---@field ["private"] rtk.PrivateChatPermissionsUpdate?
---@field ["public"] rtk.PublicChatPermissionsUpdate?

---@class rtk.ConnectedMeetingPermissions
---@field can_alter_connected_meetings boolean
---@field can_switch_connected_meetings boolean
---@field can_switch_to_parent_meeting boolean

---@class rtk.ConnectedMeetingPermissionsUpdate
---@field can_alter_connected_meetings? boolean
---@field can_switch_connected_meetings? boolean
---@field can_switch_to_parent_meeting? boolean

---@class rtk.ConnectionAddress
---@field asn? rtk.PeerAsn
---@field city? string
---@field country? string
---@field ip? string
---@field loc? string
---@field postal? string
---@field region? string
---@field timezone? string

---@class rtk.ConnectionInfo
---@field backend_r_t_t? number
---@field connectivity? rtk.Connectivity
---@field effective_network_type? string
---@field fractional_loss? number
---@field ip_details? rtk.ConnectionAddress
---@field jitter? number
---@field location? rtk.ConnectionLocation
---@field r_t_t? number
---@field throughput? number
---@field turn_connectivity? boolean

---@class rtk.ConnectionLocation
---@field coords? rtk.Coordinates

---@class rtk.Connectivity
---@field host? boolean
---@field reflexive? boolean
---@field relay? boolean

---@class rtk.Coordinates
---@field latitude? number
---@field longitude? number

---@class rtk.Daywise
---@field recording_stats? rtk.RecordingStats
---@field session_stats? rtk.SessionStats

--- Query of GET /analytics/daywise.
---@class rtk.DaywiseQuery
---@field end_date? string|number # YYYY-MM-DD, or seconds since 1970.
---@field start_date? string|number # YYYY-MM-DD, or seconds since 1970.

---@class rtk.DeletedParticipant
---@field created_at string
---@field custom_participant_id string
---@field preset_id string
---@field updated_at string
---@field id? string # Not in the response: the one that was asked for.

---@class rtk.DesignColors
---@field background rtk.BackgroundColors
---@field brand rtk.BrandColors
---@field danger string
---@field success string
---@field text string
---@field text_on_brand string
---@field video_bg string
---@field warning string

---@class rtk.DesignColorsUpdate
---@field background? rtk.BackgroundColorsUpdate
---@field brand? rtk.BrandColorsUpdate
---@field danger? string
---@field success? string
---@field text? string
---@field text_on_brand? string
---@field video_bg? string
---@field warning? string

---@class rtk.DesignTokens
---@field border_radius "sharp"|"rounded"|"extra-rounded"|"circular"
---@field border_width "none"|"thin"|"fat"
---@field colors rtk.DesignColors
---@field spacing_base integer
---@field theme "darkest"|"dark"|"light"
---@field font_family? string
---@field google_font? string
---@field logo? string

---@class rtk.DesignTokensUpdate
---@field border_radius? "sharp"|"rounded"|"extra-rounded"|"circular"
---@field border_width? "none"|"thin"|"fat"
---@field colors? rtk.DesignColorsUpdate
---@field font_family? string
---@field google_font? string
---@field logo? string
---@field spacing_base? integer
---@field theme? "darkest"|"dark"|"light"

---@class rtk.GcsStorage
---@field access_key? string # Never sent back.
---@field auth_method? "KEY"|"PASSWORD" # For sftp.
---@field bucket? string
---@field host? string # For sftp.
---@field password? string # For sftp; with auth_method KEY, the private key's passphrase.
---@field path? string # Where in the bucket.
---@field port? integer # For sftp.
---@field private_key? string # For sftp.
---@field region? string
---@field secret? string # Never sent back.
---@field type? "gcs"
---@field username? string # For sftp.

---@class rtk.InteractiveConfig
---@field type? "ID3"

---@class rtk.KeyPairStorage
---@field access_key string # Never sent back.
---@field region string
---@field auth_method? "KEY"|"PASSWORD" # For sftp.
---@field bucket? string
---@field host? string # For sftp.
---@field password? string # For sftp; with auth_method KEY, the private key's passphrase.
---@field path? string # Where in the bucket.
---@field port? integer # For sftp.
---@field private_key? string # For sftp.
---@field secret? string # Never sent back.
---@field type? "aws"|"azure"|"digitalocean"
---@field username? string # For sftp.

--- Body of POST /meetings/{meeting_id}/active-session/kick.
---@class rtk.Kick
---@field custom_participant_ids? string[]
---@field participant_ids? string[]

---@class rtk.KickAllResult
---@field action? string
---@field kicked_participants_count? integer

---@class rtk.KickResult
---@field action? string
---@field participants? rtk.KickedParticipant[]

---@class rtk.KickedParticipant
---@field created_at string
---@field id string
---@field updated_at string
---@field email? string
---@field name? string
---@field picture? string

---@class rtk.Livestream
---@field id string
---@field created_at? string
---@field disabled? boolean|string # Documented as both.
---@field ingest_server? string
---@field meeting_id? string
---@field name? string
---@field playback_url? string # For viewers.
---@field status? rtk.LivestreamStatus
---@field stream_key? string # Anyone who has it can broadcast.
---@field updated_at? string

--- Query of GET /analytics/livestreams/overall.
---@class rtk.LivestreamAnalyticsQuery
---@field end_time? string|integer
---@field filters? string
---@field start_time? string|integer

--- Body of POST /livestreams.
---@class rtk.LivestreamCreate
---@field name? string

---@class rtk.LivestreamDay: rtk.LivestreamTotals
---@field date? string

--- Query of GET /analytics/livestreams/daywise.
---@class rtk.LivestreamDaywiseQuery
---@field end_time? string|integer
---@field filters? string
---@field start_time? string|integer

---@class rtk.LivestreamDetails
---@field livestream? rtk.Livestream
---@field paging? rtk.Paging
---@field session? rtk.LivestreamSession
---@field sessions? rtk.LivestreamSession[]

--- Query of GET /livestreams/{livestream_id}.
---@class rtk.LivestreamQuery: rtk.PageQuery

---@class rtk.LivestreamSession
---@field id string
---@field created_at? string
---@field err_message? string
---@field ingest_seconds? integer|string # Documented as both.
---@field invoked_time? string
---@field livestream_id? string
---@field started_time? string
---@field stopped_time? string
---@field updated_at? string
---@field viewer_seconds? number|string # Documented as both.

--- Query of GET /sessions/{session_id}/livestream-sessions.
---@class rtk.LivestreamSessionsQuery: rtk.PageQuery

--- Body of POST /meetings/{meeting_id}/livestreams.
---@class rtk.LivestreamStart
---@field manual_ingest? boolean # You send the stream, to ingest_server with stream_key.
---@field name? string|rtk.Null
---@field video_config? rtk.VideoSize

---@alias rtk.LivestreamStatus
---| "LIVE"
---| "IDLE"
---| "ERRORED"
---| "INVOKED"

---@class rtk.LivestreamStopped
---@field message? string

---@class rtk.LivestreamTotals
---@field count? integer
---@field total_ingest_seconds? integer
---@field total_viewer_seconds? integer

--- Query of GET /livestreams.
---@class rtk.LivestreamsQuery: rtk.PageQuery
---@field end_time? string|number # ISO 8601, or seconds since 1970.
---@field exclude_meetings? boolean
---@field sort_order? "ASC"|"DSC"|"DESC"
---@field start_time? string|number # ISO 8601, or seconds since 1970.
---@field status? rtk.LivestreamStatus

---@class rtk.MediaDevice
---@field device_id? string
---@field kind? string
---@field label? string

---@class rtk.MediaDevicesUpdate
---@field added? rtk.MediaDevice[]
---@field removed? rtk.MediaDevice[]
---@field timestamp? string

---@class rtk.MediaPermission
---@field can_produce rtk.Permission

---@class rtk.MediaPermissionUpdate
---@field can_produce? rtk.Permission

---@class rtk.MediaPermissions
---@field audio rtk.MediaPermission
---@field screenshare rtk.MediaPermission
---@field video rtk.MediaPermission

---@class rtk.MediaPermissionsUpdate
---@field audio? rtk.MediaPermissionUpdate
---@field screenshare? rtk.MediaPermissionUpdate
---@field video? rtk.MediaPermissionUpdate

---@class rtk.Meeting
---@field created_at string
---@field id string
---@field updated_at string
---@field ai_config? rtk.AiConfig
---@field is_large? boolean # Seen in responses, documented nowhere.
---@field live_stream_on_start? boolean
---@field persist_chat? boolean # Keep the chat without end; else 7 days.
---@field record_on_start? boolean # Record from the first participant on.
---@field recording_config? rtk.MeetingRecordingConfig
---@field session_keep_alive_time_in_secs? integer # Of an empty session: 60 to 600.
---@field status? rtk.MeetingStatus # Nobody can join an INACTIVE meeting.
---@field summarize_on_end? boolean # Needs a transcription.
---@field title? string
---@field transcribe_on_end? boolean

---@class rtk.MeetingCreate
---@field ai_config? rtk.AiConfig
---@field live_stream_on_start? boolean|rtk.Null
---@field persist_chat? boolean # Keep the chat without end; else 7 days.
---@field record_on_start? boolean|rtk.Null # Record from the first participant on.
---@field recording_config? rtk.RecordingConfig # Goes before the app's own settings.
---@field session_keep_alive_time_in_secs? integer # Of an empty session: 60 to 600.
---@field summarize_on_end? boolean # Needs a transcription.
---@field title? string|rtk.Null
---@field transcribe_on_end? boolean

--- Query of GET /meetings/{meeting_id}/livestream.
---@class rtk.MeetingLivestreamQuery: rtk.PageQuery

--- Query of GET /meetings/{meeting_id}.
---@class rtk.MeetingQuery
---@field name? string

---@class rtk.MeetingRecordingConfig: rtk.RecordingConfig
---@field storage_config? rtk.StorageConfig

--- Body of PUT /meetings/{meeting_id}.
---@class rtk.MeetingReplace: rtk.MeetingCreate

---@alias rtk.MeetingStatus
---| "ACTIVE"
---| "INACTIVE"

--- Body of PATCH /meetings/{meeting_id}.
---@class rtk.MeetingUpdate: rtk.MeetingCreate
---@field status? rtk.MeetingStatus # Nobody can join an INACTIVE meeting.

--- Query of GET /meetings.
---@class rtk.MeetingsQuery: rtk.PageQuery
---@field end_time? string|number # ISO 8601, or seconds since 1970.
---@field search? string # A part of the id or the title.
---@field start_time? string|number # ISO 8601, or seconds since 1970.
---@field status? rtk.MeetingStatus # Nobody can join an INACTIVE meeting.

--- Body of POST /meetings/{meeting_id}/active-session/mute.
---@class rtk.Mute
---@field custom_participant_ids? string[]
---@field participant_ids? string[]

--- Body of POST /meetings/{meeting_id}/active-session/mute-all.
---@class rtk.MuteAll
---@field allow_unmute boolean # Whether they can unmute themselves; default false.

---@class rtk.MuteAllResult
---@field action? string
---@field muted_participants_count? integer

---@class rtk.MuteResult
---@field action? string
---@field participants? rtk.MutedParticipant[]

---@class rtk.MutedParticipant: rtk.KickedParticipant

--- A JSON null to send: rtk.null.
---@alias rtk.Null
---| lightuserdata

---@class rtk.PacketLossSummary
---@field ["10_or_greater_event_fraction"] number?
---@field ["25_or_greater_event_fraction"] number?
---@field ["50_or_greater_event_fraction"] number?
---@field ["5_or_greater_event_fraction"] number?
---@field avg? number

---@class rtk.PageQuery
---@field page_no? integer # Counted from 1.
---@field per_page? integer

---@class rtk.Paging
---@field end_offset? integer # Position of the last item, included.
---@field start_offset? integer # Position of the first item in the whole, counted from 1.
---@field total_count? integer

---@class rtk.Participant
---@field created_at string
---@field custom_participant_id string
---@field id string
---@field preset_name string
---@field updated_at string
---@field name? string
---@field picture? string
---@field preset_id? string # Seen in responses, documented nowhere.
---@field sip_enabled? boolean # Seen in responses, documented nowhere.
---@field token? string # Joins the meeting, for 100 days; not in lists and when read.

--- Body of POST /meetings/{meeting_id}/participants.
---@class rtk.ParticipantCreate
---@field custom_participant_id string # Your own id; nothing personal.
---@field preset_name string
---@field name? string|rtk.Null # A client may refuse to join a participant without a name.
---@field picture? string|rtk.Null # An http or https URL.

--- Body of PUT /meetings/{meeting_id}/participants/{participant_id}.
---@class rtk.ParticipantReplace: rtk.ParticipantCreate

---@class rtk.ParticipantToken
---@field token string

--- Body of PATCH /meetings/{meeting_id}/participants/{participant_id}.
---@class rtk.ParticipantUpdate
---@field name? string|rtk.Null # A client may refuse to join a participant without a name.
---@field picture? string|rtk.Null # An http or https URL.
---@field preset_name? string|rtk.Null

--- Query of GET /meetings/{meeting_id}/participants.
---@class rtk.ParticipantsQuery: rtk.PageQuery

---@class rtk.PeerAddress
---@field asn? rtk.PeerAsn
---@field city? string
---@field country? string
---@field ip_location? string
---@field ipv4? string
---@field org? string
---@field portal? string
---@field region? string
---@field timezone? string

---@class rtk.PeerAsn
---@field asn? string

---@class rtk.PeerBrowser
---@field browser? string
---@field browser_version? string
---@field engine? string
---@field user_agent? string
---@field webgl_support? boolean|string # Text in the API reference.

---@class rtk.PeerCandidatePairs
---@field consuming_transport? rtk.PeerTransport[]
---@field producing_transport? rtk.PeerTransport[]

---@class rtk.PeerConnection
---@field effective_network_type? string
---@field reflexive_connectivity? boolean
---@field relay_connectivity? boolean
---@field sdp? string[] # Session descriptions.
---@field timestamp? string
---@field turn_connectivity? boolean

---@class rtk.PeerConsumer
---@field bytes_received? integer
---@field consumer_id? string
---@field jitter? number
---@field jitter_buffer_delay? number
---@field jitter_buffer_emitted_count? integer
---@field mid? string
---@field mos_quality? number
---@field packets_lost? integer
---@field packets_received? integer
---@field peer_id? string
---@field producer_id? string
---@field ssrc? integer
---@field timestamp? string

---@class rtk.PeerDevice
---@field browser? string
---@field browser_version? string
---@field cpus? integer
---@field engine? string
---@field is_mobile? boolean
---@field memory? number
---@field os? string
---@field os_version? string
---@field sdk_name? string
---@field sdk_version? string
---@field user_agent? string
---@field webgl_support? string

---@class rtk.PeerEvent
---@field created_at? string
---@field event_name? "PEER_CREATED"|"PEER_JOINING"|"PEER_LEAVING"
---@field id? string
---@field minutes_consumed? number
---@field participant_id? string
---@field peer_id? string
---@field preset_view_type? "GROUP_CALL"|"WEBINAR"|"AUDIO_ROOM"|"LIVESTREAM"|"CHAT"
---@field session_id? string
---@field socket_session_id? string
---@field updated_at? string

---@alias rtk.PeerFilter
---| "device_info"
---| "ip_information"
---| "precall_network_information"
---| "events"
---| "quality_stats"

---@class rtk.PeerHost
---@field cpus? integer
---@field is_mobile? boolean
---@field os? string
---@field os_version? string

---@class rtk.PeerMetadata
---@field audio_devices_updates? rtk.MediaDevicesUpdate[]
---@field browser_metadata? rtk.PeerBrowser
---@field candidate_pairs? rtk.PeerCandidatePairs
---@field device_info? rtk.PeerHost
---@field events? rtk.PeerMetadataEvent[]
---@field ip_information? rtk.PeerMetadataAddress
---@field native_metadata? rtk.PeerNative
---@field pc_metadata? rtk.PeerConnection[]
---@field room_view_type? string
---@field sdk_name? string
---@field sdk_type? string
---@field sdk_version? string
---@field selected_device_updates? rtk.SelectedDeviceUpdate[]
---@field speaker_devices_updates? rtk.MediaDevicesUpdate[]
---@field video_devices_updates? rtk.MediaDevicesUpdate[]

---@class rtk.PeerMetadataAddress
---@field asn? rtk.PeerMetadataAsn
---@field city? string
---@field country? string
---@field ipv4? string
---@field org? string
---@field region? string
---@field timezone? string

---@class rtk.PeerMetadataAsn: rtk.PeerAsn
---@field domain? string
---@field name? string
---@field route? string
---@field type? string

---@class rtk.PeerMetadataEvent
---@field metadata? table<string, any> # Values are strings, numbers or booleans.
---@field name? string
---@field timestamp? string

---@class rtk.PeerNative
---@field audio_encoder? string
---@field video_encoder? string

---@class rtk.PeerQuality
---@field audio_consumer? rtk.AudioConsumer[]
---@field audio_consumer_cumulative? rtk.AudioConsumerTotal
---@field audio_producer? rtk.AudioProducer[]
---@field audio_producer_cumulative? rtk.AudioProducerTotal
---@field screenshare_audio_consumer? rtk.AudioConsumer[]
---@field screenshare_audio_consumer_cumulative? rtk.AudioConsumerTotal
---@field screenshare_audio_producer? rtk.AudioProducer[]
---@field screenshare_audio_producer_cumulative? rtk.AudioProducerTotal
---@field screenshare_video_consumer? rtk.VideoConsumer[]
---@field screenshare_video_consumer_cumulative? rtk.VideoConsumerTotal
---@field screenshare_video_producer? rtk.VideoProducer[]
---@field screenshare_video_producer_cumulative? rtk.VideoProducerTotal
---@field video_consumer? rtk.VideoConsumer[]
---@field video_consumer_cumulative? rtk.VideoConsumerTotal
---@field video_producer? rtk.VideoProducer[]
---@field video_producer_cumulative? rtk.VideoProducerTotal

---@class rtk.PeerReport
---@field id string
---@field created_at? string
---@field custom_participant_id? string
---@field display_name? string
---@field duration? number # Minutes.
---@field joined_at? string
---@field left_at? string
---@field peer_events? rtk.PeerEvent[]
---@field peer_report? rtk.PeerReportDetails
---@field peer_stats? rtk.PeerReportStats
---@field quality_stats? rtk.PeerReportQuality
---@field role? string
---@field session_id? string
---@field updated_at? string
---@field user_id? string

---@class rtk.PeerReportDetails
---@field metadata? rtk.PeerMetadata
---@field quality? rtk.PeerQuality

---@class rtk.PeerReportEvent
---@field metadata? rtk.PeerReportEventMetadata
---@field timestamp? string
---@field type? string

---@class rtk.PeerReportEventMetadata
---@field connection_info? rtk.ConnectionInfo

---@class rtk.PeerReportQuality
---@field audio_bandwidth? number
---@field audio_stats? any[]
---@field average_quality? number
---@field end? string
---@field first_audio_packet_received? string
---@field first_video_packet_received? string
---@field last_audio_packet_received? string
---@field last_video_packet_received? string
---@field peer_ids? string[]
---@field start? string
---@field total_audio_packets? integer
---@field total_audio_packets_lost? integer
---@field total_video_packets? integer
---@field total_video_packets_lost? integer
---@field video_bandwidth? number
---@field video_stats? any[]

--- Query of GET /sessions/peer-report/{peer_id}.
---@class rtk.PeerReportQuery
---@field filters? rtk.PeerFilter|string # Several are joined by commas.
---@field include_peer_events? boolean

---@class rtk.PeerReportStats
---@field device_info? rtk.PeerDevice
---@field events? rtk.PeerReportEvent[]
---@field ip_information? rtk.PeerAddress
---@field precall_network_information? rtk.PrecallNetwork

---@class rtk.PeerStats
---@field config? string
---@field device_info? rtk.PeerDevice
---@field events? rtk.PeerStatsEvent[]
---@field ip_information? rtk.PeerAddress
---@field precall_network_information? rtk.PrecallNetwork
---@field status? string

---@class rtk.PeerStatsEvent
---@field timestamp? string
---@field type? string

---@class rtk.PeerTransport
---@field available_incoming_bitrate? number
---@field available_outgoing_bitrate? number
---@field bytes_discarded_on_send? integer
---@field bytes_received? integer
---@field bytes_sent? integer
---@field current_round_trip_time? number
---@field last_packet_received_timestamp? integer
---@field last_packet_sent_timestamp? integer
---@field local_candidate_address? string
---@field local_candidate_id? string
---@field local_candidate_network_type? string
---@field local_candidate_port? integer
---@field local_candidate_protocol? string
---@field local_candidate_related_address? string
---@field local_candidate_related_port? integer
---@field local_candidate_type? string
---@field local_candidate_url? string
---@field nominated? boolean
---@field packets_discarded_on_send? integer
---@field packets_received? integer
---@field packets_sent? integer
---@field remote_candidate_address? string
---@field remote_candidate_id? string
---@field remote_candidate_port? integer
---@field remote_candidate_protocol? string
---@field remote_candidate_type? string
---@field remote_candidate_url? string
---@field total_round_trip_time? number

---@alias rtk.Permission
---| "ALLOWED"
---| "NOT_ALLOWED"
---| "CAN_REQUEST"

---@class rtk.PluginAccess
---@field access_control? "FULL_ACCESS"|"VIEW_ONLY"
---@field handles_view_only? boolean

---@class rtk.PluginPermissions
---@field can_close boolean
---@field can_edit_config boolean
---@field can_start boolean
---@field config string|rtk.PluginAccess|table<string, rtk.PluginAccess>

---@class rtk.PluginPermissionsUpdate
---@field can_close? boolean
---@field can_edit_config? boolean
---@field can_start? boolean
---@field config? string|rtk.PluginAccess|table<string, rtk.PluginAccess>

---@class rtk.Poll
---@field id string
---@field options rtk.PollOption[]
---@field question string
---@field anonymous? boolean
---@field created_by? string
---@field hide_votes? boolean
---@field voted? string[]

--- Body of POST /meetings/{meeting_id}/active-session/poll.
---@class rtk.PollCreate
---@field options string[]
---@field question string
---@field anonymous? boolean
---@field hide_votes? boolean

---@class rtk.PollOption
---@field count integer
---@field text string
---@field votes rtk.PollVote[]

---@class rtk.PollPermissions
---@field can_create boolean
---@field can_view boolean
---@field can_vote boolean

---@class rtk.PollPermissionsUpdate
---@field can_create? boolean
---@field can_view? boolean
---@field can_vote? boolean

---@class rtk.PollResult
---@field action? string
---@field poll? rtk.Poll

---@class rtk.PollVote
---@field id string
---@field name string

---@class rtk.PrecallNetwork
---@field backend_rtt? number
---@field effective_networktype? string
---@field fractional_loss? number
---@field jitter? number
---@field reflexive_connectivity? boolean
---@field relay_connectivity? boolean
---@field rtt? number
---@field throughput? number # Of a peer report.
---@field throughtput? number # Of a session participant.
---@field turn_connectivity? boolean

---@class rtk.Preset
---@field id string
---@field config? rtk.PresetConfig # Not in a list; likewise permissions and ui.
---@field created_at? string # Likewise updated_at: in a list only, by the API reference.
---@field name? string
---@field permissions? rtk.PresetPermissions
---@field ui? rtk.PresetUi
---@field updated_at? string

---@class rtk.PresetAudio
---@field enable_high_bitrate? boolean
---@field enable_stereo? boolean

---@class rtk.PresetConfig
---@field max_screenshare_count integer
---@field max_video_streams rtk.PresetVideoStreams
---@field media rtk.PresetMedia
---@field view_type rtk.ViewType
---@field livestream_viewer_qualities? integer[]|rtk.Null

---@class rtk.PresetConfigUpdate
---@field livestream_viewer_qualities? integer[]|rtk.Null
---@field max_screenshare_count? integer
---@field max_video_streams? rtk.PresetVideoStreamsUpdate
---@field media? rtk.PresetMediaUpdate
---@field view_type? rtk.ViewType

--- Body of POST /presets.
---@class rtk.PresetCreate
---@field config rtk.PresetConfig
---@field name string
---@field permissions rtk.PresetPermissions
---@field ui rtk.PresetUi

---@class rtk.PresetMedia
---@field screenshare rtk.PresetScreenshare
---@field video rtk.PresetVideo
---@field audio? rtk.PresetAudio

---@class rtk.PresetMediaUpdate
---@field audio? rtk.PresetAudio
---@field screenshare? rtk.PresetScreenshareUpdate
---@field video? rtk.PresetVideoUpdate

---@class rtk.PresetPermissions
---@field accept_waiting_requests boolean
---@field can_accept_production_requests boolean
---@field can_change_participant_permissions boolean
---@field can_edit_display_name boolean
---@field can_livestream boolean
---@field can_record boolean
---@field can_spotlight boolean
---@field chat rtk.ChatPermissions
---@field connected_meetings rtk.ConnectedMeetingPermissions
---@field disable_participant_audio boolean
---@field disable_participant_screensharing boolean
---@field disable_participant_video boolean
---@field hidden_participant boolean # Others do not see this participant.
---@field kick_participant boolean
---@field media rtk.MediaPermissions
---@field pin_participant boolean
---@field plugins rtk.PluginPermissions
---@field polls rtk.PollPermissions
---@field recorder_type "RECORDER"|"LIVESTREAMER"|"NONE"
---@field show_participant_list boolean
---@field waiting_room_type "SKIP"|"ON_PRIVILEGED_USER_ENTRY"|"SKIP_ON_ACCEPT"
---@field accept_stage_requests? boolean
---@field is_recorder? boolean
---@field stage_access? rtk.Permission
---@field stage_enabled? boolean
---@field transcription_enabled? boolean

---@class rtk.PresetPermissionsUpdate
---@field accept_stage_requests? boolean
---@field accept_waiting_requests? boolean
---@field can_accept_production_requests? boolean
---@field can_change_participant_permissions? boolean
---@field can_edit_display_name? boolean
---@field can_livestream? boolean
---@field can_record? boolean
---@field can_spotlight? boolean
---@field chat? rtk.ChatPermissionsUpdate
---@field connected_meetings? rtk.ConnectedMeetingPermissionsUpdate
---@field disable_participant_audio? boolean
---@field disable_participant_screensharing? boolean
---@field disable_participant_video? boolean
---@field hidden_participant? boolean # Others do not see this participant.
---@field is_recorder? boolean
---@field kick_participant? boolean
---@field media? rtk.MediaPermissionsUpdate
---@field pin_participant? boolean
---@field plugins? rtk.PluginPermissionsUpdate
---@field polls? rtk.PollPermissionsUpdate
---@field recorder_type? "RECORDER"|"LIVESTREAMER"|"NONE"
---@field show_participant_list? boolean
---@field stage_access? rtk.Permission
---@field stage_enabled? boolean
---@field transcription_enabled? boolean
---@field waiting_room_type? "SKIP"|"ON_PRIVILEGED_USER_ENTRY"|"SKIP_ON_ACCEPT"

--- Body of PUT /presets/{preset_id}.
---@class rtk.PresetReplace: rtk.PresetCreate

---@class rtk.PresetScreenshare
---@field frame_rate integer
---@field quality rtk.VideoQuality

---@class rtk.PresetScreenshareUpdate
---@field frame_rate? integer
---@field quality? rtk.VideoQuality

---@class rtk.PresetUi
---@field design_tokens rtk.DesignTokens
---@field config_diff? any # A new preset needs it: {} will do.

---@class rtk.PresetUiUpdate
---@field config_diff? any # A new preset needs it: {} will do.
---@field design_tokens? rtk.DesignTokensUpdate

--- Body of PATCH /presets/{preset_id}.
---@class rtk.PresetUpdate
---@field config? rtk.PresetConfigUpdate
---@field name? string
---@field permissions? rtk.PresetPermissionsUpdate
---@field ui? rtk.PresetUiUpdate

---@class rtk.PresetVideo
---@field frame_rate integer
---@field quality rtk.VideoQuality
---@field simulcast? boolean

---@class rtk.PresetVideoStreams
---@field desktop integer
---@field mobile integer

---@class rtk.PresetVideoStreamsUpdate
---@field desktop? integer
---@field mobile? integer

---@class rtk.PresetVideoUpdate
---@field frame_rate? integer
---@field quality? rtk.VideoQuality
---@field simulcast? boolean

--- Query of GET /presets.
---@class rtk.PresetsQuery: rtk.PageQuery
---@field search? string

---@class rtk.PrivateChatPermissions
---@field can_receive boolean
---@field can_send boolean
---@field files boolean
---@field text boolean

---@class rtk.PrivateChatPermissionsUpdate
---@field can_receive? boolean
---@field can_send? boolean
---@field files? boolean
---@field text? boolean

---@class rtk.PublicChatPermissions
---@field can_send boolean
---@field files boolean
---@field text boolean

---@class rtk.PublicChatPermissionsUpdate
---@field can_send? boolean
---@field files? boolean
---@field text? boolean

---@class rtk.QualityLimitations
---@field bandwidth? number
---@field cpu? number
---@field none? number
---@field other? number

---@class rtk.QualityStats
---@field audio_bandwidth? number
---@field audio_packet_loss? number
---@field audio_stats? rtk.AudioSample[]
---@field average_quality? number
---@field end? string
---@field peer_id? string
---@field start? string
---@field video_bandwidth? number
---@field video_packet_loss? number
---@field video_stats? rtk.VideoSample[]

---@class rtk.QualitySummary
---@field avg? number
---@field p50? number
---@field p75? number
---@field p90? number

---@class rtk.Recording
---@field id string
---@field invoked_time string
---@field output_file_name string # Of tracks a template, until the files exist.
---@field status rtk.RecordingStatus
---@field audio_download_url? string # Presigned: anyone who has it can download.
---@field download_url? string|rtk.TrackFiles[] # Presigned; of tracks a list.
---@field download_url_expiry? string
---@field file_size? integer|string # Bytes; the service may send text.
---@field meeting? rtk.Meeting
---@field meeting_id? string
---@field recording_duration? number # Seconds.
---@field session_id? string
---@field start_reason? rtk.RecordingStartReason
---@field started_time? string
---@field stop_reason? rtk.RecordingStopReason
---@field stopped_time? string
---@field storage_config? rtk.StorageConfig
---@field type? "TRACK"|string

--- Body of PUT /recordings/{recording_id}.
---@class rtk.RecordingAction
---@field action "stop"|"pause"|"resume"

---@class rtk.RecordingCaller
---@field name? string
---@field type? "ORGANIZATION"|"USER"
---@field user_Id? string

---@class rtk.RecordingConfig
---@field audio_config? rtk.AudioConfig
---@field file_name_prefix? string
---@field live_streaming_config? rtk.RtmpConfig
---@field max_seconds? integer # From 60 to 86400.
---@field realtimekit_bucket_config? rtk.BucketConfig
---@field storage_config? rtk.StorageTarget|rtk.Null
---@field video_config? rtk.VideoConfig

---@class rtk.RecordingDay
---@field day? string
---@field total_recording_minutes? number
---@field total_recordings? integer

--- Body of POST /recordings.
---@class rtk.RecordingStart
---@field meeting_id string
---@field allow_multiple_recordings? boolean # Beside one that is already running.
---@field audio_config? rtk.AudioConfig
---@field file_name_prefix? string
---@field interactive_config? rtk.InteractiveConfig
---@field max_seconds? integer # From 60 to 86400.
---@field realtimekit_bucket_config? rtk.BucketConfig
---@field rtmp_out_config? rtk.RtmpConfig
---@field storage_config? rtk.StorageTarget|rtk.Null
---@field url? string # A page to record in place of the meeting.
---@field video_config? rtk.VideoConfig

---@class rtk.RecordingStartReason
---@field caller? rtk.RecordingCaller
---@field reason? "API_CALL"|"RECORD_ON_START"

---@class rtk.RecordingStats
---@field day_stats? rtk.RecordingDay[]
---@field recording_count? integer
---@field recording_minutes_consumed? number

---@alias rtk.RecordingStatus
---| "INVOKED"
---| "RECORDING"
---| "UPLOADING"
---| "UPLOADED"
---| "ERRORED"
---| "PAUSED"

---@class rtk.RecordingStopReason
---@field caller? rtk.RecordingCaller
---@field reason? "API_CALL"|"INTERNAL_ERROR"|"ALL_PEERS_LEFT"

--- Query of GET /recordings.
---@class rtk.RecordingsQuery: rtk.PageQuery
---@field end_time? string|number # ISO 8601, or seconds since 1970.
---@field expired? boolean
---@field meeting_id? string
---@field search? string
---@field sort_by? "invokedTime"
---@field sort_order? rtk.SortOrder
---@field start_time? string|number # ISO 8601, or seconds since 1970.
---@field status? rtk.RecordingStatus[]

---@class rtk.RtmpConfig
---@field rtmp_url? string

---@class rtk.RttSummary
---@field ["100ms_or_greater_event_fraction"] number?
---@field ["250ms_or_greater_event_fraction"] number?
---@field ["500ms_or_greater_event_fraction"] number?
---@field avg? number

---@class rtk.SelectedDeviceUpdate
---@field device? rtk.MediaDevice
---@field timestamp? string

---@class rtk.Session
---@field associated_id string # The meeting's id.
---@field created_at string
---@field id string
---@field live_participants integer
---@field max_concurrent_participants integer
---@field meeting_display_name string
---@field minutes_consumed number
---@field organization_id string # The app's id.
---@field started_at string
---@field status rtk.SessionStatus
---@field type "meeting"|"livestream"|"participant"
---@field updated_at string
---@field breakout_rooms? any[]
---@field ended_at? string
---@field meta? any

---@class rtk.SessionChat
---@field chat_download_url string
---@field chat_download_url_expiry string

---@class rtk.SessionDay
---@field day? string
---@field total_session_minutes? number
---@field total_sessions? integer

---@class rtk.SessionParticipant
---@field id string
---@field created_at? string
---@field custom_participant_id? string
---@field display_name? string
---@field duration? number # Minutes.
---@field joined_at? string
---@field left_at? string
---@field peer_events? rtk.PeerEvent[]
---@field peer_stats? rtk.PeerStats # Gone from newer sources, like quality_stats.
---@field preset_name? string
---@field quality_stats? rtk.QualityStats[]
---@field updated_at? string
---@field user_id? string

--- Query of GET /sessions/{session_id}/participants/{participant_id}.
---@class rtk.SessionParticipantQuery
---@field filters? rtk.PeerFilter|string # Newer sources have dropped it.
---@field include_peer_events? boolean

--- Query of GET /sessions/{session_id}/participants.
---@class rtk.SessionParticipantsQuery: rtk.PageQuery
---@field include_peer_events? boolean
---@field search? string
---@field sort_by? "joinedAt"|"duration"
---@field sort_order? rtk.SortOrder
---@field view? "raw"|"consolidated" # How durations of breakout rooms add up.

--- Query of GET /sessions/{session_id}.
---@class rtk.SessionQuery
---@field include_breakout_rooms? boolean

---@class rtk.SessionStats
---@field day_stats? rtk.SessionDay[]
---@field sessions_count? integer
---@field sessions_minutes_consumed? number

---@alias rtk.SessionStatus
---| "LIVE"
---| "ENDED"

---@class rtk.SessionSummary
---@field sessionId string
---@field summaryDownloadUrl string
---@field summaryDownloadUrlExpiry string

---@class rtk.SessionTranscript
---@field sessionId string
---@field transcript_download_url string
---@field transcript_download_url_expiry string

--- Query of GET /sessions.
---@class rtk.SessionsQuery: rtk.PageQuery
---@field associated_id? string # A meeting's id.
---@field end_time? string|number # ISO 8601, or seconds since 1970.
---@field participants? string
---@field search? string # A meeting's title or id, or a session's id.
---@field sort_by? "minutesConsumed"|"createdAt"
---@field sort_order? rtk.SortOrder
---@field start_time? string|number # ISO 8601, or seconds since 1970.
---@field status? rtk.SessionStatus

---@class rtk.SftpKeyStorage
---@field private_key string
---@field access_key? string # Never sent back.
---@field auth_method? "KEY"
---@field bucket? string
---@field host? string # For sftp.
---@field password? string # For sftp; with auth_method KEY, the private key's passphrase.
---@field path? string # Where in the bucket.
---@field port? integer # For sftp.
---@field region? string
---@field secret? string # Never sent back.
---@field type? rtk.StorageType
---@field username? string # For sftp.

---@class rtk.SftpPasswordStorage
---@field password string
---@field access_key? string # Never sent back.
---@field auth_method? "PASSWORD"
---@field bucket? string
---@field host? string # For sftp.
---@field path? string # Where in the bucket.
---@field port? integer # For sftp.
---@field private_key? string # For sftp.
---@field region? string
---@field secret? string # Never sent back.
---@field type? rtk.StorageType
---@field username? string # For sftp.

---@alias rtk.SortOrder
---| "ASC"
---| "DESC"

---@class rtk.StorageConfig
---@field access_key? string # Never sent back.
---@field auth_method? "KEY"|"PASSWORD" # For sftp.
---@field bucket? string
---@field host? string # For sftp.
---@field password? string # For sftp; with auth_method KEY, the private key's passphrase.
---@field path? string # Where in the bucket.
---@field port? integer # For sftp.
---@field private_key? string # For sftp.
---@field region? string
---@field secret? string # Never sent back.
---@field type? rtk.StorageType
---@field username? string # For sftp.

---@alias rtk.StorageTarget
---| rtk.GcsStorage
---| rtk.KeyPairStorage
---| rtk.SftpKeyStorage
---| rtk.SftpPasswordStorage

---@alias rtk.StorageType
---| "aws"
---| "azure"
---| "digitalocean"
---| "gcs"
---| "sftp"

---@class rtk.SummarizationConfig
---@field summary_type? rtk.SummaryType
---@field text_format? "plain_text"|"markdown"
---@field word_limit? integer # The longest a summary may be.

---@class rtk.SummaryRequest
---@field session_id? string
---@field status? string

---@alias rtk.SummaryType
---| "general"
---| "team_meeting"
---| "sales_call"
---| "client_check_in"
---| "interview"
---| "daily_standup"
---| "one_on_one_meeting"
---| "lecture"
---| "code_review"

---@class rtk.TrackFile
---@field download_url string

---@class rtk.TrackFiles
---@field download_urls table<string, rtk.TrackFile> # By file name, one for each peer.
---@field layer_name string

---@class rtk.TrackLayer
---@field file_name_prefix? string
---@field media_kind? "audio"
---@field outputs? rtk.TrackOutput[] # Newer sources have dropped it.

---@class rtk.TrackOutput
---@field storage_config? rtk.StorageConfig
---@field type? "REALTIMEKIT_BUCKET"|"STORAGE_CONFIG"

--- Body of POST /recordings/track.
---@class rtk.TrackRecordingStart
---@field meeting_id string
---@field layers? table<string, rtk.TrackLayer> # By layer name, such as default.
---@field max_seconds? integer # Newer sources have dropped it.
---@field user_ids? string[] # At most 100; default all.

--- Query of GET /sessions/{session_id}/transcript.
---@class rtk.TranscriptQuery
---@field format? "SRT"|"VTT"|"JSON"|"CSV"

---@class rtk.TranscriptionConfig
---@field keywords? string[] # Uncommon words to listen for.
---@field language? rtk.TranscriptionLanguage # Absent: detected, or en-US if live.
---@field profanity_filter? boolean

---@alias rtk.TranscriptionLanguage
---| "en"
---| "es"
---| "fr"
---| "de"
---| "hi"
---| "pt"
---| "ja"
---| "it"
---| "nl"
---| "ru"
---| "zh"
---| "yue"
---| "af"
---| "sq"
---| "am"
---| "ar"
---| "as"
---| "az"
---| "ba"
---| "eu"
---| "be"
---| "bn"
---| "bs"
---| "br"
---| "bg"
---| "ca"
---| "hr"
---| "cs"
---| "da"
---| "et"
---| "fo"
---| "fi"
---| "gl"
---| "ka"
---| "el"
---| "gu"
---| "ht"
---| "ha"
---| "haw"
---| "he"
---| "hu"
---| "is"
---| "id"
---| "jw"
---| "kn"
---| "kk"
---| "km"
---| "ko"
---| "lo"
---| "la"
---| "lv"
---| "ln"
---| "lt"
---| "lb"
---| "mk"
---| "mg"
---| "ms"
---| "ml"
---| "mt"
---| "mi"
---| "mr"
---| "mn"
---| "my"
---| "ne"
---| "no"
---| "nn"
---| "oc"
---| "ps"
---| "fa"
---| "pl"
---| "pa"
---| "ro"
---| "sa"
---| "sr"
---| "sn"
---| "sd"
---| "si"
---| "sk"
---| "sl"
---| "so"
---| "su"
---| "sw"
---| "sv"
---| "tl"
---| "tg"
---| "ta"
---| "tt"
---| "te"
---| "th"
---| "bo"
---| "tk"
---| "tr"
---| "uk"
---| "ur"
---| "uz"
---| "vi"
---| "cy"
---| "yi"
---| "yo"
---| "en-US"
---| "en-AU"
---| "en-GB"
---| "en-IN"
---| "en-NZ"
---| "es-419"
---| "fr-CA"
---| "de-CH"
---| "pt-BR"
---| "pt-PT"
---| "multi"
---| string

---@class rtk.VideoConfig: rtk.VideoSize
---@field codec? "H264"|"VP8"|"VP9"
---@field export_file? boolean # Write the video to a file of its own.
---@field watermark? rtk.Watermark

---@class rtk.VideoConsumer: rtk.PeerConsumer
---@field fir_count? integer
---@field frame_height? integer
---@field frame_width? integer
---@field frames_decoded? integer
---@field frames_dropped? integer
---@field frames_per_second? number
---@field key_frames_decoded? integer

---@class rtk.VideoConsumerIssues
---@field lag_fraction? number
---@field no_video_fraction? number
---@field poor_resolution_fraction? number

---@class rtk.VideoConsumerTotal: rtk.AudioConsumerTotal
---@field frame_per_second? rtk.QualitySummary
---@field frame_width? rtk.QualitySummary
---@field issues? rtk.VideoConsumerIssues
---@field key_frames_decoded_fraction? number

---@class rtk.VideoProducer: rtk.AudioProducer
---@field fir_count? integer
---@field frame_height? integer
---@field frame_width? integer
---@field frames_encoded? integer
---@field frames_per_second? number
---@field key_frames_encoded? integer
---@field pli_count? integer
---@field quality_limitation_durations? rtk.QualityLimitations
---@field quality_limitation_reason? "bandwidth"|"cpu"|"none"|"other"
---@field quality_limitation_resolution_changes? integer

---@class rtk.VideoProducerIssues
---@field bandwidth_quality_limitation_fraction? number
---@field cpu_quality_limitation_fraction? number
---@field no_video_fraction? number
---@field poor_resolution_fraction? number
---@field quality_limitation_fraction? number

---@class rtk.VideoProducerTotal: rtk.AudioProducerTotal
---@field frame_per_second? rtk.QualitySummary
---@field frame_width? rtk.QualitySummary
---@field high_negative_feedback_fraction? number
---@field issues? rtk.VideoProducerIssues
---@field key_frames_encoded_fraction? number

---@alias rtk.VideoQuality
---| "hd"
---| "vga"
---| "qvga"
---| "fhd"
---| "uhd"

---@class rtk.VideoSample
---@field frame_height? integer
---@field frame_width? integer
---@field frames_dropped? integer
---@field frames_per_second? number
---@field jitter? number
---@field packets_lost? integer
---@field quality? number
---@field timestamp? string

---@class rtk.VideoSize
---@field height? integer
---@field width? integer

---@alias rtk.ViewType
---| "GROUP_CALL"
---| "WEBINAR"
---| "AUDIO_ROOM"
---| "LIVESTREAM"

---@class rtk.Watermark
---@field position? "left top"|"right top"|"left bottom"|"right bottom"
---@field size? rtk.VideoSize
---@field url? string

---@class rtk.Webhook
---@field created_at string
---@field enabled boolean
---@field events rtk.WebhookEvent[]
---@field id string
---@field name string
---@field updated_at string
---@field url string

--- Body of POST /webhooks.
---@class rtk.WebhookCreate
---@field events rtk.WebhookEvent[]
---@field name string
---@field url string
---@field enabled? boolean

---@alias rtk.WebhookEvent
---| "meeting.started"
---| "meeting.ended"
---| "meeting.participantJoined"
---| "meeting.participantLeft"
---| "meeting.chatSynced"
---| "recording.statusUpdate"
---| "livestreaming.statusUpdate"
---| "meeting.transcript"
---| "meeting.summary"

--- Body of PUT /webhooks/{webhook_id}.
---@class rtk.WebhookReplace: rtk.WebhookCreate

--- Body of PATCH /webhooks/{webhook_id}.
---@class rtk.WebhookUpdate
---@field enabled? boolean
---@field events? rtk.WebhookEvent[]
---@field name? string
---@field url? string
