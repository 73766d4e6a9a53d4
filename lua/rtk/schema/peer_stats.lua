-- SPDX-License-Identifier: MIT
-- What was measured about one participant of a session: device, address, network
-- before the call, and quality. Field names are the API's own, misspellings included.

local t = require("rtk.schema.type")

local peer_stats = {}

local filter = t.enum({
  "device_info",
  "ip_information",
  "precall_network_information",
  "events",
  "quality_stats",
}, "PeerFilter")

peer_stats.filters = t.note(t.union({ filter, t.string }), "Several are joined by commas.")

peer_stats.PeerEvent = t.object("PeerEvent", {}, {
  id = t.string,
  created_at = t.string,
  event_name = t.enum({ "PEER_CREATED", "PEER_JOINING", "PEER_LEAVING" }),
  minutes_consumed = t.number,
  participant_id = t.nullable(t.string),
  peer_id = t.string,
  preset_view_type = t.nullable(
    t.enum({ "GROUP_CALL", "WEBINAR", "AUDIO_ROOM", "LIVESTREAM", "CHAT" })
  ),
  session_id = t.nullable(t.string),
  socket_session_id = t.nullable(t.string),
  updated_at = t.string,
})

peer_stats.Asn = t.object("PeerAsn", {}, { asn = t.string })

peer_stats.DeviceInfo = t.object("PeerDevice", {}, {
  browser = t.string,
  browser_version = t.string,
  cpus = t.integer,
  engine = t.string,
  is_mobile = t.boolean,
  memory = t.number,
  os = t.string,
  os_version = t.string,
  sdk_name = t.string,
  sdk_version = t.string,
  user_agent = t.string,
  webgl_support = t.string,
})

peer_stats.IpInformation = t.object("PeerAddress", {}, {
  asn = peer_stats.Asn,
  city = t.personal,
  country = t.string,
  ip_location = t.personal,
  ipv4 = t.personal,
  org = t.personal,
  portal = t.string,
  region = t.string,
  timezone = t.string,
})

peer_stats.PrecallNetwork = t.object("PrecallNetwork", {}, {
  backend_rtt = t.number,
  effective_networktype = t.string,
  fractional_loss = t.number,
  jitter = t.number,
  reflexive_connectivity = t.boolean,
  relay_connectivity = t.boolean,
  rtt = t.number,
  throughput = t.note(t.number, "Of a peer report."),
  throughtput = t.note(t.number, "Of a session participant."),
  turn_connectivity = t.boolean,
})

peer_stats.PeerStats = t.object("PeerStats", {}, {
  config = t.string,
  device_info = peer_stats.DeviceInfo,
  events = t.array(t.object("PeerStatsEvent", {}, { timestamp = t.string, type = t.string })),
  ip_information = peer_stats.IpInformation,
  precall_network_information = peer_stats.PrecallNetwork,
  status = t.string,
})

local AudioSample = t.object("AudioSample", {}, {
  concealment_events = t.integer,
  jitter = t.number,
  packets_lost = t.integer,
  quality = t.number,
  timestamp = t.string,
})

local VideoSample = t.object("VideoSample", {}, {
  frame_height = t.integer,
  frame_width = t.integer,
  frames_dropped = t.integer,
  frames_per_second = t.number,
  jitter = t.number,
  packets_lost = t.integer,
  quality = t.number,
  timestamp = t.string,
})

peer_stats.QualityStats = t.object("QualityStats", {}, {
  audio_bandwidth = t.number,
  audio_packet_loss = t.number,
  audio_stats = t.array(AudioSample),
  average_quality = t.number,
  ["end"] = t.string,
  peer_id = t.string,
  start = t.string,
  video_bandwidth = t.number,
  video_packet_loss = t.number,
  video_stats = t.array(VideoSample),
})

return peer_stats
