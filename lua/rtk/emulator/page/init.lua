-- SPDX-License-Identifier: MIT
-- The page of a server at "/": its files, which browsers get as they are in the folder `assets`.
-- The policies in the headers let it run its own files and call its own server, and nothing else.
local page = {}

local PREFIX = "/_emulator/page/"

local TYPES = {
  html = "text/html; charset=utf-8",
  css = "text/css; charset=utf-8",
  js = "text/javascript; charset=utf-8",
  svg = "image/svg+xml",
}

local POLICY = table.concat({
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
}, "; ")

-- Of a checksum, FNV's constants that keep products below 2^53.
local FACTOR, MODULUS = 16777619, 2 ^ 29

--- A tag that changes with the text.
local function tag_of(text)
  local value = #text
  for index = 1, #text do
    value = (value * 31 + text:byte(index) * FACTOR) % MODULUS
  end
  return string.format('"%x-%x"', #text, value)
end

--- The name of the file that a path leads to, and its extension; a name has no dots, so that it
--- stays in the folder.
local function file_of(path)
  if path == "/" then return "index.html", "html" end
  if path:sub(1, #PREFIX) ~= PREFIX then return nil end
  local name, extension = path:sub(#PREFIX + 1):match("^([a-z_/]+)%.([a-z]+)$")
  if name and TYPES[extension] then return name .. "." .. extension, extension end
end

local function refuse(status, message)
  local headers = { ["content-type"] = "text/plain; charset=utf-8" }
  return { status = status, headers = headers, body = message }
end

-- The files are beside this one, however it was found.
local function read(name)
  local folder = debug.getinfo(1, "S").source:match("^@(.*)init%.lua$") or ""
  local file = io.open(folder .. "assets/" .. name, "rb")
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  return text
end

local function headers_of(extension, tag)
  return {
    ["cache-control"] = "no-cache",
    ["content-security-policy"] = POLICY,
    ["content-type"] = TYPES[extension],
    ["cross-origin-opener-policy"] = "same-origin",
    ["cross-origin-resource-policy"] = "same-origin",
    ["etag"] = tag,
    ["referrer-policy"] = "no-referrer",
    ["x-content-type-options"] = "nosniff",
    ["x-frame-options"] = "DENY",
  }
end

--- Whether a request asks for a file of the page. In process there is no one to look at it.
---@param request rtk.emulator.HttpRequest
---@return boolean
function page.is_addressed(request)
  if not request.remote then return false end
  return request.path == "/" or request.path:sub(1, #PREFIX) == PREFIX
end

--- Answers a request for a file of the page.
---@param request rtk.emulator.HttpRequest
---@return table response
function page.answer(request)
  if request.method ~= "GET" then return refuse(405, "The page is there to be read.\n") end
  local name, extension = file_of(request.path)
  local text = name and read(name)
  if not text then return refuse(404, "The page has no such file.\n") end
  local tag = tag_of(text)
  local headers = headers_of(extension, tag)
  if request.headers["if-none-match"] == tag then
    return { status = 304, headers = headers, body = "" }
  end
  return { status = 200, headers = headers, body = text }
end

return page
