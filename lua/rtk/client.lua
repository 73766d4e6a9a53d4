-- SPDX-License-Identifier: MIT
-- The client: calls operations of one app of one account.
--
-- A call goes one way: a resource method names an operation, rtk.request builds the
-- request, rtk.attempts.sender sends it, the runtime waits for the transport. Clients for other
-- apps and accounts share the channel and differ in the ids.

local calls = require("rtk.client.call")
local channel = require("rtk.client.channel")
local misuse = require("rtk.misuse")
local open_calls = require("rtk.client.open_calls")
local option = require("rtk.config.options")
local request = require("rtk.request")
local resource = require("rtk.resources.base")
local response = require("rtk.values.response")
local runtime = require("rtk.runtime")
local schema = require("rtk.schema")
local settings = require("rtk.config.settings")
local stepping = require("rtk.client.stepping")
local suggest = require("rtk.suggest")
local url = require("rtk.http.url")
local validate = require("rtk.validate")

---@class rtk.Client
---@field active_session rtk.ActiveSession
---@field analytics rtk.Analytics
---@field apps rtk.Apps
---@field livestreams rtk.Livestreams
---@field meetings rtk.Meetings
---@field presets rtk.Presets
---@field recordings rtk.Recordings
---@field sessions rtk.Sessions
---@field webhooks rtk.Webhooks
---@field package _channel rtk.Channel
---@field package _scope rtk.Scope
---@field package _indexes table<table, table> by class of objects, see rtk.values.object
local Client = {}

local client = {}

local is_resource = {}
for _, name in ipairs(schema.resources) do
  is_resource[name] = true
end

-- What looks like a resource and is a part of others, with the methods to call.
local parts = {
  chat = "client.sessions:get_chat(session_id)",
  participants = "client.meetings:list_participants(meeting_id), client.meetings:add_participant"
    .. "(meeting_id, body); of a session, client.sessions:list_participants(session_id)",
  peers = "client.sessions:get_peer_report(peer_id)",
  polls = "client.active_session:create_poll(meeting_id, body)",
  summary = "client.sessions:get_summary(session_id)",
  tokens = "client.meetings:refresh_participant_token(meeting_id, participant_id)",
  transcript = "client.sessions:get_transcript(session_id)",
}
parts.chats, parts.participant, parts.poll = parts.chat, parts.participants, parts.polls
parts.summaries, parts.token, parts.transcripts = parts.summary, parts.tokens, parts.transcript

