-- SPDX-License-Identifier: MIT
-- Answers deliveries in nginx. With work = "after" the answer goes first: the delivery is stored,
-- and timers run the handlers until they succeed.

local misuse = require("rtk.misuse")
local stored_work = require("rtk.webhook.stored_work")
local validate = require("rtk.validate")

local ngx = package.loaded.ngx

---@class rtk.ServeOptions
---@field work? "before"|"after" whether handlers run before the answer (default) or after it
---@field pause? number seconds after handlers that failed, with "after"; it doubles each time, to
---at most ten minutes; default 5

local nginx = {}

local MOST_HEADERS = 100
local RETRY_AFTER = 5 -- seconds, said with 503

-- How often a worker looks for work that another one left behind, and how long it waits after
-- handlers that failed for the first time.
local LOOK_INTERVAL, FIRST_PAUSE = 10, 5 -- seconds

local function read_file(path)
  if not io then return nil, "reading the body's file needs the io library" end
  local file, message = io.open(path, "rb")
  if not file then return nil, message end
  local text = file:read("*a")
  file:close()
  return text
end

-- The bytes of the body, from memory or from the file where nginx put them; nil and a status.
local function read_body(max_body)
  local length = tonumber(ngx.var.http_content_length)
  if length and length > max_body then return nil, 413, "the body is too long" end
  ngx.req.read_body()
  local body = ngx.req.get_body_data()
  if body then return body end
  local path = ngx.req.get_body_file()
  if not path then return "" end
  local text, message = read_file(path)
  if text then return text end
  return nil, 503, "the body cannot be read", message
end

local function answer(status, text)
  ngx.status = status
  ngx.header["Content-Type"] = "text/plain"
  if status == 503 then ngx.header["Retry-After"] = RETRY_AFTER end
  if status == 405 then ngx.header["Allow"] = "POST" end
  ngx.print(text, "\n")
  return status
end

-- Failures that no code of the program sees otherwise.
local function log(err)
  if err then ngx.log(ngx.ERR, "rtk.webhook: ", err.message) end
end

local work_off

-- Runs a piece of work, or all that is due, after some time.
local function look_after(seconds, receiver, key)
  local ok, message = ngx.timer.at(seconds, work_off, receiver, key)
  if not ok then log({ message = "no timer: " .. tostring(message) }) end
end

function work_off(premature, receiver, key)
  if premature then return end
  if key then
    stored_work.run(receiver, key, look_after, log)
  else
    stored_work.run_all(receiver, look_after, log)
  end
end

-- Runs a piece of work now, or all that is due; and from now on regularly what is due.
local function start(receiver, key)
  look_after(0, receiver, key)
  if receiver._looks then return end
  local ok, message = ngx.timer.every(LOOK_INTERVAL, work_off, receiver)
  receiver._looks = ok
  if not ok then log({ message = "no timer: " .. tostring(message) }) end
end

local function accept(receiver, about, pause)
  local claim, status, text, err = receiver:_claim(about)
  if not claim then return status, text, err end
  local ok, message = stored_work.add(receiver._store, claim.key, about, pause)
  local note = receiver:_settle(claim, ok == true)
  if not ok then
    return 503, "the delivery cannot be stored", { kind = "seen", message = message }
  end
  start(receiver, claim.key)
  return 200, "ok", note
end

local function respond(receiver, body, options)
  local headers = ngx.req.get_headers(MOST_HEADERS)
  if options.work ~= "after" then return receiver:handle(body, headers) end
  local about, message, err = receiver:verify(body, headers)
  if not about then return err.http_status, message, err end
  return accept(receiver, about, options.pause or FIRST_PAUSE)
end

local function check_work(name, value)
  if value ~= "before" and value ~= "after" then
    misuse.raise(name .. ' must be "before" or "after"')
  end
end

-- The phases in which a body can be read and an answer be given.
local is_answering = { access = true, content = true, rewrite = true, server_rewrite = true }

local function check_request()
  local phase = ngx.get_phase()
  if not is_answering[phase] then
    misuse.raise(
      "serve reads and answers a request: call it in content_by_lua, not in the phase " .. phase
    )
  end
  if ngx.headers_sent then misuse.raise("serve gives the answer itself: say nothing before it") end
end

local serve_kinds = { work = check_work, pause = validate.seconds }

--- Answers the current request.
---@param receiver rtk.Receiver
---@param options? rtk.ServeOptions
---@return integer status
function nginx.serve(receiver, options)
  options = options or {}
  validate.check("the options of serve", options, serve_kinds)
  if options.work == "after" and not receiver._store then
    misuse.raise('work = "after" needs a seen that rtk.webhook.seen makes')
  end
  check_request()
  if ngx.req.get_method() ~= "POST" then return answer(405, "only POST") end
  local body, status, text, detail = read_body(receiver._max_body)
  if not body then
    log(detail and { message = detail })
    return answer(status, text)
  end
  local err
  status, text, err = respond(receiver, body, options)
  -- What strangers send is not worth a line in the log.
  if err and (err.kind == "handler" or err.kind == "seen" or status == 503) then log(err) end
  return answer(status, text)
end

--- Has this worker do stored work that an earlier worker left behind.
---@param receiver rtk.Receiver
function nginx.resume(receiver)
  if not receiver._store then misuse.raise("resume needs a seen that rtk.webhook.seen makes") end
  if ngx.get_phase() == "init" then
    misuse.raise("resume starts timers of a worker: call it in init_worker_by_lua")
  end
  start(receiver)
end

return nginx
