-- SPDX-License-Identifier: MIT
-- The download host. Its links carry a signature in the query, as object stores do, and are valid
-- for 7 days of the emulator's clock; a request with an Authorization header as well is an error.
-- Links are not stored: the signature proves them. Without a host of its own, /download/ stands for
-- it.
local response_body = require("rtk.emulator.http.response_body")
local clock = require("rtk.emulator.state.clock")
local contents = require("rtk.emulator.downloads.contents")
local random = require("rtk.emulator.state.random")
local url = require("rtk.emulator.http.url")

local downloads = {}

local PREFIX = "/download/"
local EXPIRES = 7 * 86400
local QUERY =
  "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=%d&X-Amz-Expires=%d&X-Amz-SignedHeaders=host"
local ERROR = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>%s</Code><Message>%s</Message>'
  .. "<RequestId>%s</RequestId></Error>"

local HASH_MODULUS, HASH_FACTOR = 2147483647, 257

local function account_of(emulator, app)
  for _, account in ipairs(emulator.store.accounts:select()) do
    if account.apps:get(app.id) == app then return account end
  end
  error("the app belongs to no account", 3)
end

local function escape(text)
  return (
    text:gsub("[^0-9A-Za-z%-._~]", function(character)
      return string.format("%%%02X", character:byte())
    end)
  )
end

--- A number that follows from a text.
local function hash(text)
  local value = 0
  for index = 1, #text do
    value = (value * HASH_FACTOR + text:byte(index)) % HASH_MODULUS
  end
  return value
end

--- Looks like a signature, and changes with the text and the emulator's seed.
local function sign(emulator, text)
  return random.new(hash(emulator.options.seed .. " " .. text)):hex(64)
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

local function new_headers(emulator, content_type)
  return { ["content-type"] = content_type, ["x-amz-request-id"] = emulator.rays:hex(16) }
end

local function refuse(emulator, status, code, message)
  local headers = new_headers(emulator, "application/xml")
  local text = ERROR:format(code, message, headers["x-amz-request-id"])
  return { status = status, headers = headers, body = text }
end

--- The error response for a bad link, or nil.
local function check(emulator, request)
  if request.method ~= "GET" and request.method ~= "HEAD" then
    return refuse(emulator, 405, "MethodNotAllowed", "Objects can only be read.")
  end
  if request.headers.authorization then
    local message = "A signed link and an Authorization header cannot be used together."
    return refuse(emulator, 400, "InvalidArgument", message)
  end
  local query, signature = (request.query or ""):match("^(.*)&X%-Amz%-Signature=(%x+)$")
  if not query then return refuse(emulator, 403, "AccessDenied", "The link is not signed.") end
  if sign(emulator, request.path:sub(#PREFIX + 1) .. "?" .. query) ~= signature then
    local message = "The signature does not belong to this link."
    return refuse(emulator, 403, "SignatureDoesNotMatch", message)
  end
  local issued, lifetime = query:match("X%-Amz%-Date=(%d+)&X%-Amz%-Expires=(%d+)")
  if emulator.clock:now() >= (issued + lifetime) * 1000 then
    return refuse(emulator, 403, "AccessDenied", "The link has expired.")
  end
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

--- Reads the Range header (RFC 9110, 14): one range, counted from 0. Several ranges, malformed ones
--- and a range for another version (If-Range) ask for the whole.
---@param headers table<string, string>
---@param size integer of the whole
---@param etag string of the whole
---@return { first: integer, last: integer }|"unsatisfiable"|nil range nil for the whole
local function read_range(headers, size, etag)
  local first, last = (headers.range or ""):match("^bytes=(%d*)%-(%d*)$")
  if not first or first .. last == "" then return nil end
  if headers["if-range"] and headers["if-range"] ~= etag then return nil end
  first, last = tonumber(first), tonumber(last)
  if not first then
    if last == 0 or size == 0 then return "unsatisfiable" end
    return { first = math.max(0, size - last), last = size - 1 }
  end
  if last and last < first then return nil end
  if first >= size then return "unsatisfiable" end
  return { first = first, last = math.min(last or size - 1, size - 1) }
end

local function put_body(response, request, content)
  local size = response_body.size(content)
  local headers = response.headers
  local version = random.new(hash(request.path .. " " .. size)):hex(32)
  headers.etag, headers["accept-ranges"] = '"' .. version .. '"', "bytes"
  local asked = read_range(request.headers, size, headers.etag)
  if asked == "unsatisfiable" then return false end
  response.body = content
  if asked then
    response.status = 206
    headers["content-range"] = string.format("bytes %d-%d/%d", asked.first, asked.last, size)
    response.body = response_body.slice(content, asked.first + 1, asked.last + 1)
  end
  return true
end

--- Answers a request for a download.
---@param emulator rtk.Emulator
---@param request rtk.emulator.HttpRequest
---@return table response
function downloads.serve(emulator, request)
  local failure = check(emulator, request)
  if failure then return failure end
  local app, item = find(emulator, request)
  local content = app and contents.find(app, item)
  if not content then return refuse(emulator, 404, "NoSuchKey", "There is no such object.") end
  local response = { status = 200, headers = new_headers(emulator, contents.type_of(item)) }
  if not put_body(response, request, content) then
    failure = refuse(emulator, 416, "InvalidRange", "The range lies outside of the object.")
    failure.headers["content-range"] = "bytes */"
      .. string.format("%d", response_body.size(content))
    return failure
  end
  if request.method == "HEAD" then
    response.headers["content-length"] = string.format("%d", response_body.size(response.body))
    response.body = ""
  end
  return response
end

return downloads