local function member_names()
  local all = {}
  for name in pairs(Client) do
    if name:sub(1, 1) ~= "_" then all[#all + 1] = name end
  end
  for name in pairs(is_resource) do
    all[#all + 1] = name
  end
  return all
end

local metatable = {
  __name = "rtk.Client",
  __newindex = option.refuse_assignment,
  __methods = Client,
  __members = schema.resources,
  __prefix = "client",
}

-- Makes a resource, and loads its module, when it is asked for.
function metatable.__index(self, key)
  if not is_resource[key] then return Client[key] end
  local made = resource.new(require("rtk.resources." .. key), self)
  rawset(self, key, made)
  return made
end

local function check_self(self, name)
  if getmetatable(self) ~= metatable then
    misuse.raise(("call client:%s with a colon, not with a dot"):format(name))
  end
end

setmetatable(Client, {
  __index = function(_, key)
    local clause = parts[key] and ": call " .. parts[key] or suggest.clause(key, member_names())
    misuse.raise("the client has no " .. tostring(key) .. clause)
  end,
})

function metatable.__tostring(self)
  return "rtk.Client (" .. self._channel.settings.base_url .. ")"
end

local function new_client(shared, account_id, app_id, origins)
  return setmetatable({
    _channel = shared,
    _scope = {
      channel = shared,
      account_id = account_id or false,
      app_id = app_id or false,
      origins = origins,
      account_prefix = false,
      app_prefix = false,
    },
    _indexes = {},
    -- What resources and paginators send their requests with.
    _run = calls.run,
  }, metatable)
end

--- Makes a client.
---@param options? rtk.ClientOptions
---@return rtk.Client client nil, with the message, only if the transport cannot be created
---@return string? message
function client.new(options)
  local resolved = settings.resolve(options)
  local shared, message = channel.new(resolved)
  ---@diagnostic disable-next-line: return-type-mismatch
  if not shared then return nil, message end
  return new_client(shared, resolved.account_id, resolved.app_id)
end

--- Whether client[name] is a resource.
---@param name any
---@return boolean
function Client:_has_resource(name)
  return is_resource[name] == true
end

--- The same client for another app or account.
---@param account_id? string|false default: that of this client
---@param app_id? string|false default: that of this client
---@param from string where the ids come from, for messages
---@return rtk.Client
function Client:_scoped(account_id, app_id, from)
  local scope, before = self._scope, self._scope.origins or {}
  return new_client(self._channel, account_id or scope.account_id, app_id or scope.app_id, {
    account_id = account_id and from or before.account_id,
    app_id = app_id and from or before.app_id,
  })
end

--- Runs a function concurrently with the caller.
---@param f function
---@return table task
function Client:_spawn(f)
  return runtime.spawn(f, self._channel.settings.runtime)
end

--- A client for another app of the account; it shares everything but the id with this one.
---@param app_id string
---@return rtk.Client
function Client:app(app_id)
  check_self(self, "app")
  url.segment("app_id", app_id)
  return self:_scoped(nil, app_id, "client:app")
end

--- Changes the token of this client and of everything made from it: other apps' clients, objects,
--- pages, iterators. Attempts from now on use it.
---@param token string|fun(): string?, string? as the option api_token
function Client:set_token(token)
  check_self(self, "set_token")
  self._channel.set_token(token)
end

--- Downloads what a link leads to, into a file, or to a function that gets it in chunks.
--- It sends no credentials; takes only https and public addresses, unless allow_private is set;
--- goes on where a lost connection ended, if the content is still the same.
---@param link string such as a webhook brings
---@param target string|file*|fun(chunk: string): any a path, an open file, or a function; one that
---returns false stops the download
---@param options? rtk.DownloadOptions
---@return rtk.DownloadResult? result
---@return string? message
---@return rtk.Error? err err.kind is "file" when the target cannot be written. err.reason:
---"disk_full", "write", "locked"; "private_address", "insecure", "redirects"; "expired", "changed",
---"stalled"
function Client:download(link, target, options)
  check_self(self, "download")
  misuse.check("the link to download", link, "string")
  local resolved = require("rtk.download.options").resolve("the options of download", options)
  return require("rtk.download").run(self._channel, { url = link }, target, resolved)
end

--- Whether the token, the account and the app are right, in at most three requests.
---@param options? rtk.CallOptions without account_id and app_id
---@return true? ok
---@return string? message
---@return rtk.Error? err err.reason is "token", "account", "app", or "unknown" when the API did not
---say
function Client:check(options)
  check_self(self, "check")
  return require("rtk.client.check").run(self, options)
end

--- How many calls of this client and of those that share its connections have not ended.
---@return integer count
function Client:in_flight()
  check_self(self, "in_flight")
  return open_calls.count(self._channel)
end

--- The descriptor that is readable when client:step has something to do, for the loop of a program
--- that drives calls itself. It belongs to the client, which closes it; after a fork, ask again.
---@return integer? descriptor nil when the transport has none, or the client was closed
---@return string? message
function Client:fd()
  check_self(self, "fd")
  return stepping.fd(self._channel)
end

--- How long to wait for client:fd at most, before client:step is due: a task may pause between
--- attempts, or sleep.
---@return number? seconds 0 when it is due now; nil when only the descriptor tells
function Client:timeout()
  check_self(self, "timeout")
  return stepping.timeout(self._channel)
end

--- Drives the calls that tasks of rtk.spawn make, without waiting: takes one result, if there is
--- one, and runs the tasks that can go on until they wait again. It raises nothing that they raise.
---@return integer count how many calls have not ended, as client:in_flight counts them
function Client:step()
  check_self(self, "step")
  return stepping.step(self._channel)
end

local close_options = { drain = validate.wait }

--- Closes the connections, after it has waited for the calls in flight if `drain` says so. New
--- calls raise; those that are still in flight then end with kind "cancelled".
---@param options? { drain?: number } seconds to wait at most; default 0
---@return integer count the calls that were cancelled
function Client:close(options)
  check_self(self, "close")
  options = options or {}
  validate.check("the options of close", options, close_options)
  return channel.close(self._channel, options.drain or 0)
end

--- Sends any request below the base URL, with the credentials; retries, errors and decoding
--- are those of other calls.
---@param options rtk.RequestOptions
---@return table? reply the whole decoded body; {} when there is none
---@return string? message
---@return rtk.Error? err
function Client:request(options)
  check_self(self, "request")
  options = option.check_request(options)
  local target = self
  if options.account_id or options.app_id then
    target = self:_scoped(options.account_id, options.app_id, "the options of the call")
  end
  local call = request.custom(target._scope, options)
  local reply, message, err = target:_run(call, {}, options.body, options)
  if not reply then return nil, message, err end
  return reply.found or response.attach(reply.value, reply)
end

local send = Client.request

Client.request = function(self, options, surplus)
  if surplus ~= nil then
    misuse.raise("client:request takes one table, in which options stand beside path")
  end
  return send(self, options)
end

return client
