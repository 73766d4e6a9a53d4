-- SPDX-License-Identifier: MIT
-- Receives webhooks: checks each delivery, and runs the handlers of its event once.

local core = require("rtk.core")
local delivery = require("rtk.webhook.delivery")
local event = require("rtk.webhook.event")
local rejection = require("rtk.webhook.rejection")
local misuse = require("rtk.misuse")
local public_keys = require("rtk.webhook.public_keys")
local seen = require("rtk.webhook.seen")
local suggest = require("rtk.suggest")
local url = require("rtk.http.url")
local validate = require("rtk.validate")
local input_table = require("rtk.input_table")

---@class rtk.ReceiverOptions
---@field webhook_ids? string[] only deliveries of these webhooks are accepted; a good signature
---alone does not prove that an event is yours, because all customers' events have the same key
---@field seen? rtk.Seen default rtk.webhook.seen.memory()
---@field by? "uuid"|"content" what makes two deliveries the same: the header rtk-uuid (default), or
---webhook and body
---@field public_keys? string|string[] pinned keys in PEM; default: fetched from key_url
---@field key_url? string default the service's
---@field key_ttl? number seconds that fetched keys are used; default 3600
---@field key_interval? number seconds between two fetches; default 60
---@field key_timeout? number seconds for one fetch; default 2.5
---@field max_body? integer bytes; default 262144
---@field on_error? fun(err: rtk.WebhookError, event: rtk.ReceivedEvent) gets what a handler raised
---@field ca_file? string certificates for key_url
---@field proxy? string for key_url
---@field allow_insecure? boolean let key_url be http on another machine
---@field allow_blocking? boolean as in rtk.new
---@field runtime? rtk.RuntimeModule as in rtk.new

---@class rtk.Receiver
---@field package _by "uuid"|"content"
---@field package _handlers { name: string, run: fun(event: rtk.ReceivedEvent) }[]
---@field package _keys rtk.PublicKeys
---@field package _max_body integer bytes
---@field package _on_error? fun(err: rtk.WebhookError, event: rtk.ReceivedEvent)
---@field package _seen rtk.Seen
---@field package _store? rtk.Store of _seen; keeps stored work, too
---@field package _webhook_ids? table<string, true>
---@field package _looks? boolean whether this worker of nginx looks for stored work
local Receiver = {}
Receiver.__name = "rtk.webhook.receiver"

local receiver = {}

local KEY_URL = "https://api.realtime.cloudflare.com/.well-known/webhooks.json"

local defaults = {
  by = "uuid",
  key_url = KEY_URL,
  key_ttl = 3600,
  key_interval = 60,
  key_timeout = 2.5,
  max_body = 256 * 1024,
}

local EVENTS = {
  "livestreaming.statusUpdate",
  "meeting.chatSynced",
  "meeting.ended",
  "meeting.participantJoined",
  "meeting.participantLeft",
  "meeting.started",
  "meeting.summary",
  "meeting.transcript",
  "recording.statusUpdate",
}

local function check_by(name, value)
  if value ~= "uuid" and value ~= "content" then
    misuse.raise(name .. ' must be "uuid" or "content"')
  end
end

local function check_keys(name, value)
  if type(value) ~= "string" then misuse.check(name, value, "table") end
end

local function check_seen(name, value)
  misuse.check(name, value, "table")
  for _, method in ipairs({ "claim", "settle" }) do
    if type(value[method]) ~= "function" then
      misuse.raise(("%s must have a function %s; rtk.webhook.seen makes one"):format(name, method))
    end
  end
end

local option_kinds = {
  webhook_ids = "table",
  seen = check_seen,
  by = check_by,
  public_keys = check_keys,
  key_url = "string",
  key_ttl = validate.seconds,
  key_interval = validate.seconds,
  key_timeout = validate.seconds,
  max_body = validate.size,
  on_error = "function",
  ca_file = "string",
  proxy = "string",
  allow_insecure = "boolean",
  allow_blocking = "boolean",
  runtime = "table",
}

local function set_of(ids)
  if not ids then return nil end
  local set = {}
  for index, id in ipairs(ids) do
    misuse.check(("webhook_ids[%d]"):format(index), id, "string")
    set[id] = true
  end
  if next(set) == nil then
    misuse.raise("webhook_ids must name at least one webhook, or be absent")
  end
  return set
end

local function read_options(given)
  given = input_table.shallow("the options of rtk.webhook.receiver", given or {})
  validate.check("the options of rtk.webhook.receiver", given, option_kinds)
  local options = {}
  for _, source in ipairs({ defaults, given }) do
    for name, value in pairs(source) do
      options[name] = value
    end
  end
  return options
end

--- Adds a handler. Handlers of an event run in the order in which they were added; those of "*" run
--- for every event, known or not.
---@param name string the event's name, or "*"; webhook/types.lua has the fields of each
---@param handler fun(event: rtk.ReceivedEvent)
---@return rtk.Receiver self
function Receiver:on(name, handler)
  misuse.check("the name of the event", name, "string")
  misuse.check("the handler", handler, "function")
  local nearest = suggest.nearest(name, EVENTS)
  if name ~= "*" and nearest and nearest ~= name then
    misuse.raise(('there is no event %q; did you mean "%s"?'):format(name, nearest))
  end
  table.insert(self._handlers, { name = name, run = handler })
  return self
end

