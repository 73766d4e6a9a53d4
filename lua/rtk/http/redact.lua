-- SPDX-License-Identifier: MIT
-- Makes server text fit for messages, logs and events: removes secrets, and sanitizes it.
--
-- redact.line returns one bounded line of valid UTF-8: no control characters, no URL queries
-- or passwords, nothing that looks like a key or token. redact.sent and redact.remove
-- remove the secrets that rtk itself sent, which a server may quote.
--
-- Every step takes linear time, whatever the text: a pattern with a repetition is applied to
-- one run of characters at a time, and runs do not overlap.

local core = require("rtk.core")
local base64 = require("rtk.http.base64")
local schema = require("rtk.schema")

local redact = {}

local LONGEST_LINE = 1000 -- bytes
local LONGEST_SCANNED = 4096 -- bytes; more than a line, because removals make room

local REPLACEMENT = "\239\191\189" -- U+FFFD

-- The beginning of a text; never ends within a UTF-8 character.
local function head(text, longest)
  if #text <= longest then return text end
  local last, shortest = longest, longest - 3
  while last > shortest and text:find("^[\128-\191]", last + 1) do
    last = last - 1
  end
  return text:sub(1, last)
end

local function cut(text, longest)
  local kept = head(text, longest)
  return #kept < #text and kept .. "..." or kept
end

-- A presigned URL has its signature in the query; a stream key is the path of its URL.
local function hide_in_word(word)
  local first = word:find("://", 1, true)
  if not first then return word end
  word = word:gsub("://[^/]*@", "://...@")
  local path = word:match("[Rr][Tt][Mm][Pp][Ss]?://[^/]*/()")
  if path then return word:sub(1, path - 1) .. "..." end
  local query = word:find("[?#]", first + 3)
  return query and word:sub(1, query - 1) .. "?..." or word
end

-- A JSON Web Token, whole or cut: runs of base64url separated by dots.
local function hide_in_run(run)
  local first = run:find("eyJ", 1, true)
  if first and run:find("%.[^.]", first + 4) then return run:sub(1, first - 1) .. "[redacted]" end
  return run
end

-- The schemes of credentials in headers, before the credentials.
local SCHEMES = { "[Bb][Ee][Aa][Rr][Ee][Rr] ", "[Bb][Aa][Ss][Ii][Cc] " }

local SHORTEST_RANDOM = 24 -- characters; no word is as long

-- Whether what follows a scheme is no word, as in "Basic authentication", and no parameter, as in
-- "Basic realm=x".
local function is_random(run)
  if #run >= SHORTEST_RANDOM then return true end
  if #run < 8 or run:find("=[^=]") then return false end
  return run:find("[0-9=]") ~= nil or run:find("[a-z][A-Z]") ~= nil
end

-- Headers with credentials, also of others, such as a proxy's, which servers quote.
local function hide_credentials(text)
  for _, scheme in ipairs(SCHEMES) do
    text = text:gsub("(" .. scheme .. ")([A-Za-z0-9+/=_.~-]+)", function(name, run)
      return is_random(run) and name .. "[redacted]" or nil
    end)
  end
  return text
end

-- The words at the end of names whose values are secrets.
local SECRET_WORDS = { "password", "passphrase", "secret", "token" }

