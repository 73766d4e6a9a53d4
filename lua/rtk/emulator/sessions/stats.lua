-- SPDX-License-Identifier: MIT
-- Statistics of peers. The figures are constants, because nothing is measured; ids and times are
-- those of the peer. Misspellings are those of the API.
local clock = require("rtk.emulator.state.clock")
local json = require("rtk.emulator.util.json")

local stats = {}

local function device_info()
  return {
    browser = "Chrome",
    browser_version = "128.0.0.0",
    cpus = 8,
    engine = "Blink",
    is_mobile = false,
    memory = 8,
    os = "Linux",
    os_version = "6.1",
    sdk_name = "web-core",
    sdk_version = "1.4.0",
    user_agent = "Mozilla/5.0 (X11; Linux x86_64)",
    webgl_support = "full",
  }
end

-- From the ranges that are set aside for documentation.
local function ip_information()
  return {
    asn = { asn = "AS64496" },
    city = "Lisbon",
    country = "PT",
    ip_location = "38.72,-9.14",
    ipv4 = "192.0.2.10",
    org = "Example Network",
    portal = "1000",
    region = "Lisbon",
    timezone = "Europe/Lisbon",
  }
end

local function precall_network(throughput_name)
  return {
    backend_rtt = 24,
    effective_networktype = "4g",
    fractional_loss = 0,
    jitter = 2.5,
    reflexive_connectivity = true,
    relay_connectivity = true,
    rtt = 31,
    [throughput_name] = 4200,
    turn_connectivity = true,
  }
end

local function stop_of(peer, emulator)
  return clock.format(peer.left or emulator.clock:now())
end

local function audio_sample(at)
  return { concealment_events = 0, jitter = 2.5, packets_lost = 0, quality = 4.4, timestamp = at }
end

local function video_sample(at)
  return {
    frame_height = 480,
    frame_width = 640,
    frames_dropped = 0,
    frames_per_second = 24,
    jitter = 3.5,
    packets_lost = 0,
    quality = 4.2,
    timestamp = at,
  }
end

local function quality(peer, emulator)
  local start = clock.format(peer.joined)
  return {
    audio_bandwidth = 32,
    audio_stats = { audio_sample(start) },
    average_quality = 4.3,
    ["end"] = stop_of(peer, emulator),
    start = start,
    video_bandwidth = 640,
    video_stats = { video_sample(start) },
  }
end

local function peer_events(peer, metadata)
  local shown = json.array()
  for index, event in ipairs(peer.events) do
    shown[index] = { timestamp = event.created_at, type = event.event_name, metadata = metadata }
  end
  return shown
end

--- The statistics in the details of a session's participant.
---@param peer table
---@param emulator rtk.Emulator
---@return { peer_stats: table, quality_stats: table }
function stats.of_participant(peer, emulator)
  local measured = quality(peer, emulator)
  measured.peer_id, measured.audio_packet_loss, measured.video_packet_loss = peer.id, 0, 0
  return {
    peer_stats = {
      config = "",
      device_info = device_info(),
      events = peer_events(peer),
      ip_information = ip_information(),
      precall_network_information = precall_network("throughtput"),
      status = peer.left and "LEFT" or "JOINED",
    },
    quality_stats = { measured },
  }
end

local function connection_info()
  return {
    connection_info = {
      backend_r_t_t = 24,
      connectivity = { host = true, reflexive = true, relay = true },
      effective_network_type = "4g",
      fractional_loss = 0,
      jitter = 2.5,
      r_t_t = 31,
      throughput = 4200,
      turn_connectivity = true,
    },
  }
end

local BROWSER_METADATA = { "browser", "browser_version", "engine", "user_agent", "webgl_support" }
local HOST = { "cpus", "is_mobile", "os", "os_version" }

local function pick(from, names)
  local picked = {}
  for _, name in ipairs(names) do
    picked[name] = from[name]
  end
  return picked
end

local ADDRESS = { "asn", "city", "country", "ipv4", "region", "timezone" }

-- What the newest description adds.
local function put_newer(shown, peer)
  local at = clock.format(peer.joined)
  local function device(kind, label)
    return { device_id = (peer.id:gsub("-", "")), kind = kind, label = label }
  end
  local microphone = device("audioinput", "Headset Microphone of a Guest")
  shown.audio_devices_updates =
    { { added = { microphone }, removed = json.array(), timestamp = at } }
  shown.selected_device_updates = { { device = microphone, timestamp = at } }
  local asn = shown.ip_information.asn
  asn.domain, asn.name, asn.route, asn.type =
    "network.example", "Example Network", "192.0.2.0/24", "isp"
  shown.ip_information.org = "Example Network"
  shown.candidate_pairs = {
    producing_transport = {
      {
        local_candidate_address = "192.0.2.10",
        local_candidate_related_address = "198.51.100.7",
        remote_candidate_address = "203.0.113.5",
        nominated = true,
      },
    },
    consuming_transport = json.array(),
  }
  shown.sdk_type = "web"
end

local function metadata(peer, is_documented)
  local events, host = json.array(), device_info()
  -- Text in the reference.
  if not is_documented then host.webgl_support = true end
  for index, event in ipairs(peer.events) do
    events[index] = { name = event.event_name, timestamp = event.created_at }
  end
  local shown = {
    browser_metadata = pick(host, BROWSER_METADATA),
    device_info = pick(host, HOST),
    events = events,
    ip_information = pick(ip_information(), ADDRESS),
    room_view_type = peer.view_type,
    sdk_name = host.sdk_name,
    sdk_version = host.sdk_version,
  }
  if not is_documented then put_newer(shown, peer) end
  return shown
end

local MEDIA = { "audio", "screenshare_audio", "screenshare_video", "video" }

--- The arrays of a report, which are always empty.
local function empty_quality()
  local shown = {}
  for _, medium in ipairs(MEDIA) do
    shown[medium .. "_consumer"], shown[medium .. "_producer"] = json.array(), json.array()
  end
  return shown
end

--- The statistics in a peer report.
---@param peer table
---@param request rtk.emulator.Request
---@return { peer_report: table, peer_stats: table, quality_stats: table }
function stats.of_report(peer, request)
  local host, address = device_info(), ip_information()
  local measured = quality(peer, request.emulator)
  host.memory, address.portal = nil, nil
  measured.peer_ids = { peer.id }
  measured.first_audio_packet_received, measured.first_video_packet_received =
    measured.start, measured.start
  measured.last_audio_packet_received, measured.last_video_packet_received =
    measured["end"], measured["end"]
  measured.total_audio_packets, measured.total_audio_packets_lost = 1500, 0
  measured.total_video_packets, measured.total_video_packets_lost = 4200, 0
  return {
    peer_report = {
      metadata = metadata(peer, request.options.documented),
      quality = empty_quality(),
    },
    peer_stats = {
      device_info = host,
      events = peer_events(peer, connection_info()),
      ip_information = address,
      precall_network_information = precall_network("throughput"),
    },
    quality_stats = measured,
  }
end

return stats
