-- Everything a backend does with RealtimeKit, from an empty account to participants in a
-- meeting. Runs against the API, or against the emulator with `make demo`:
-- CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID name the account.

local rtk = require("rtk")

local client = rtk.new()

-- An app is a client of its own: app.meetings, app.presets and so on. Apps
-- cannot be deleted, so use the one that an earlier run left, if any.
local function find_app(name)
  for app in client.apps:each() do
    if app.name == name then return app end
  end
end

local app = find_app("Quick start") or assert(client.apps:create({ name = "Quick start" }))
print(("app       %s  %s"):format(app.id, app.name))

-- Presets define what participants may do. A new app has some; look one up by its name.
local function find_preset(name)
  for preset in app.presets:each({ per_page = 100 }) do
    if preset.name == name then return preset end
  end
end

local function create_preset(name)
  return app.presets:create({
    name = name,
    config = {
      view_type = "GROUP_CALL",
      max_screenshare_count = 1,
      max_video_streams = { desktop = 16, mobile = 4 },
      media = {
        screenshare = { frame_rate = 5, quality = "hd" },
        video = { frame_rate = 30, quality = "hd" },
      },
    },
    ui = {
      design_tokens = {
        border_radius = "rounded",
        border_width = "thin",
        colors = {
          background = {
            ["600"] = "#222222",
            ["700"] = "#1f1f1f",
            ["800"] = "#1b1b1b",
            ["900"] = "#181818",
            ["1000"] = "#141414",
          },
          brand = {
            ["300"] = "#497cfd",
            ["400"] = "#356eff",
            ["500"] = "#2160fd",
            ["600"] = "#0d51fd",
            ["700"] = "#1a5afb",
          },
          danger = "#ff2d2d",
          success = "#62a504",
          text = "#eeeeee",
          text_on_brand = "#eeeeee",
          video_bg = "#191919",
          warning = "#ffcd07",
        },
        logo = "https://example.com/logo.png",
        spacing_base = 4,
        theme = "dark",
      },
    },
  })
end

local preset = find_preset("group_call_host") or assert(create_preset("group_call_host"))
print(("preset    %s  %s"):format(preset.id, preset.name))

local meeting = assert(app.meetings:create({ title = "Stand-up" }))
print(("meeting   %s  %s"):format(meeting.id, meeting.title))

-- A participant's browser joins with the token.
local function show(participant)
  print(
    ("%-9s %s  token %s..."):format(participant.name, participant.id, participant.token:sub(1, 16))
  )
end

local participants = {}
for index, name in ipairs({ "Ann", "Bob" }) do
  participants[index] = assert(meeting:add_participant({
    name = name,
    preset_name = preset.name,
    custom_participant_id = "user-" .. index,
  }))
  show(participants[index])
end

assert(participants[1]:refresh_token())
print("\na new token for Ann")
show(participants[1])

-- Lists come in pages; each() fetches them as the loop needs them.
for number = 1, 5 do
  assert(app.meetings:create({ title = "Workshop " .. number }))
end
print("\nall meetings, two to a page")
for item in app.meetings:each({ per_page = 2 }) do
  print(("          %s  %s"):format(item.id, item.title))
end

assert(meeting:update({ title = "Stand-up, moved", status = "INACTIVE" }))
print(("\nupdated   %s  %s, %s"):format(meeting.id, meeting.title, meeting.status))

-- A failed call returns nil, a message, and a table with the kind of the failure.
local nobody, message, err = app.meetings:get("00000000-0000-4000-8000-000000000000")
print("\nan error  " .. tostring(nobody))
print("          " .. message)
print(("          kind %s, status %d, attempts %d"):format(err.kind, err.status, err.attempts))
