-- SPDX-License-Identifier: MIT
-- The download host. Its links carry a signature in the query, as object stores do, and are valid
-- for 7 days of the emulator's clock; a request with an Authorization header as well is an error.
-- Links are not stored: the signature proves them. Without a host of its own, /download/ stands for
-- it.
local response_body = require("rtk.emulator.http.response_body")
local clock = require("rtk.emulator.state.clock")
local contents = require("rtk.emulator.downloads.contents")
local errors = require("rtk.emulator.downloads.errors")
local memo = require("rtk.emulator.util.memo")
local random = require("rtk.emulator.state.random")
local range = require("rtk.emulator.downloads.range")
local url = require("rtk.emulator.http.url")

local downloads = {}

local PREFIX = "/download/"
local EXPIRES = errors.LIFETIME
local QUERY =
  "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=%d&X-Amz-Expires=%d&X-Amz-SignedHeaders=host"
local HASH_MODULUS, HASH_FACTOR = 2147483647, 257

local function account_of(emulator, app)
  for _, account in ipairs(emulator.store.accounts:select()) do
    if account.apps:get(app.id) == app then return account end
  end
  error("the app belongs to no account", 3)
end

local escape = memo.of(function(text)
  return (
    text:gsub("[^0-9A-Za-z%-._~]", function(character)
      return string.format("%%%02X", character:byte())
    end)
  )
end)

--- A number that follows from a text.
local function hash(text)
  local value = 0
  for index = 1, #text do
    value = (value * HASH_FACTOR + text:byte(index)) % HASH_MODULUS
  end
  return value
end

local signature_of = memo.of(function(text)
  return random.new(hash(text)):hex(64)
end)

--- Looks like a signature, and changes with the text and the emulator's seed.
local function sign(emulator, text)
  return signature_of(emulator.options.seed .. " " .. text)
end

--- Creates a link to an item of an app.
---@param emulator rtk.Emulator
---@param app table
---@param item { kind: string, id: string, format?: string }
---@return string link
---@return string expiry ISO 8601
function downloads.link(emulator, app, item)
  local issued = math.floor(emulator.clock:now() / 1000)
  local name = item.id .. "." .. contents.extension(item)
  local account = account_of(emulator, app)
  local path = table.concat({ escape(account.id), escape(app.id), item.kind, escape(name) }, "/")
  local query = QUERY:format(issued, EXPIRES)
  if item.format then query = query .. "&format=" .. escape(item.format) end
  local signature = sign(emulator, path .. "?" .. query)
  local link = emulator.download_url .. "/" .. path .. "?" .. query
  return link .. "&X-Amz-Signature=" .. signature, clock.format((issued + EXPIRES) * 1000)
end

--- Whether a request addresses the download host.
---@param emulator rtk.Emulator
---@param request rtk.emulator.HttpRequest
---@return boolean
function downloads.is_addressed(emulator, request)
  if request.port and request.port == emulator.download_port then return true end
  return request.path:sub(1, #PREFIX) == PREFIX
end

--- The error response for a bad link, or nil.
local function check(emulator, request)
  if request.method ~= "GET" and request.method ~= "HEAD" then
    return errors.new(emulator, 405, "MethodNotAllowed", "Objects can only be read.")
  end
  if request.headers.authorization then
    local message = "A signed link and an Authorization header cannot be used together."
    return errors.new(emulator, 400, "InvalidArgument", message)
  end
  local query, signature = (request.query or ""):match("^(.*)&X%-Amz%-Signature=(%x+)$")
  if not query then return errors.new(emulator, 403, "AccessDenied", "The link is not signed.") end
  if sign(emulator, request.path:sub(#PREFIX + 1) .. "?" .. query) ~= signature then
    local message = "The signature does not belong to this link."
    return errors.new(emulator, 403, "SignatureDoesNotMatch", message)
  end
  local issued, lifetime = query:match("X%-Amz%-Date=(%d+)&X%-Amz%-Expires=(%d+)")
  local expiry = (issued + lifetime) * 1000
  if emulator.clock:now() >= expiry then return errors.expired(emulator, expiry) end
end

--- The app and the item that a valid link names.
local function find(emulator, request)
  local segments = url.segments(request.path)
  local account = emulator.store.accounts:get(segments[2])
  local app = account and account.apps:get(segments[3])
  local format = url.query(request.query).format
  local item = { kind = segments[4], id = segments[5]:match("^(.*)%.[^.]*$") }
  item.format = format and format[1]
  return app, item
end

--- The ETag of a version of a file, nil where the host has none.
local function etag_of(request, size, version, traits)
  if traits.no_etag then return nil end
  local text = request.path .. " " .. size .. (version > 0 and " " .. version or "")
  local etag = '"' .. random.new(hash(text)):hex(32) .. '"'
  return traits.weak_etag and "W/" .. etag or etag
end

--- Puts the whole or the range that the request asks for; false if it lies outside.
local function put_body(response, request, content, traits)
  local size, headers = response_body.size(content), response.headers
  headers["accept-ranges"] = not traits.no_ranges and "bytes" or nil
  local asked = not traits.no_ranges and range.read(request.headers, size, headers.etag)
  if asked == "unsatisfiable" then return false end
  response.body = content
  if asked then
    response.status = 206
    headers["content-range"] = string.format("bytes %d-%d/%d", asked.first, asked.last, size)
    response.body = response_body.slice(content, asked.first + 1, asked.last + 1)
  end
  return true
end

--- The content that a valid link leads to, and its version; or nil and the error response.
local function look_up(emulator, request, traits)
  local failure = check(emulator, request)
  if failure then return nil, nil, failure end
  local app, item = find(emulator, request)
  if app and traits.change then contents.change(app, item, traits.change) end
  local content = app and contents.find(app, item)
  if content then return content, item, contents.version(app, item) end
  return nil, nil, errors.new(emulator, 404, "NoSuchKey", "There is no such object.")
end

---@class rtk.emulator.DownloadTraits what faults change in how a file is served
---@field change? integer the file becomes another version, so many bytes longer
---@field no_etag? boolean
---@field weak_etag? boolean
---@field no_ranges? boolean

--- Answers a request for a download.
---@param emulator rtk.Emulator
---@param request rtk.emulator.HttpRequest
---@param traits? rtk.emulator.DownloadTraits
---@return table response
function downloads.serve(emulator, request, traits)
  traits = traits or {}
  local content, item, version = look_up(emulator, request, traits)
  if not content then return version end
  local size = response_body.size(content)
  local response = { status = 200, headers = errors.headers(emulator, contents.type_of(item)) }
  response.headers.etag = etag_of(request, size, version, traits)
  if not put_body(response, request, content, traits) then
    local message = "The range lies outside of the object."
    local failure = errors.new(emulator, 416, "InvalidRange", message)
    failure.headers["content-range"] = ("bytes */%d"):format(size)
    return failure
  end
  if request.method == "HEAD" then
    response.headers["content-length"] = string.format("%d", response_body.size(response.body))
    response.body = ""
  end
  return response
end

return downloads
