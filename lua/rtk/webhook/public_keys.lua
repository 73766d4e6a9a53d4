-- SPDX-License-Identifier: MIT
-- The public keys that deliveries are signed with: pinned ones, or those that the service shows.
--
-- The service's keys are fetched and kept in a store, which processes may share. A key may be
-- replaced at any time. So a signature that does not verify leads to another fetch, unless the last
-- one was a short time ago, and only a delivery that is older than the last fetch is certainly
-- forged. About others nothing is certain, and the service must send them again. Nor is it for a
-- short time after new keys were seen: a delivery may have been on its way when its key, which was
-- perhaps never seen here, was replaced.

local core = require("rtk.core")
local rejection = require("rtk.webhook.rejection")
local misuse = require("rtk.misuse")
local redact = require("rtk.http.redact")
local runtime = require("rtk.runtime")

---@class rtk.PublicKeys
local PublicKeys = {}
PublicKeys.__index = PublicKeys

local public_keys = {}

local MOST_BYTES = 65536 -- of the answer
local MOST_KEYS = 16

local RETRY_INTERVAL = 5 -- seconds after a fetch that failed, when there are no keys
local FOR_A_LONG_TIME = 30 * 86400 -- seconds that keys are kept which cannot be fetched anew
local POLL_INTERVAL = 0.05 -- seconds between two looks at another one's fetch

-- Names in the store, each with the URL's digest: the keys, a mark while they need not be fetched
-- anew, one while they must not be, one while somebody fetches them, one for a time after they
-- changed.
local KEYS, FRESH, ASKED, FETCHING, CHANGED = "keys ", "fresh ", "asked ", "fetching ", "changed "

-- The keys in PEM, parsed; nil and a message when one of them is no good.
local function parse(pems, parsed)
  local keys = {}
  for index, pem in ipairs(pems) do
    local key, message = parsed[pem], nil
    if not key then
      key, message = core.public_key(pem)
    end
    if not key then return nil, message end
    parsed[pem], keys[index] = key, key
  end
  return keys
end

local function add_pem(pems, value)
  if type(value) == "string" and #pems < MOST_KEYS then pems[#pems + 1] = value end
end

-- The keys in an answer.
local function pems_in(value)
  local data = type(value) == "table" and value.data or value
  if type(data) ~= "table" then return {} end
  local pems = {}
  add_pem(pems, data.publicKey)
  for _, item in ipairs(type(data.publicKeys) == "table" and data.publicKeys or {}) do
    if item ~= data.publicKey then add_pem(pems, item) end
  end
  return pems
end

local function request_for(self)
  return {
    method = "GET",
    url = self._url,
    headers = { "Accept: application/json", "User-Agent: rtk-lua/" .. core._VERSION },
    timeout = self._timeout,
    connect_timeout = self._timeout,
    max_response_bytes = MOST_BYTES,
  }
end

-- Fetches the published keys: as text, or nil and a message.
local function fetch(self)
  local result = self._runtime:send(request_for(self))
  if result.kind then return nil, redact.line(result.message or result.kind) end
  if result.status ~= 200 then return nil, ("HTTP %d"):format(result.status) end
  local pems = pems_in(result.value)
  if #pems == 0 then return nil, "there is no publicKey in the answer" end
  local keys, message = parse(pems, {})
  if not keys then return nil, message end
  return core.encode(pems)
end

local function record(self, text, message)
  local store = self._store
  local old = store:get(KEYS) or self._text
  if text then
    if old and old ~= text then store:set(CHANGED, "1", self._interval) end
    store:set(KEYS, text, FOR_A_LONG_TIME)
    store:set(FRESH, "1", self._ttl)
  elseif not old then
    store:set(ASKED, "1", math.min(self._interval, RETRY_INTERVAL))
  end
  store:swap(FETCHING, "1", nil)
  self._problem = message
end

-- Fetches unless that was done a short time ago. Returns true when it was done now.
local function refresh(self)
  if not self._store:add(ASKED, "1", self._interval) then return false end
  self._store:set(FETCHING, "1", self._timeout * 2)
  local ok, text, message = pcall(fetch, self)
  record(self, ok and text or nil, ok and message or "the fetch was interrupted")
  if not ok then error(text, 0) end
  return text ~= nil
end

-- Waits for the end of a fetch that somebody else does.
local function wait_for_fetch(self)
  local deadline = core.now() + self._timeout
  while self._store:get(FETCHING) and core.now() < deadline do
    if runtime.sleep(POLL_INTERVAL) then return end
  end
end

-- The keys that are known now: those in the store, or the last ones that were there. A store may
-- drop them, when it has many deliveries to remember, or be out of reach.
local function known(self)
  local text, message = self._store:get(KEYS)
  text = text or self._text
  if not text then return nil, message end
  local pems = core.decode(text)
  if type(pems) ~= "table" then return nil, "what the store holds is no list of keys" end
  local parsed = {}
  local keys
  keys, message = parse(pems, self._parsed)
  for _, pem in ipairs(keys and pems or {}) do
    parsed[pem] = self._parsed[pem]
  end
  self._parsed = parsed
  if keys then self._text = text end
  return keys, message
