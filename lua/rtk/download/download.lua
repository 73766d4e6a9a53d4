-- SPDX-License-Identifier: MIT
-- One download: attempts until the target has the whole content.
--
-- An attempt asks for what the target does not have, follows redirects, looks at the headers before
-- a byte is taken, and lets the content flow. When it fails, the next one goes on where it ended,
-- unless the server has another content by then.

local content = require("rtk.download.content")
local errors = require("rtk.errors")
local events = require("rtk.http.events")
local download_error = require("rtk.download.download_error")
local link = require("rtk.download.link")
local misuse = require("rtk.misuse")
local open_calls = require("rtk.client.open_calls")
local option = require("rtk.download.options")
local resume = require("rtk.download.resume")
local progress = require("rtk.download.progress")
local retry = require("rtk.download.retry")
local request = require("rtk.download.request")

---@class rtk.DownloadSource where the content is
---@field url? string a link that may be good
---@field renew? fun(): string?, string?, rtk.Error? asks for a fresh one
---@field refuses_pages? boolean whether it cannot be a page of HTML
---@field size? integer bytes that it has at least, if that is known; renew may find out

---@class rtk.Download
---@field channel rtk.Channel
---@field options table
---@field target rtk.FileTarget|rtk.FunctionTarget `position` is how many bytes it has, `content`
---of what
---@field call table what errors and events need of a call
---@field reach? string where it may connect to
---@field content? rtk.DownloadContent of the newest response
---@field start? integer where in the content the transfer began
---@field resumed_from integer
---@field refuses_pages? boolean
---@field package _url? string the link
---@field package _renew? fun(): string?, string?, rtk.Error?
---@field package _renewed_at? integer the target's position when the link was made anew
---@field package _deadline? number
---@field package _failures integer in a row
---@field package _last_failure? rtk.Error
---@field package _last_position integer
---@field package _progress table
local Download = {}
Download.__index = Download

local download = {}

local MAX_REDIRECTS = 3

local NO_SUCH_RANGE = 416

local REDIRECTS = { [301] = true, [302] = true, [303] = true, [307] = true, [308] = true }

--- Makes one.
---@param channel rtk.Channel
---@param source rtk.DownloadSource
---@param target rtk.FileTarget|rtk.FunctionTarget
---@param resolved table the options
---@return rtk.Download
function download.new(channel, source, target, resolved)
  local self = setmetatable({
    channel = channel,
    target = target,
    options = resolved,
    resumed_from = target.position,
    refuses_pages = source.refuses_pages,
    call = download.call(source.url),
    _progress = progress.new(resolved.on_progress),
    _source = source,
    _url = source.url,
    _renew = resolved.renew or source.renew,
    _failures = 0,
    _last_position = target.position,
    _deadline = resolved.timeout and channel.runtime:now() + resolved.timeout,
  }, Download)
  self.reach, self._allows_http = option.reach(channel.settings, resolved)
  self.call.open = {}
  channel.open[self.call.open] = "attempts"
  events.start(channel, self.call)
  return self
end

--- What errors and events need of a call.
---@param url? string
---@return table call
function download.call(url)
  local origin = link.origin(url)
  local operation = { name = "GET download" }
  return { method = "GET", operation = operation, url = origin, path = origin, attempt = 0 }
end

--- Raises when the client makes no new calls.
---@param channel rtk.Channel
function download.check_open(channel)
  open_calls.refuse_new(channel)
  if channel.is_closed then misuse.raise("the client is closed: make another with rtk.new") end
end

--- Takes the result of a transfer that ended while nobody waited for it.
---@param result rtk.Result
function Download:receive(result)
  self._late = result
end

-- Sends one request. Returns its result, the URL of it, or nil and the failure.
function Download:_get(url)
  local sent, problem, reason = link.check(url, self._allows_http)
  if not sent then return nil, nil, download_error.of("invalid", self.call, problem, reason) end
  self.call.url, self.call.path = link.origin(sent), link.origin(sent)
  local timeout = retry.time_left(self)
  if not timeout then return nil, nil, retry.out_of_time(self) end
  local result = request.begin(self, sent, timeout)
  -- A refusal may be too long to be read.
  local is_refusal = result.kind == "too_large" and (result.status or 0) >= 300
  if result.kind and not is_refusal then
    return nil, nil, download_error.of_transport(result, self.call)
  end
  return result, sent
end

-- Sends requests until one is not redirected. Returns its result, or nil and the failure.
function Download:_follow()
  local url = self._url
  for _ = 0, MAX_REDIRECTS do
    local result, sent, err = self:_get(url)
    if not result then return nil, err end
    local location = REDIRECTS[result.status] and content.location(result)
    if not location then return result end
    url = link.resolve(sent, location)
  end
  local message = ("the link leads on more than %d times"):format(MAX_REDIRECTS)
  return nil, download_error.of("protocol", self.call, message, "redirects")
end

