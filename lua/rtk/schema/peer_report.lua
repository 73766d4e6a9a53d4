-- SPDX-License-Identifier: MIT
-- The long report about one participant of a session. The official SDK knows some
-- 400 measurements more; like all unknown fields of a reply they are passed on.

local t = require("rtk.schema.type")
local stats = require("rtk.schema.peer_stats")

local peer_report = {}

local Transport = t.object("PeerTransport", {}, {
  available_outgoing_bitrate = t.number,
  bytes_discarded_on_send = t.integer,
  bytes_received = t.integer,
  bytes_sent = t.integer,
  current_round_trip_time = t.number,
  last_packet_received_timestamp = t.integer,
  last_packet_sent_timestamp = t.integer,
  local_candidate_address = t.string,
  local_candidate_id = t.string,
  local_candidate_network_type = t.string,
  local_candidate_port = t.integer,
  local_candidate_protocol = t.string,
  local_candidate_related_address = t.string,
  local_candidate_related_port = t.integer,
  local_candidate_type = t.string,
  nominated = t.boolean,
  packets_discarded_on_send = t.integer,
  packets_received = t.integer,
  packets_sent = t.integer,
  remote_candidate_address = t.string,
  remote_candidate_id = t.string,
  remote_candidate_port = t.integer,
  remote_candidate_protocol = t.string,
  remote_candidate_type = t.string,
  total_round_trip_time = t.number,
})

local Metadata = t.object("PeerMetadata", {}, {
  audio_devices_updates = t.array(t.any),
  browser_metadata = t.object("PeerBrowser", {}, {
    browser = t.string,
    browser_version = t.string,
    engine = t.string,
    user_agent = t.string,
    webgl_support = t.string,
  }),
  candidate_pairs = t.object("PeerCandidatePairs", {}, {
    consuming_transport = t.array(t.any),
    producing_transport = t.array(Transport),
  }),
  device_info = t.object("PeerHost", {}, {
    cpus = t.integer,
    is_mobile = t.boolean,
    os = t.string,
    os_version = t.string,
  }),
  events = t.array(t.object("PeerMetadataEvent", {}, { name = t.string, timestamp = t.string })),
  ip_information = t.object("PeerMetadataAddress", {}, {
    asn = stats.Asn,
    city = t.string,
    country = t.string,
    ipv4 = t.string,
    region = t.string,
    timezone = t.string,
  }),
  pc_metadata = t.array(t.object("PeerConnection", {}, {
    effective_network_type = t.string,
    reflexive_connectivity = t.boolean,
    relay_connectivity = t.boolean,
    timestamp = t.string,
    turn_connectivity = t.boolean,
  })),
  room_view_type = t.string,
  sdk_name = t.string,
  sdk_version = t.string,
  selected_device_updates = t.array(t.any),
  speaker_devices_updates = t.array(t.any),
  video_devices_updates = t.array(t.any),
})

local AudioProducer = t.object("AudioProducer", {}, {
  bytes_sent = t.integer,
  jitter = t.number,
  mid = t.string,
  mos_quality = t.number,
  packets_lost = t.integer,
  packets_sent = t.integer,
  producer_id = t.string,
  rtt = t.number,
  ssrc = t.integer,
  timestamp = t.string,
})

local AudioProducerTotal = t.object("AudioProducerTotal", {}, {
  packet_loss = t.object("PacketLossSummary", {}, {
    ["5_or_greater_event_fraction"] = t.number,
    ["10_or_greater_event_fraction"] = t.number,
    ["25_or_greater_event_fraction"] = t.number,
    ["50_or_greater_event_fraction"] = t.number,
    avg = t.number,
  }),
  quality_mos = t.object("QualitySummary", {}, {
    avg = t.number,
    p50 = t.number,
    p75 = t.number,
    p90 = t.number,
  }),
  rtt = t.object("RttSummary", {}, {
    ["100ms_or_greater_event_fraction"] = t.number,
    ["250ms_or_greater_event_fraction"] = t.number,
    ["500ms_or_greater_event_fraction"] = t.number,
    avg = t.number,
  }),
})

local Quality = t.object("PeerQuality", {}, {
  audio_consumer = t.array(t.any),
  audio_consumer_cumulative = t.any,
  audio_producer = t.array(AudioProducer),
  audio_producer_cumulative = AudioProducerTotal,
  screenshare_audio_consumer = t.array(t.any),
  screenshare_audio_consumer_cumulative = t.any,
  screenshare_audio_producer = t.array(t.any),
  screenshare_audio_producer_cumulative = t.any,
  screenshare_video_consumer = t.array(t.any),
  screenshare_video_consumer_cumulative = t.any,
  screenshare_video_producer = t.array(t.any),
  screenshare_video_producer_cumulative = t.any,
  video_consumer = t.array(t.any),
  video_consumer_cumulative = t.any,
  video_producer = t.array(t.any),
  video_producer_cumulative = t.any,
})

local ConnectionInfo = t.object("ConnectionInfo", {}, {
  backend_r_t_t = t.number,
  connectivity = t.object("Connectivity", {}, {
    host = t.boolean,
    reflexive = t.boolean,
    relay = t.boolean,
  }),
  effective_network_type = t.string,
  fractional_loss = t.number,
  ip_details = t.object("ConnectionAddress", {}, {
    asn = stats.Asn,
    city = t.string,
    country = t.string,
    ip = t.string,
    loc = t.string,
    postal = t.string,
    region = t.string,
    timezone = t.string,
  }),
  jitter = t.number,
  location = t.object("ConnectionLocation", {}, {
    coords = t.object("Coordinates", {}, { latitude = t.number, longitude = t.number }),
  }),
  r_t_t = t.number,
  throughput = t.number,
  turn_connectivity = t.boolean,
})

local ReportStats = t.object("PeerReportStats", {}, {
  device_info = stats.DeviceInfo,
  events = t.array(t.object("PeerReportEvent", {}, {
    metadata = t.object("PeerReportEventMetadata", {}, { connection_info = ConnectionInfo }),
    timestamp = t.string,
    type = t.string,
  })),
  ip_information = stats.IpInformation,
  precall_network_information = stats.PrecallNetwork,
})

local ReportQuality = t.object("PeerReportQuality", {}, {
  audio_bandwidth = t.number,
  audio_stats = t.array(t.any),
  average_quality = t.number,
  ["end"] = t.string,
  first_audio_packet_received = t.string,
  first_video_packet_received = t.string,
  last_audio_packet_received = t.string,
  last_video_packet_received = t.string,
  peer_ids = t.array(t.string),
  start = t.string,
  total_audio_packets = t.integer,
  total_audio_packets_lost = t.integer,
  total_video_packets = t.integer,
  total_video_packets_lost = t.integer,
  video_bandwidth = t.number,
  video_stats = t.array(t.any),
})

peer_report.PeerReport = t.object("PeerReport", { id = t.string }, {
  created_at = t.string,
  custom_participant_id = t.string,
  display_name = t.string,
  duration = t.note(t.number, "Minutes."),
  joined_at = t.string,
  left_at = t.string,
  peer_events = t.array(stats.PeerEvent),
  peer_report = t.object("PeerReportDetails", {}, { metadata = Metadata, quality = Quality }),
  peer_stats = ReportStats,
  quality_stats = ReportQuality,
  role = t.string,
  session_id = t.string,
  updated_at = t.string,
  user_id = t.string,
})

return peer_report