end

-- The keys; fetches them when there are none, or old ones. Returns true as well when that was done
-- now, or the problem.
local function current(self)
  local keys, message = known(self)
  if keys and self._store:get(FRESH) then return keys end
  local is_fetched = refresh(self)
  if not is_fetched and not keys then wait_for_fetch(self) end
  local latest, problem = known(self)
  if latest then return latest, nil, is_fetched end
  if keys then return keys end
  return nil, problem or message or self._problem
end

-- Whether one of the keys made the signature; nil when OpenSSL cannot tell.
local function verifies(keys, delivery)
  local reason
  for _, key in ipairs(keys) do
    local ok, problem = key:verify(delivery.body, delivery.signature)
    if ok or ok == nil then return ok, problem end
    reason = problem
  end
  return false, reason
end

-- Access to the store under the URL's own names.
local function scoped(store, url)
  local digest = core.sha256(url):sub(1, 16)
  local own = {}
  for _, verb in ipairs({ "add", "get", "set", "swap" }) do
    own[verb] = function(_, name, ...)
      return store[verb](store, name .. digest, ...)
    end
  end
  return own
end

local FORGED = "the signature does not belong to this body (%s). The body must be the bytes as "
  .. "they came: a framework that decodes and encodes it changes them"
local LATE = "the signature does not belong to this body (%s), or to a key that was replaced while "
  .. "the delivery was on its way"
local UNSURE = "the signature does not belong to this body (%s), or to a key that is not known yet"

-- The failure of a delivery that none of the latest keys signed.
local function refuse(self, reason)
  if self._store:get(CHANGED) then return rejection.of("key", LATE:format(reason)) end
  return rejection.of("signature", FORGED:format(reason))
end

local function check_anew(self, delivery, reason)
  local is_fetched = refresh(self)
  if not is_fetched then wait_for_fetch(self) end
  local keys, problem = known(self)
  local ok, latest = verifies(keys or {}, delivery)
  if ok then return true end
  if is_fetched and ok == false then return refuse(self, latest or reason) end
  return rejection.of("key", UNSURE:format(problem or latest or reason))
end

--- Checks the signature of a delivery.
---@param delivery rtk.Delivery
---@return boolean? ok
---@return string? message
---@return rtk.WebhookError? err kind "signature" when it is forged, "key" when nobody can tell
function PublicKeys:check(delivery)
  local keys, problem, is_fetched = self._pinned, nil, nil
  if not keys then
    keys, problem, is_fetched = current(self)
  end
  if not keys then
    local message = "there is no key to check the signature with: %s"
    return rejection.of("key", message:format(problem or "another process fetches it"))
  end
  local ok, reason = verifies(keys, delivery)
  if ok then return true end
  if ok == nil then return rejection.of("key", "the signature cannot be checked: " .. reason) end
  if self._pinned then return rejection.of("signature", FORGED:format(reason)) end
  if is_fetched then return refuse(self, reason) end
  return check_anew(self, delivery, reason)
end

-- Parses the keys that the program pins.
local function pin(given)
  local pems = type(given) == "string" and { given } or given
  if #pems == 0 then misuse.raise("public_keys must have at least one key in PEM") end
  for index, pem in ipairs(pems) do
    misuse.check(("public_keys[%d]"):format(index), pem, "string")
  end
  local keys, message = parse(pems, {})
  if not keys then misuse.raise("public_keys: " .. message) end
  return keys
end

---@class rtk.PublicKeysOptions
---@field public_keys? string|string[]
---@field key_url string
---@field key_ttl number seconds
---@field key_interval number seconds between two fetches
---@field key_timeout number seconds
---@field ca_file? string
---@field proxy? string
---@field runtime? rtk.RuntimeModule
---@field allow_blocking? boolean

--- Makes the keys of a receiver. Raises for keys that are no good.
---@param options rtk.PublicKeysOptions
---@param store rtk.Store where fetched keys are kept
---@param is_local boolean whether key_url is on this machine
---@return rtk.PublicKeys
function public_keys.new(options, store, is_local)
  if options.public_keys then
    return setmetatable({ _pinned = pin(options.public_keys) }, PublicKeys)
  end
  -- A loopback address never needs a proxy.
  local proxy = options.proxy or (is_local and "") or nil
  local transport, message =
    core.transport({ ca_file = options.ca_file, proxy = proxy, max_connections = 1 })
  if not transport then misuse.raise("the keys cannot be fetched: " .. message) end
  return setmetatable({
    _url = options.key_url,
    _ttl = options.key_ttl,
    _interval = options.key_interval,
    _timeout = options.key_timeout,
    _store = scoped(store, options.key_url),
    _parsed = {},
    _runtime = runtime.new(transport, options.runtime, { allow_blocking = options.allow_blocking }),
  }, PublicKeys)
end

return public_keys