-- Whether a name is that of a secret: "token", "stream_key", "apiKey". A mere "key" is not, since
-- errors name fields so.
local function is_secret_name(name)
  local lower = core.lower(name)
  for _, word in ipairs(SECRET_WORDS) do
    if lower:sub(-#word) == word then return true end
  end
  return lower:find("_key$") ~= nil or name:find("[a-z]Key$") ~= nil or lower == "apikey"
end

local NAME = "(%f[A-Za-z_][A-Za-z_]+)"
local SEPARATOR = "(\\?[\"']? *[:=] *\\?[\"']?)"
local VALUE = "([^%s\"'\\<>&,;{}%[%]]+)"
local FIELD = NAME .. SEPARATOR .. VALUE

-- Fields of what looks like an object, a form or a header: of a text that could not be read
-- they stand in the text. In prose only what is no word can be a value.
local function hide_fields(text)
  return (
    text:gsub(FIELD, function(name, separator, value)
      local is_quoted = separator:find("[\"'].*[\"']") ~= nil
      if not is_secret_name(name) or not (is_quoted or is_random(value)) then return nil end
      return name .. separator .. "[redacted]"
    end)
  )
end

-- Keys in PEM form, whole or cut.
local function hide_keys(text)
  local kept, position = {}, 1
  while true do
    local first = text:find("-----BEGIN ", position, true)
    if not first then break end
    kept[#kept + 1] = text:sub(position, first - 1) .. "[redacted]"
    local footer = text:find("-----END ", first, true)
    local _, last = text:find("-----", footer and footer + 9 or #text + 1, true)
    if not last then return table.concat(kept) end
    position = last + 1
  end
  return table.concat(kept) .. text:sub(position)
end

-- The length of the UTF-8 character at a byte above 127; nil when there is none.
local function character_length(text, position)
  local first, second, third, fourth = text:byte(position, position + 3)
  local function continues(byte, low, high)
    return byte and byte >= (low or 128) and byte <= (high or 191)
  end
  if first >= 194 and first <= 223 then return continues(second) and 2 or nil end
  if first >= 224 and first <= 239 then
    local low, high = first == 224 and 160, first == 237 and 159
    return continues(second, low, high) and continues(third) and 3 or nil
  end
  if first >= 240 and first <= 244 then
    local low, high = first == 240 and 144, first == 244 and 143
    return continues(second, low, high) and continues(third) and continues(fourth) and 4 or nil
  end
  return nil
end

-- Replaces invalid UTF-8 in a run of bytes above 127.
local function repair_utf8(run)
  local characters, position = {}, 1
  while position <= #run do
    local length = character_length(run, position)
    characters[#characters + 1] = length and run:sub(position, position + length - 1) or REPLACEMENT
    position = position + (length or 1)
  end
  return table.concat(characters)
end

-- Control characters beyond ASCII: C1, line separators, marks that change the direction of
-- text.
local controls = {
  "\194[\128-\159]",
  "\216\156", -- U+061C
  "\226\128[\142\143\168-\174]", -- U+200E, U+200F, U+2028 to U+202E
  "\226\129[\166-\169]", -- U+2066 to U+2069
  "\239\187\191", -- U+FEFF
}

-- No control character is left, and the rest cannot combine to one.
local function without_controls(text)
  text = text:gsub("[%z\1-\31\127]+", " ")
  if not text:find("[\128-\255]") then return text end
  text = text:gsub("[\128-\255]+", repair_utf8)
  for _, pattern in ipairs(controls) do
    text = text:gsub(pattern, " ")
  end
  return text
end

--- Sanitizes a text to one line.
---@param text string
---@param longest? integer bytes, default 1000
---@return string line
function redact.line(text, longest)
  local line = cut(text, LONGEST_SCANNED)
  line = line:gsub("[^\9-\13\32\"'<>]+", hide_in_word)
  line = hide_fields(hide_credentials(hide_keys(line)))
  line = line:gsub("[A-Za-z0-9_%-.]+", hide_in_run)
  local kept = head(line, longest or LONGEST_LINE)
  local clean = without_controls(kept)
  local shown = head(clean, longest or LONGEST_LINE)
  return (#kept < #line or #shown < #clean) and shown .. "..." or shown
end

--- Joins lines made by redact.line; the result has the same length limit.
---@param lines string[]
---@return string line
function redact.join(lines)
  return cut(table.concat(lines, "; "), LONGEST_LINE)
end

-- The names of fields that hold secrets, read from the schema when first needed.
local secret_names

-- Headers with these words in their names hold secrets.
local secret_header_words = { "auth", "cookie", "key", "secret", "token" }

-- Shorter secrets would match parts of ordinary words.
local SHORTEST_SECRET = 4 -- bytes
local SHORTEST_CREDENTIAL = 8 -- bytes

local LONGEST_TEXT = 8192 -- bytes; more than a message shows

local function add(found, secret)
  if #secret >= SHORTEST_SECRET then found[#found + 1] = secret end
end

local function collect_fields(found, value)
  for name, item in pairs(value) do
    if type(item) == "table" then
      collect_fields(found, item)
    elseif type(item) == "string" and secret_names[name] then
      add(found, item)
    end
  end
end

local function add_basic_key(found, encoded)
  local key = base64.decode(encoded):match("^[^:]*:(.*)$")
  if key then add(found, key) end
end

local function collect_header(found, line)
  local name, value = line:match("^([^:]*):(.*[^ \t])")
  local last_word = value and value:match("^.*[ \t](.*)$") or value
  for _, part in ipairs(name and secret_header_words or {}) do
    if core.lower(name):find(part, 1, true) then
      if value:find("Basic ", 1, true) then add_basic_key(found, last_word) end
      return add(found, last_word)
    end
  end
end

-- The secrets in a request, the longest first: one may be a part of another.
local function secrets_of(call)
  local found = {}
  secret_names = secret_names or schema.secret_names()
  local body = call.body and core.decode(call.body)
  if type(body) == "table" then collect_fields(found, body) end
  for _, line in ipairs(call.headers or {}) do
    collect_header(found, line)
  end
  table.sort(found, function(a, b)
    return #a > #b
  end)
  return found
end

-- Cuts a long text. A secret that the cut divides is removed from its first bytes on, which
-- is another cut.
local function cut_text(text, found)
  local kept = text:sub(1, LONGEST_TEXT)
  repeat
    local length = #kept
    for _, secret in ipairs(found) do
      local first = math.max(1, #kept - #secret + 2)
      local start = kept:find(secret:sub(1, SHORTEST_SECRET), first, true)
      if start then kept = kept:sub(1, start - 1) end
    end
  until #kept == length
  return kept
end

local function replace(text, secret)
  if not text:find(secret, 1, true) then return text end
  return (text:gsub(secret:gsub("[^0-9A-Za-z]", "%%%0"), "[redacted]"))
end

--- Makes the function that removes the secrets in a request from a text. It returns only the
--- beginning of a long text.
---@param call { headers?: string[], body?: string } as they were sent
---@return fun(text: string): string
function redact.sent(call)
  local found = secrets_of(call)
  return function(text)
    if #text > LONGEST_TEXT then text = cut_text(text, found) end
    for _, secret in ipairs(found) do
      text = replace(text, secret)
    end
    return text
  end
end

--- The same, and it removes what is personal in the reply: addresses, names of devices.
---@param call { headers?: string[], body?: string, operation?: rtk.Operation } as it was sent
---@param reply any the decoded body
---@return fun(text: string): string
function redact.exchanged(call, reply)
  local remove_sent, found = redact.sent(call), {}
  local fields = call.operation and call.operation.fields or {}
  for _, value in ipairs(schema.personal_values(fields, reply)) do
    add(found, value)
  end
  table.sort(found, function(a, b)
    return #a > #b
  end)
  return function(text)
    text = remove_sent(text)
    for _, value in ipairs(found) do
      text = replace(text, value)
    end
    return text
  end
end

--- Removes secrets from a text, except those too short to tell from ordinary words.
---@param text string
---@param secrets string[] the longest first
---@return string text
function redact.remove(text, secrets)
  for _, secret in ipairs(secrets) do
    if #secret >= SHORTEST_CREDENTIAL then text = replace(text, secret) end
  end
  return text
end

return redact
