-- SPDX-License-Identifier: MIT
-- What a request meets before the API does: the administration, the downloads' host, the rate limit
-- and the faults; and the journal, which notes everything but administration.
local admin = require("rtk.emulator.http.admin")
local body = require("rtk.emulator.http.response_body")
local dispatch = require("rtk.emulator.http.dispatch")
local downloads = require("rtk.emulator.downloads")
local operation = require("rtk.emulator.http.operation")
local rate_limit = require("rtk.emulator.http.rate_limit")
local response = require("rtk.emulator.http.response")
local throttle = require("rtk.emulator.http.throttle")

local M = {}

local function serve(emulator, request)
  if downloads.is_meant(emulator, request) then return downloads.serve(emulator, request) end
  return response.of(emulator, dispatch.answer(emulator, request))
end

--- The answer, and what the journal notes besides it: the name of the fault if there was one, and
--- whether the API itself did what was asked.
local function serve_or_fail(emulator, request, name)
  local fault = emulator.faults:any() and emulator.faults:take(name)
  local note = { fault = fault and fault.kind or nil, executed = false }
  local function perform()
    local real = serve(emulator, request)
    note.executed = real.status < 300
    return real
  end
  if not fault then return perform(), note end
  return emulator.faults:answer(fault, emulator, perform), note
end

--- The same within the rate limit, which downloads do not count for.
local function serve_within_limit(emulator, request, name)
  if not emulator.options.rate_limit or downloads.is_meant(emulator, request) then
    return serve_or_fail(emulator, request, name)
  end
  local limit, refusal = rate_limit.count(emulator, request)
  if refusal then return refusal, { executed = false } end
  local answer, note = serve_or_fail(emulator, request, name)
  throttle.put_headers(answer, limit)
  return answer, note
end

--- Answers a request.
---@param emulator table
---@param request table as rtk.Emulator:handle takes it
---@return table response
function M.answer(emulator, request)
  if admin.is_meant(request) then return admin.answer(emulator, request) end
  local name = operation.of(emulator, request)
  local answer, note = serve_within_limit(emulator, request, name)
  if not request.streams then answer.body = body.text(answer.body) end
  emulator.log:add({
    at = emulator.clock:now(),
    operation = name,
    request = request,
    answer = answer,
    fault = note.fault,
    executed = note.executed,
  })
  return answer
end

return M
