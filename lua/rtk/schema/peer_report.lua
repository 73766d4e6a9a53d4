-- SPDX-License-Identifier: MIT
-- The long report about one participant of a session. Addresses, names of devices and session
-- descriptions in it are personal.

local t = require("rtk.schema.type")
local stats = require("rtk.schema.peer_stats")

local peer_report = {}

local Transport = t.object("PeerTransport", {}, {
  available_incoming_bitrate = t.number,
  available_outgoing_bitrate = t.number,
  bytes_discarded_on_send = t.integer,
  bytes_received = t.integer,
  bytes_sent = t.integer,
  current_round_trip_time = t.number,
  last_packet_received_timestamp = t.integer,
  last_packet_sent_timestamp = t.integer,
  local_candidate_address = t.personal,
  local_candidate_id = t.string,
  local_candidate_network_type = t.string,
  local_candidate_port = t.integer,
  local_candidate_protocol = t.string,
  local_candidate_related_address = t.personal,
  local_candidate_related_port = t.integer,
  local_candidate_type = t.string,
  local_candidate_url = t.personal,
  nominated = t.boolean,
  packets_discarded_on_send = t.integer,
  packets_received = t.integer,
  packets_sent = t.integer,
  remote_candidate_address = t.personal,
  remote_candidate_id = t.string,
  remote_candidate_port = t.integer,
  remote_candidate_protocol = t.string,
  remote_candidate_type = t.string,
  remote_candidate_url = t.personal,
  total_round_trip_time = t.number,
})

local MediaDevice = t.object("MediaDevice", {}, {
  device_id = t.personal,
  kind = t.string,
  label = t.personal,
})

local device_updates = t.array(t.object("MediaDevicesUpdate", {}, {
  added = t.array(MediaDevice),
  removed = t.array(MediaDevice),
  timestamp = t.string,
}))

local Metadata = t.object("PeerMetadata", {}, {
  audio_devices_updates = device_updates,
  browser_metadata = t.object("PeerBrowser", {}, {
    browser = t.string,
    browser_version = t.string,
    engine = t.string,
    user_agent = t.string,
    webgl_support = t.nullable(
      t.note(t.union({ t.boolean, t.string }), "Text in the API reference.")
    ),
  }),
  candidate_pairs = t.object("PeerCandidatePairs", {}, {
    consuming_transport = t.array(Transport),
    producing_transport = t.array(Transport),
  }),
  device_info = t.object("PeerHost", {}, {
    cpus = t.integer,
    is_mobile = t.boolean,
    os = t.string,
    os_version = t.string,
  }),
  events = t.array(t.object("PeerMetadataEvent", {}, {
    metadata = t.note(t.map(t.nullable(t.any)), "Values are strings, numbers or booleans."),
    name = t.string,
    timestamp = t.string,
  })),
  ip_information = t.object("PeerMetadataAddress", {}, {
    asn = t.extend(stats.Asn, "PeerMetadataAsn", {
      domain = t.personal,
      name = t.personal,
      route = t.personal,
      type = t.personal,
    }),
    city = t.personal,
    country = t.string,
    ipv4 = t.personal,
    org = t.personal,
    region = t.string,
    timezone = t.string,
  }),
  native_metadata = t.object("PeerNative", {}, {
    audio_encoder = t.string,
    video_encoder = t.string,
  }),
  pc_metadata = t.array(t.object("PeerConnection", {}, {
    effective_network_type = t.string,
    reflexive_connectivity = t.boolean,
    relay_connectivity = t.boolean,
    sdp = t.note(t.array(t.personal), "Session descriptions."),
    timestamp = t.string,
    turn_connectivity = t.boolean,
  })),
  room_view_type = t.string,
  sdk_name = t.string,
  sdk_type = t.string,
  sdk_version = t.string,
  selected_device_updates = t.array(t.object("SelectedDeviceUpdate", {}, {
    device = MediaDevice,
    timestamp = t.string,
  })),
  speaker_devices_updates = device_updates,
  video_devices_updates = device_updates,
})

local PacketLoss = t.object("PacketLossSummary", {}, {
  ["5_or_greater_event_fraction"] = t.number,
  ["10_or_greater_event_fraction"] = t.number,
  ["25_or_greater_event_fraction"] = t.number,
  ["50_or_greater_event_fraction"] = t.number,
  avg = t.number,
})

