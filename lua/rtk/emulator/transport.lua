-- SPDX-License-Identifier: MIT
-- An in-process transport: the methods of the client's C transport (submit, step, cancel, pending,
-- close), served by an emulator in memory. `step` handles the submitted requests, so a request that
-- is cancelled before never executes. rtk.core decodes the responses, because decoding belongs to
-- the client.
--
-- The methods are closures, so that dumping a client shows neither its requests nor the state of
-- the emulator.
local lower = require("rtk.emulator.util.text").lower
local lists = require("rtk.emulator.util.lists")
local transport_result = require("rtk.emulator.faults.transport_result")

local metatable = { __name = "rtk.emulator.transport" }

-- Names of the statuses the emulator sends, for the status line.
local REASONS = {
  [200] = "OK",
  [201] = "Created",
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

local function write_headers(response)
  local reason = REASONS[response.status] or ""
  local lines = { string.format("HTTP/1.1 %d %s", response.status, reason) }
  for _, name in ipairs(lists.sorted_keys(response.headers)) do
    lines[#lines + 1] = name .. ": " .. response.headers[name]
  end
  return table.concat(lines, "\r\n") .. "\r\n"
end

--- Sets the decoded value, or the text and the decoding error; nothing for an empty body.
local function put_body(result, request, text)
  if request.raw then
    result.text = text
    return
  end
  if text == "" then return end
  result.value, result.message = require("rtk.core").decode(text)
  if result.value == nil then result.text = text end
end

local function perform(emulator, request)
  local path, query = read_url(request.url)
  local response = emulator:handle({
    method = request.method,
    path = path,
    query = query,
    headers = read_headers(request.headers),
    body = request.body,
  })
  local result, text = nil, response.body
  if response.wire then
    result, text = transport_result.of(request, response)
  end
  local failed = result ~= nil
  result = result or { status = response.status }
  result.id = request.id
  result.elapsed = result.elapsed or response.wire and response.wire.delay or 0
  if result.status then result.headers = write_headers(response) end
  if not failed then put_body(result, request, text) end
  return result
end

---@param emulator rtk.Emulator
local function new(emulator)
  local queue, last_id, is_closed = {}, 0, false
  local transport = {}

  --- Accepts a request to be handled by the next step.
  ---@param request table { method, url, headers, body?, raw?, … } as for the C transport
  ---@return integer id
  function transport.submit(_, request)
    if is_closed then error("the transport is closed", 2) end
    last_id = last_id + 1
    local copy = {}
    for name, value in pairs(request) do
      copy[name] = value
    end
    copy.id = last_id
    queue[#queue + 1] = copy
    return last_id
  end

  --- Handles all accepted requests and returns their results.
  ---@return table[] results
  function transport.step()
    local accepted, results = queue, {}
    queue = {}
    for index, request in ipairs(accepted) do
      results[index] = perform(emulator, request)
    end
    return results
  end

  --- Cancels a request that was not handled yet.
  ---@param id integer
  ---@return boolean cancelled
  ---@return boolean? sent always false: a pending request was not handled
  function transport.cancel(_, id)
    for index, request in ipairs(queue) do
      if request.id == id then
        table.remove(queue, index)
        return true, false
      end
    end
    return false
  end

  --- The number of requests that wait for step.
  ---@return integer
  function transport.pending()
    return #queue
  end

  --- Drops all requests; the transport accepts no more.
  function transport.close()
    queue, is_closed = {}, true
  end

  return setmetatable(transport, metatable)
end

return { new = new }
