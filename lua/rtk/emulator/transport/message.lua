-- SPDX-License-Identifier: MIT
-- Translates between what a client's transport submits and reports and what the emulator handles.
local lists = require("rtk.emulator.util.lists")
local lower = require("rtk.emulator.util.text").lower
local response_body = require("rtk.emulator.http.response_body")

local message = {}

-- Names of the statuses the emulator sends, for the status line.
local REASONS = {
  [200] = "OK",
  [201] = "Created",
  [204] = "No Content",
  [206] = "Partial Content",
  [302] = "Found",
  [400] = "Bad Request",
  [401] = "Unauthorized",
  [403] = "Forbidden",
  [404] = "Not Found",
  [405] = "Method Not Allowed",
  [409] = "Conflict",
  [415] = "Unsupported Media Type",
  [416] = "Range Not Satisfiable",
  [422] = "Unprocessable Entity",
  [429] = "Too Many Requests",
  [500] = "Internal Server Error",
}

local function read_headers(lines)
  local headers = {}
  for _, line in ipairs(lines or {}) do
    local name, value = line:match("^([^:]+):[ \t]*(.-)[ \t]*$")
    if name then headers[lower(name)] = value end
  end
  return headers
end

local function read_url(url)
  local rest = url:gsub("#.*$", ""):gsub("^[A-Za-z][0-9A-Za-z+.-]*://[^/?]*", "")
  local path, query = rest:match("^([^?]*)%??(.*)$")
  return path == "" and "/" or path, query
end

--- The request that the emulator handles.
---@param submitted table { method, url, headers, body?, stream? } as for the C transport
---@return rtk.emulator.HttpRequest
function message.request(submitted)
  local path, query = read_url(submitted.url)
  return {
    method = submitted.method,
    path = path,
    query = query,
    headers = read_headers(submitted.headers),
    body = submitted.body,
    streams = submitted.stream,
  }
end

--- The Content-Length that a response is sent with, nil where it has none.
---@param response rtk.emulator.Response
---@return integer|string|nil length
function message.content_length(response)
  local wire = response.wire or {}
  if wire.chunked then return nil end
  local size = response_body.size(response.body) + (wire.padding or 0)
  return wire.length or response.headers["content-length"] or size
end

--- Status line and headers of a response.
---@param response rtk.emulator.Response
---@param length? integer|string the Content-Length, if it is to be there
---@return string
function message.head(response, length)
  local reason = REASONS[response.status] or ""
  local lines = { string.format("HTTP/1.1 %d %s", response.status, reason) }
  for _, name in ipairs(lists.sorted_keys(response.headers)) do
    lines[#lines + 1] = name .. ": " .. response.headers[name]
  end
  if length and not response.headers["content-length"] then
    lines[#lines + 1] = ("content-length: %d"):format(length)
  end
  return table.concat(lines, "\r\n") .. "\r\n"
end

return message