-- Of delays and round trips, in milliseconds.
local Delay = t.object("RttSummary", {}, {
  ["100ms_or_greater_event_fraction"] = t.number,
  ["250ms_or_greater_event_fraction"] = t.number,
  ["500ms_or_greater_event_fraction"] = t.number,
  avg = t.number,
})

local Distribution = t.object("QualitySummary", {}, {
  avg = t.number,
  p50 = t.number,
  p75 = t.number,
  p90 = t.number,
})

local Consumer = t.object("PeerConsumer", {}, {
  bytes_received = t.integer,
  consumer_id = t.string,
  jitter = t.number,
  jitter_buffer_delay = t.number,
  jitter_buffer_emitted_count = t.integer,
  mid = t.string,
  mos_quality = t.number,
  packets_lost = t.integer,
  packets_received = t.integer,
  peer_id = t.string,
  producer_id = t.string,
  ssrc = t.integer,
  timestamp = t.string,
})

local AudioConsumer = t.extend(Consumer, "AudioConsumer", {
  concealment_events = t.integer,
})

local VideoConsumer = t.extend(Consumer, "VideoConsumer", {
  fir_count = t.integer,
  frame_height = t.integer,
  frame_width = t.integer,
  frames_decoded = t.integer,
  frames_dropped = t.integer,
  frames_per_second = t.number,
  key_frames_decoded = t.integer,
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

local VideoProducer = t.extend(AudioProducer, "VideoProducer", {
  fir_count = t.integer,
  frame_height = t.integer,
  frame_width = t.integer,
  frames_encoded = t.integer,
  frames_per_second = t.number,
  key_frames_encoded = t.integer,
  pli_count = t.integer,
  quality_limitation_durations = t.object("QualityLimitations", {}, {
    bandwidth = t.number,
    cpu = t.number,
    none = t.number,
    other = t.number,
  }),
  quality_limitation_reason = t.enum({ "bandwidth", "cpu", "none", "other" }),
  quality_limitation_resolution_changes = t.integer,
})

local AudioConsumerTotal = t.object("AudioConsumerTotal", {}, {
  jitter_buffer_delay = Delay,
  packet_loss = PacketLoss,
  quality_mos = Distribution,
})

local VideoConsumerTotal = t.extend(AudioConsumerTotal, "VideoConsumerTotal", {
  frame_per_second = Distribution,
  frame_width = Distribution,
  issues = t.object("VideoConsumerIssues", {}, {
    lag_fraction = t.number,
    no_video_fraction = t.number,
    poor_resolution_fraction = t.number,
  }),
  key_frames_decoded_fraction = t.number,
})

local AudioProducerTotal = t.object("AudioProducerTotal", {}, {
  packet_loss = PacketLoss,
  quality_mos = Distribution,
  rtt = Delay,
})

local VideoProducerTotal = t.extend(AudioProducerTotal, "VideoProducerTotal", {
  frame_per_second = Distribution,
  frame_width = Distribution,
  high_negative_feedback_fraction = t.number,
  issues = t.object("VideoProducerIssues", {}, {
    bandwidth_quality_limitation_fraction = t.number,
    cpu_quality_limitation_fraction = t.number,
    no_video_fraction = t.number,
    poor_resolution_fraction = t.number,
    quality_limitation_fraction = t.number,
  }),
  key_frames_encoded_fraction = t.number,
})

local Quality = t.object("PeerQuality", {}, {
  audio_consumer = t.array(AudioConsumer),
  audio_consumer_cumulative = AudioConsumerTotal,
  audio_producer = t.array(AudioProducer),
  audio_producer_cumulative = AudioProducerTotal,
  screenshare_audio_consumer = t.array(AudioConsumer),
  screenshare_audio_consumer_cumulative = AudioConsumerTotal,
  screenshare_audio_producer = t.array(AudioProducer),
  screenshare_audio_producer_cumulative = AudioProducerTotal,
  screenshare_video_consumer = t.array(VideoConsumer),
  screenshare_video_consumer_cumulative = VideoConsumerTotal,
  screenshare_video_producer = t.array(VideoProducer),
  screenshare_video_producer_cumulative = VideoProducerTotal,
  video_consumer = t.array(VideoConsumer),
  video_consumer_cumulative = VideoConsumerTotal,
  video_producer = t.array(VideoProducer),
  video_producer_cumulative = VideoProducerTotal,
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
    city = t.personal,
    country = t.string,
    ip = t.personal,
    loc = t.personal,
    postal = t.personal,
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
