-- SPDX-License-Identifier: MIT
-- A transport without a network: it answers from a script and records the submitted requests. It
-- has the methods of the C transport.

local core = require("rtk.core")

local FakeTransport = {}
FakeTransport.__index = FakeTransport

local fake_transport = {}

local function raw_headers(status, fields)
  local lines = { "HTTP/1.1 " .. status .. " X" }
  for name, value in pairs(fields or {}) do
    lines[#lines + 1] = name .. ": " .. value
  end
  return table.concat(lines, "\r\n") .. "\r\n\r\n"
end

-- An answer is { status, json = value | text = string, headers = {...} | header_block =
-- string } or { kind, message, sent } for a failure.
local function result_of(answer, id)
  local result = { id = id, elapsed = 0.01 }
  for name, value in pairs(answer) do
    result[name] = value
  end
  if result.kind then return result end
  result.status = answer.status or 200
  result.headers = answer.header_block or raw_headers(result.status, answer.headers)
  if answer.json ~= nil then result.text = core.encode(answer.json) end
  if result.text == nil or result.text == "" then return result end
  local value, message = core.decode(result.text)
  if message then
    result.message = message
  else
    result.value, result.text = value, nil
  end
  return result
end

--- Makes a transport that gives the answers in order; the last one repeats.
---@param answers (table|fun(request: table): table)[]
function fake_transport.new(answers)
  return setmetatable({ requests = {}, _answers = answers, _finished = {} }, FakeTransport)
end

function FakeTransport:submit(request)
  local copy = {}
  for name, value in pairs(request) do
    copy[name] = value
  end
  self.requests[#self.requests + 1] = copy
  local id = #self.requests
  local answer = self._answers[math.min(id, #self._answers)]
  if type(answer) == "function" then answer = answer(copy) end
  self._finished[#self._finished + 1] = result_of(answer, id)
  return id
end

function FakeTransport:step()
  local finished = self._finished
  self._finished = {}
  return finished
end

function FakeTransport:close()
  self.closed = true
end

--- The last request that was submitted.
function FakeTransport:last()
  return self.requests[#self.requests]
end

return fake_transport
