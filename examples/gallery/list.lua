-- SPDX-License-Identifier: MIT
-- The examples that `make example` runs: each with what it is for, the scene that the emulator is
-- in, and commands for a shell. $LUA is the Lua that runs them, $DIRECTORY an empty folder,
-- $MEETING the id of the scene's meeting, $LOOK how the dashboard looks: again and again on a
-- terminal. A service is a folder with an nginx.conf, which serves at $PORT while the commands run,
-- or until Ctrl-C where there are none.
--
-- With `is_now` the emulator's clock is that of the machine. Pictures are of `drawn` in place of
-- the commands, or of what the program that `draws` prints.

local function program(arguments)
  return "$LUA examples/" .. arguments
end

-- Asks the join service for a token.
local function join(query, ...)
  local words = { "curl -s -X POST -w '\\n' " .. "http://127.0.0.1:$PORT/join?room=" .. query }
  for index, header in ipairs({ ... }) do
    words[index + 1] = ("-H 'X-User-%s'"):format(header)
  end
  return table.concat(words, " ")
end

return {
  {
    name = "quickstart",
    what = "an app, a preset, a meeting, participants with tokens, lists, an error",
    scene = "empty",
    commands = { program("quickstart.lua") },
  },
  {
    name = "schedule",
    what = "classes from a timetable, each once, however often it runs",
    scene = "empty",
    commands = { program("schedule.lua examples/timetable.lua") },
  },
  {
    name = "dashboard",
    what = "the sessions in progress, drawn in place; Ctrl-C ends it",
    scene = "live",
    is_now = true,
    commands = { program("dashboard/dashboard.lua $LOOK") },
    drawn = { program("dashboard/dashboard.lua --once") },
  },
  {
    name = "report",
    what = "what was used in a month, as a page with charts",
    scene = "month",
    commands = {
      program("report/report.lua 2027-01 > $DIRECTORY/report.html"),
      "echo file://$PWD/$DIRECTORY/report.html",
    },
    draws = "examples/report/report.lua 2027-01 --svg",
  },
  {
    name = "export",
    what = "a day's chats, transcripts, summaries and recordings, as files",
    scene = "lessons",
    commands = { program("export.lua $DIRECTORY 2027-01-01") },
  },
  {
    name = "pipeline",
    what = "each recording, downloaded and given to a command, once",
    scene = "lessons",
    commands = { program("pipeline.lua $DIRECTORY 'gzip -k'"), "ls $DIRECTORY" },
  },
  {
    name = "moderate",
    what = "who is in a call, from outside; mute, remove, close",
    scene = "live",
    commands = {
      program("moderate.lua present $MEETING"),
      program("moderate.lua close $MEETING"),
    },
  },
  {
    name = "end_of_day",
    what = "the sessions that were forgotten: listed, then ended",
    scene = "live",
    commands = { program("end_of_day.lua 12"), program("end_of_day.lua 12 --end") },
  },
  {
    name = "join",
    what = "a join service in nginx, and three that ask it for a token",
    scene = "empty",
    service = "join",
    needs_server = true,
    port = 8082,
    commands = {
      join("algebra", "Id: s1", "Name: Ann", "Role: student") .. " | cut -c 1-80",
      join("algebra", "Id: s2"),
      join("chess"),
    },
  },
  {
    name = "webhooks",
    what = "a receiver of webhooks in nginx, and a recording of which it hears",
    scene = "empty",
    service = "webhooks",
    needs_server = true,
    port = 8081,
    commands = {
      program("gallery/record.lua http://127.0.0.1:$PORT"),
      "curl -s http://127.0.0.1:$PORT/recordings",
    },
  },
  {
    name = "openresty",
    what = "a site with a join page in nginx, served until Ctrl-C",
    scene = "live",
    is_now = true,
    service = "openresty",
    port = 8080,
    has_screenshot = true,
    drawn = {
      "chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=820,560"
        .. " --force-device-scale-factor=0.8"
        .. " --screenshot=examples/pictures/openresty.png http://127.0.0.1:$PORT/ 2>/dev/null",
    },
  },
  {
    name = "embed",
    what = "C programs with rtk in them, one with a loop of its own",
    scene = "empty",
    needs_server = true,
    commands = {
      "make -s host",
      "build/lua5.4/host examples/embed/invite.lua",
      "build/lua5.4/embed/loop examples/embed/lessons.lua",
    },
    drawn = {
      "make -s host",
      "build/lua5.4/host examples/embed/invite.lua",
    },
  },
}