--- Checks a delivery: the signature, and that it is of one of the webhooks.
---@param body string the bytes as they came
---@param headers table by name, in any case
---@return rtk.ReceivedEvent? event
---@return string? message
---@return rtk.WebhookError? err
function Receiver:verify(body, headers)
  local found, message, err = delivery.read(body, headers, self._max_body)
  if not found then return nil, message, err end
  local ok
  ok, message, err = self._keys:check(found)
  if not ok then return nil, message, err end
  if self._webhook_ids and not self._webhook_ids[found.webhook_id] then
    return rejection.of("header", "the header rtk-webhook-id names none of webhook_ids", 403)
  end
  local payload = core.decode(body)
  if type(payload) ~= "table" or type(payload.event) ~= "string" then
    return rejection.of("malformed", "the body is signed, but it is no event in JSON")
  end
  found.body, found.signature = nil, nil
  return event.new(payload, found)
end

-- What makes two deliveries the same.
local function key_of(self, found)
  if self._by == "content" then
    return "content " .. core.sha256(found.webhook_id .. " " .. found.digest)
  end
  return "uuid " .. core.sha256(found.id)
end

--- Runs the handlers of an event.
---@param about rtk.ReceivedEvent
---@return rtk.WebhookError? err of the handler that raised
function Receiver:_run_handlers(about)
  for _, handler in ipairs(self._handlers) do
    if handler.name == "*" or handler.name == about.event then
      local ok, cause = pcall(handler.run, about)
      if not ok then
        local message = ("a handler of %s raised: %s"):format(about.event, misuse.text_of(cause))
        return { kind = "handler", http_status = 500, message = message, cause = cause }
      end
    end
  end
  return nil
end

--- Tells the program what a handler raised. To be called last: the program's function may raise,
--- too, and that is no reason to leave a delivery neither handled nor to come again.
---@param err rtk.WebhookError
---@param about rtk.ReceivedEvent
function Receiver:_report(err, about)
  if self._on_error then self._on_error(err, about) end
end

local NOT_SETTLED = "the handlers succeeded, but that could not be noted (%s): "
  .. "the delivery may be handled again"

--- Claims an event, so that nobody else handles it.
---@param about rtk.ReceivedEvent
---@return table? claim what _settle takes; nil when it must not be handled now
---@return integer? status to answer with then
---@return string? text
---@return rtk.WebhookError? err
function Receiver:_claim(about)
  local found = about.delivery
  local key = key_of(self, found)
  local state, message, token = self._seen:claim(key, found.digest)
  if state == "new" then return { key = key, digest = found.digest, token = token } end
  if state == "done" then return nil, 200, "this delivery was handled before" end
  local kind, status, text = "seen", 503, "this delivery is being handled"
  if state == nil then text = "nobody can tell whether this delivery was handled" end
  if state == "other" then
    kind, status, text = "replay", 409, "another body came with this rtk-uuid"
  end
  local detail = message and text .. ": " .. message or text
  return nil, status, text, { kind = kind, http_status = status, message = detail }
end

--- Notes that an event was handled, or that it may come again.
---@param claim table
---@param succeeded boolean
---@return rtk.WebhookError? err when that could not be noted
function Receiver:_settle(claim, succeeded)
  local ok, message = self._seen:settle(claim.key, claim.digest, succeeded, claim.token)
  if ok or ok == nil and message == nil or not succeeded then return nil end
  message = NOT_SETTLED:format(message or "they took longer than claim_ttl")
  return { kind = "seen", http_status = 200, message = message }
end

--- Checks a delivery and runs the handlers of its event, once for all times that it comes.
---@param body string the bytes as they came
---@param headers table by name, in any case
---@return integer status to answer with
---@return string text to answer with; it tells a stranger nothing
---@return rtk.WebhookError? err what went wrong, for the program
function Receiver:handle(body, headers)
  local about, message, err = self:verify(body, headers)
  if not about then return err.http_status, message, err end
  local claim, status, text, problem = self:_claim(about)
  if not claim then return status, text, problem end
  problem = self:_run_handlers(about)
  local note = self:_settle(claim, not problem)
  if not problem then return 200, "ok", note end
  self:_report(problem, about)
  return 500, "a handler failed", problem
end

--- Answers the current request of nginx: reads its body, checks it, runs the handlers.
---@param options? rtk.ServeOptions
---@return integer status
function Receiver:serve(options)
  if not package.loaded.ngx then
    misuse.raise("serve answers requests of nginx; elsewhere pass body and headers to handle")
  end
  return require("rtk.webhook.nginx").serve(self, options)
end

--- Has this worker of nginx do what serve { work = "after" } stored and an earlier worker left
--- behind. For init_worker_by_lua.
function Receiver:resume()
  if not package.loaded.ngx then misuse.raise("resume is for workers of nginx") end
  return require("rtk.webhook.nginx").resume(self)
end

local METHODS = { "handle", "on", "resume", "serve", "verify" }

Receiver.__index = misuse.with_colon(Receiver, METHODS, "receiver")

--- Makes a receiver.
---@param given? rtk.ReceiverOptions
---@return rtk.Receiver
function receiver.new(given)
  local options = read_options(given)
  local missing = select(2, core.sha256(""))
  if missing then misuse.raise("rtk.webhook cannot check signatures: " .. missing) end
  local memory = options.seen or seen.memory()
  local is_local
  options.key_url, is_local = url.check_base(options.key_url, options.allow_insecure, "key_url")
  local store = memory.store or seen.memory().store
  return setmetatable({
    _by = options.by,
    _handlers = {},
    _keys = public_keys.new(options, store, is_local),
    _max_body = options.max_body,
    _on_error = options.on_error,
    _seen = memory,
    _store = memory.store,
    _webhook_ids = set_of(options.webhook_ids),
  }, Receiver)
end

return receiver
