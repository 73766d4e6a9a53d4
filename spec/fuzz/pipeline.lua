-- SPDX-License-Identifier: MIT
-- Fuzz target: the Lua code that processes a reply. The first byte chooses the operation; the rest
-- is a reply, headers first. It needs no socket and is therefore fast.

local clients = require("spec.support.clients.clients")
local assert_call = require("spec.support.asserts.assert_call")
local rtk = require("rtk")
local wire_operations = require("spec.support.data.wire_operations")

local MOST_PAGES = 20

local rows = {}
for _, row in ipairs(wire_operations.rows()) do
  if not row.is_walk then rows[#rows + 1] = row end
end

-- A reply as the transport gives it: the status, the header block as it came, the body.
local function answer_of(bytes)
  local finish = select(2, bytes:find("\r?\n\r?\n")) or #bytes
  local block = bytes:sub(1, finish)
  return {
    status = tonumber(block:match("^HTTP/[%d.]+ (%d%d%d)")) or 200,
    header_block = block,
    text = bytes:sub(finish + 1),
  }
end

-- Goes on to the pages after one, all of which are the same reply.
local function walk(page)
  local message, err
  for _ = 1, MOST_PAGES do
    if page == nil then break end
    page, message, err = page:next()
    if page ~= nil or message ~= nil then assert_call.check(page, message, err) end
  end
end

return function(input)
  local row = rows[(input:byte() or 0) % #rows + 1]
  local events = {}
  local client = clients.fake({ answer_of(input:sub(2)) }, {
    max_retries = 1,
    rate_limit = rtk.rate_limit.memory({}),
    on_event = function(event)
      events[#events + 1] = event
    end,
  })
  local value, message, err = wire_operations.call(client, row)
  -- What finders say where there is nothing.
  if value == false and row.method:find("^find") then return end
  assert_call.check(value, message, err)
  assert(#events >= 2, "no events")
  if value == nil then
    local told = events[#events]
    assert(told.kind == err.kind and told.message == message, "events differ")
    return
  end
  local response = rtk.response(value)
  assert(response and response.status and response.headers and response.attempts >= 1)
  for _, item in ipairs(value) do
    assert(type(tostring(item)) == "string")
  end
  if row.method:find("^list") then walk(value) end
end
