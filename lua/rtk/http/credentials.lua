-- SPDX-License-Identifier: MIT
-- The credentials of a client: an api_token, which may be replaced or come from a function for each
-- attempt, or the organization id and API key of the older API.
--
-- They stay in closures, so that printing a client shows none, and messages show no value, only its
-- name. Those of earlier attempts are remembered, because a server may quote them later.

local base64 = require("rtk.http.base64")
local misuse = require("rtk.misuse")
local redact = require("rtk.http.redact")

local credentials = {}

-- The secrets that are removed from messages, the most recent ones.
local REMEMBERED = 16

---@class rtk.Credentials
---@field header fun(): string?, string?, any the header's value for the next attempt; nil, why
---there is none, and the error that the user's function raised
---@field revision? integer changes with the header's value; nil while the user's function gives it
---@field set_token fun(token: string|function) raises for one that cannot be sent
---@field redact fun(text: string): string removes the credentials, earlier ones included

--- Why a value cannot be a token; nil when it can.
---@param token any
---@return string? defect
function credentials.token_defect(token)
  if type(token) ~= "string" then
    return "api_token must be a string, got " .. misuse.describe(token)
  end
  if token == "" then return "api_token must not be empty" end
  if token:find("^[Bb]earer[ \t-\r]") then
    return 'api_token must be the bare token: leave out "Bearer "'
  end
  if token:find("[%z\1-\32\127\"']") then
    return "api_token must not contain spaces, line breaks or quotes; was it pasted whole?"
  end
  return token:find("[\127-\255]") and "api_token must be plain ASCII" or nil
end

local function check_basic(basic)
  local organization, key = basic.organization_id or basic[1], basic.api_key or basic[2]
  for name, value in pairs({ organization_id = organization or false, api_key = key or false }) do
    if type(value) ~= "string" or value == "" or value:find("[%z\1-\32\127]") then
      misuse.raise("basic." .. name .. " must be a string without spaces")
    end
  end
  if organization:find(":", 1, true) then
    misuse.raise("basic.organization_id must not contain a colon")
  end
  return { organization_id = organization, api_key = key }
end

--- Checks the credentials among the options of rtk.new.
---@param options { api_token?: string|function, basic?: table }
---@param default_token? string
---@return (string|function)? api_token
---@return { organization_id: string, api_key: string }? basic
function credentials.check(options, default_token)
  if options.basic then
    if options.api_token then misuse.raise("pass api_token or basic, not both") end
    return nil, check_basic(options.basic)
  end
  local token = options.api_token or default_token
  if not token then
    misuse.raise("api_token is missing: pass it to rtk.new or set CLOUDFLARE_API_TOKEN")
  end
  local defect = type(token) ~= "function" and credentials.token_defect(token)
  if defect then misuse.raise(defect) end
  return token, nil
end

--- The value of the Authorization header for the older API.
---@param basic { organization_id: string, api_key: string }
---@return string
function credentials.basic_header(basic)
  return "Basic " .. base64.encode(basic.organization_id .. ":" .. basic.api_key)
end

-- Remembers secrets; an older one is forgotten for each one too many.
local function new_memory()
  local recent = {}
  local memory = { longest_first = {} }
  function memory.add(secret)
    if recent[1] == secret then return end
    for index = #recent, 1, -1 do
      if recent[index] == secret then table.remove(recent, index) end
    end
    table.insert(recent, 1, secret)
    recent[REMEMBERED + 1] = nil
    -- One may be a part of another.
    local sorted = {}
    for index, item in ipairs(recent) do
      sorted[index] = item
    end
    table.sort(sorted, function(a, b)
      return #a > #b
    end)
    memory.longest_first = sorted
  end
  return memory
end

-- Asks the user's function for a token.
local function ask(f, remove_secrets)
  local ok, token, reason = pcall(f)
  -- What it raised may hold the token, so only the program sees it.
  if not ok then return nil, "the function api_token raised an error: see err.cause", token end
  if token == nil and type(reason) == "string" then
    local said = redact.line(remove_secrets(reason))
    return nil, "the function api_token returned no token: " .. said
  end
  local defect = credentials.token_defect(token)
  if not defect then return token end
  return nil, "the function api_token did not return a token: " .. defect
end

local function check_token(token)
  if type(token) == "function" then return end
  local defect = credentials.token_defect(token)
  if defect then misuse.raise(defect) end
end

--- Makes the credentials of a client.
---@param settings { api_token?: string|function, basic?: table }
---@return rtk.Credentials
function credentials.new(settings)
  local source, basic, used = settings.api_token, settings.basic, new_memory()
  local function remove_secrets(text)
    return redact.remove(text, used.longest_first)
  end
  local function take(token)
    used.add(token)
    return "Bearer " .. token
  end
  local value
  if basic then
    value = credentials.basic_header(basic)
    used.add(value:match("[^ ]+$"))
    used.add(basic.api_key)
  elseif type(source) == "string" then
    value = take(source)
  end
  local self = { redact = remove_secrets }
  local count = 0
  local function note_change()
    count = count + 1
    self.revision = value and count or nil
  end
  note_change()
  function self.header()
    if value then return value end
    local token, message, cause = ask(source, remove_secrets)
    if not token then return nil, message, cause end
    return take(token)
  end
  function self.set_token(token)
    if basic then misuse.raise("a client with basic credentials has no api_token to set") end
    check_token(token)
    source = token
    value = type(token) == "string" and take(token) or nil
    note_change()
  end
  return self
end

return credentials