-- Makes the link anew, or takes the one there is. The failure if there is none.
function Download:_find_link()
  if self._url then return nil end
  local url, message, err = self._renew()
  self._url = url or nil
  if url then return nil end
  if not errors.is(err) then
    err = download_error.of("not_found", self.call, message or "there is no link to it")
  end
  -- Calls of the API have had their own attempts.
  err.is_passing = false
  return err
end

-- Begins a transfer. Returns whether there is one, false when the download is done; or nil and the
-- failure.
function Download:_open()
  local err = self:_find_link() or resume.prepare(self)
  if err then return nil, err end
  self.call.attempt = self.call.attempt + 1
  events.emit(self.channel, "request", self.call)
  local result
  result, err = self:_follow()
  if not result then return nil, err end
  local is_held = result.held == true
  if is_held then
    err = resume.accept(self, result)
  else
    err = resume.conclude(self, result) or self:_missing_reply(result)
  end
  if not err then
    self._transfer = is_held and result.id or nil
    return is_held
  end
  request.drop(self, is_held and result.id)
  return nil, err
end

-- What of a chunk the target does not have yet, when the content came from its start again.
function Download:_new_part(text, seen)
  local count = seen - self.target.position
  if not text or text == "" or count <= 0 then return nil end
  return #text > count and text:sub(-count) or text
end

-- The failure of a reply that ended too early.
function Download:_cut(seen, total)
  local message = ("the connection ended after %.0f of %.0f bytes"):format(seen, total)
  return download_error.of("connection", self.call, message, nil, true)
end

-- The failure when all has come that was announced, but less than there is known to be.
function Download:_missing_part(seen)
  local size, found = self._source.size, self.content
  if not size or seen >= size or found.encoding then return nil end
  -- So the length was wrong, and must not speak against the rest of the same content, now or later.
  -- A note of it that cannot be written makes a later download start over.
  found.total = nil
  self.target:begin(found)
  return self:_cut(seen, size)
end

-- The failure of a reply without content, likewise. A server that was asked for the rest and says
-- that there is none knows better than the size that the API gave.
function Download:_missing_reply(result)
  return result.status ~= NO_SUCH_RANGE and self:_missing_part(self.target.position) or nil
end

-- The failure of a transfer that is over, if it is one.
function Download:_failure_of(result, seen)
  local total = self.content.total
  -- What happens to the connection after the last byte does not matter.
  if seen == total then return self:_missing_part(seen) end
  if result.kind then return download_error.of_transport(result, self.call) end
  if total then return self:_cut(seen, total) end
  return self:_missing_part(seen)
end

-- Lets the transfer flow until there is something to tell. Returns the chunk that came, or true.
function Download:_flow()
  local target, options = self.target, self.options
  local fields = target:flow(options.on_progress and progress.INTERVAL)
  if options.max_bytes then fields.limit = math.max(0, options.max_bytes - self.start) end
  local result = self._late or request.continue(self, self._transfer, fields)
  local seen = self.start + (result.received or 0)
  local text = self:_new_part(result.text, seen)
  target.position = math.max(target.position, seen)
  self._progress:report(target.position, self.content.total)
  if not result.held then
    self._transfer, self._late = nil, nil
    self._pending = self:_failure_of(result, seen)
    self._is_over = not self._pending
  end
  return text or true
end

--- Goes one step.
---@return string|true|false|nil piece a chunk, or true; false at the end; nil on failure
---@return rtk.Error? err
function Download:step()
  while true do
    if self._is_over then return false end
    local err, has_more = self._pending, true
    self._pending = nil
    if not err and not self._transfer then
      has_more, err = self:_open()
    end
    if err then
      err = retry.recover(self, err)
      if err then return nil, err end
    elseif not has_more then
      return false
    else
      local piece = self:_flow()
      -- What came before a failure belongs to the target.
      if piece ~= true or not self._pending then return piece end
    end
  end
end

-- The value of the download.
function Download:_value()
  local target, found = self.target, self.content
  return {
    path = target.path,
    bytes = target.position,
    content_type = found.type,
    content_encoding = found.encoding,
    etag = found.etag,
    resumed_from = self.resumed_from,
    seconds = self._progress:seconds(),
  }
end

--- Ends it when the target has all.
---@return rtk.DownloadResult? value
---@return rtk.Error? err
function Download:finish()
  local ok, message, reason = self.target:finish()
  if not ok then return nil, self:fail(download_error.of("file", self.call, message, reason)) end
  self._is_closed = true
  self.channel.open[self.call.open] = nil
  events.finish(self.channel, self.call, { status = 200 })
  self._progress:report(self.target.position, self.target.position, true)
  return self:_value()
end

--- Ends it for a failure.
---@param err rtk.Error
---@return rtk.Error err the same
function Download:fail(err)
  self:close()
  err.is_passing = nil
  events.finish(self.channel, self.call, nil, err)
  return err
end

--- Ends it without a word. A step in another task may begin a transfer after that; closing it again
--- ends this one, too.
function Download:close()
  request.drop(self, self._transfer)
  self._transfer = nil
  if self._is_closed then return end
  self._is_closed = true
  self.target:abandon()
  self.channel.open[self.call.open] = nil
end

return download
