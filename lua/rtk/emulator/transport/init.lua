-- SPDX-License-Identifier: MIT
-- An in-process transport: the methods of the client's C transport (submit, step, cancel, pending,
-- close), served by an emulator in memory. `step` handles the submitted requests, so a request that
-- is cancelled before never executes. rtk.core decodes the responses, because decoding belongs to
-- the client. The bodies of streamed requests are transfers (rtk.emulator.transport.transfer).
--
-- The methods are closures, so that dumping a client shows neither its requests nor the state of
-- the emulator.
local message = require("rtk.emulator.transport.message")
local response_body = require("rtk.emulator.http.response_body")
local transfers = require("rtk.emulator.transport.transfer")
local transport_result = require("rtk.emulator.transport.result")

local metatable = { __name = "rtk.emulator.transport" }

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

local function result_of(request, response)
  local result, text = nil, nil
  if response.wire then
    result, text = transport_result.of(request, response)
  end
  local failed = result ~= nil
  result = result or { status = response.status }
  result.id = request.id
  result.elapsed = result.elapsed or response.wire and response.wire.delay or 0
  if result.status then
    result.headers = message.head(response, request.stream and message.content_length(response))
  end
  if not failed then put_body(result, request, text or response_body.text(response.body)) end
  return result
end

--- Handles a request; returns its result, and the transfer of its body if that is held.
local function perform(emulator, request)
  local unreachable = transport_result.out_of_reach(request)
  if unreachable then return unreachable end
  local response = emulator:handle(message.request(request))
  local wire = response.wire
  local is_answered = not wire or not transport_result.unanswered(request, wire)
  local transfer = request.stream and is_answered and transfers.new(request, response)
  if transfer then return transfer:head(), transfer end
  return result_of(request, response)
end

local function index_of(list, id)
  for index, item in ipairs(list) do
    if item.id == id then return index end
  end
end

---@param emulator rtk.Emulator
local function new(emulator)
  -- Requests to be handled, and transfers of their bodies, held or flowing.
  local queue, streams, last_id, is_closed = {}, {}, 0, false
  local transport = {}

  local function resume(request)
    local transfer = streams[index_of(streams, request.resume)]
    if not transfer or not transfer.is_held then
      return nil, ("request %s is not held"):format(tostring(request.resume))
    end
    transfer:resume(request)
    return transfer.id
  end

  --- Accepts a request to be handled by the next step, or lets a held body flow.
  ---@param request table { method, url, headers, body?, raw?, stream?, … } or { resume, file?,
  ---offset?, chunk?, interval?, limit? } as for the C transport
  ---@return integer? id
  ---@return string? problem
  function transport.submit(_, request)
    if is_closed then error("the transport is closed", 2) end
    if request.resume then return resume(request) end
    last_id = last_id + 1
    local copy = {}
    for name, value in pairs(request) do
      copy[name] = value
    end
    copy.id = last_id
    queue[#queue + 1] = copy
    return last_id
  end

  local function handle_accepted(results)
    local accepted = queue
    queue = {}
    for _, request in ipairs(accepted) do
      local result, transfer = perform(emulator, request)
      results[#results + 1] = result
      if transfer then streams[#streams + 1] = transfer end
    end
  end

  local function advance_streams(results)
    local left = {}
    for _, transfer in ipairs(streams) do
      if not transfer.is_held then results[#results + 1] = transfer:advance() end
      if not transfer.is_over then left[#left + 1] = transfer end
    end
    streams = left
  end

  --- Handles all accepted requests, lets bodies flow for a while, and returns the results.
  ---@return table[] results
  function transport.step()
    local results = {}
    advance_streams(results)
    handle_accepted(results)
    return results
  end

  --- Cancels a request that was not handled yet, or the transfer of its body.
  ---@param id integer
  ---@return boolean cancelled
  ---@return boolean? sent whether the request was handled
  function transport.cancel(_, id)
    for _, list in ipairs({ queue, streams }) do
      local index = index_of(list, id)
      if index then
        table.remove(list, index)
        return true, list == streams
      end
    end
    return false
  end

  --- The number of requests without their last result.
  ---@return integer
  function transport.pending()
    return #queue + #streams
  end

  --- Drops all requests; the transport accepts no more.
  function transport.close()
    queue, streams, is_closed = {}, {}, true
  end

  return setmetatable(transport, metatable)
end

return { new = new }
