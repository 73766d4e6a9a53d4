-- SPDX-License-Identifier: MIT
-- The handlers of the join page.
--
--   GET  /          the form, and which sessions are live
--   POST /join      signs in and shows the token
--   GET  /sessions  which sessions are live, as JSON
--
-- A real site knows its visitors: replace visitor.lua with its sign-in.

local core = require("rtk.core")
local error_page = require("error_page")
local page = require("page")
local rooms = require("rooms")
local sign_in_limit = require("sign_in_limit")
local visitor = require("visitor")

local app = {}

-- One to sixty characters of valid UTF-8, none of them a control character.
local NAME = [[^[^\p{Cc}]{1,60}$]]

local function trimmed(text)
  return type(text) == "string" and text:match("^%s*(.-)%s*$") or ""
end

local function is_good_name(name)
  return ngx.re.find(name, NAME, "u") ~= nil
end

-- A page works without the list.
local function live()
  local sessions, message = rooms.live()
  if not sessions then ngx.log(ngx.WARN, message) end
  return page.live(sessions)
end

local function show_form(status, fields)
  page.show(status, "Join a room", "home", {
    name = fields.name or "",
    complaint = fields.complaint or "",
    invalid = fields.complaint and "true" or "false",
    rooms = page.choices(rooms.names, fields.room),
    live = live(),
  })
end

local function show_failure(message, err)
  local status, text = error_page.of(err)
  -- The message names the call and the problem, and holds no secrets.
  ngx.log(ngx.ERR, message)
  if status == 503 then ngx.header["Retry-After"] = math.ceil(err.retry_after or 10) end
  page.show(status, "Sorry", "sorry", { words = text })
end

--- GET /
function app.home()
  show_form(200, {})
end

-- Whether another site made the visitor's browser send this. Browsers say so in a header; other
-- clients have no visitor's cookie to misuse.
local function is_from_elsewhere()
  local origin = ngx.var.http_sec_fetch_site
  return origin ~= nil and origin ~= "same-origin" and origin ~= "none"
end

local function turn_away(seconds)
  local status, text = error_page.too_often()
  ngx.header["Retry-After"] = seconds
  page.show(status, "Sorry", "sorry", { words = text })
end

local function sign_in(name, room)
  local guest = visitor.current()
  local may_sign_in, seconds = sign_in_limit.count(guest.id)
  if not may_sign_in then return turn_away(seconds) end
  local seat, message, err = rooms.seat(room, guest, name)
  if not seat then return show_failure(message, err) end
  -- The token is in the body of this response only. After a reload the browser asks whether to send
  -- the form again; that gives the same participant a new token.
  page.show(200, seat.title, "joined", {
    name = name,
    initial = page.initial(name),
    title = seat.title,
    meeting_id = seat.meeting_id,
    preset = seat.preset,
    token = seat.token,
    live = live(),
  })
end

--- POST /join
function app.join()
  local method = ngx.req.get_method()
  if method == "GET" or method == "HEAD" then return ngx.redirect("/", 303) end
  if method ~= "POST" then return ngx.exit(405) end
  if is_from_elsewhere() then return ngx.exit(403) end
  ngx.req.read_body()
  local form = ngx.req.get_post_args(10) or {}
  local name, room = trimmed(form.name), trimmed(form.room)
  if not rooms.has(room) then
    return show_form(422, { name = name, complaint = "Please choose one of the rooms." })
  end
  if not is_good_name(name) then
    local complaint = "Please tell us your name, in at most 60 characters."
    return show_form(422, { room = room, complaint = complaint })
  end
  sign_in(name, room)
end

--- GET /sessions
function app.sessions()
  local sessions, message, err = rooms.live()
  ngx.header["Content-Type"] = "application/json"
  ngx.header["Cache-Control"] = "no-store"
  if sessions then return ngx.say(core.encode({ sessions = sessions })) end
  local status, text = error_page.of(err)
  ngx.log(ngx.ERR, message)
  ngx.status = status
  ngx.say(core.encode({ error = text }))
end

return app
