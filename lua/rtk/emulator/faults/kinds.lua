-- SPDX-License-Identifier: MIT
-- The kinds of faults, by name. A kind is { make, fields?, required?, spoils?, denies? }. `make`
-- builds the response from the fault, the emulator and the real response. A kind that spoils needs
-- the real response, so the request has always executed; one that denies reports that nothing was
-- executed, so it comes before. All others replace the response, before the request executes or
-- after (`after` of the fault). `fields` are the kind's own members with their types.
-- rtk.emulator.faults.download_kinds adds those that are `of_download`.
local download_errors = require("rtk.emulator.downloads.errors")
local download_kinds = require("rtk.emulator.faults.download_kinds")
local response_body = require("rtk.emulator.http.response_body")
local response = require("rtk.emulator.http.response")
local rate_limit = require("rtk.emulator.http.rate_limit")

local kinds = {}

local HTML = "<!DOCTYPE html>\n<html><head><title>%d</title></head>"
  .. "<body><h1>Error %d</h1><p>The origin did not answer.</p></body></html>\n"

local EMPTY_SUCCESS = '{"success":true,"data":{}}'

local DEFAULT_OVERSIZE = 64 * 2 ^ 20 + 1
local DEFAULT_EXCESS = 10
local DEFAULT_RETRY_AFTER = 1
local DEFAULT_LOCATION = "https://elsewhere.invalid/"

local function without_answer(wire)
  return { status = 0, headers = {}, body = "", wire = wire }
end

--- Adds to what happens to a response in transit.
local function put_wire(answer, added)
  answer.wire = answer.wire or {}
  for name, value in pairs(added) do
    answer.wire[name] = value
  end
  return answer
end

local function half(answer)
  return math.floor(response_body.size(answer.body) / 2)
end

local function cut(stop)
  return {
    spoils = true,
    fields = { bytes = "count" },
    make = function(fault, _, answer)
      return put_wire(answer, { sent = fault.bytes or half(answer), stop = stop })
    end,
  }
end

-- The real response, later; every fault may have a delay.
kinds.latency = {
  spoils = true,
  make = function(_, _, answer)
    return answer
  end,
}

kinds.refuse = {
  denies = true,
  make = function()
    return without_answer({ refuse = true })
  end,
}

kinds.close = {
  make = function()
    return without_answer({ silent = true })
  end,
}

kinds.truncate, kinds.reset, kinds.stall = cut("close"), cut("reset"), cut("stall")

-- Announces more bytes than follow, or fewer with a negative `by`.
kinds.wrong_length = {
  spoils = true,
  fields = { by = "integer" },
  make = function(fault, _, answer)
    local size = response_body.size(answer.body)
    local length = math.max(0, size + (fault.by or DEFAULT_EXCESS))
    return put_wire(answer, { sent = size, stop = "close", length = length })
  end,
}

kinds.invalid_json = {
  spoils = true,
  make = function(_, _, answer)
    answer.body = response_body.text(response_body.slice(answer.body, 1, half(answer)))
    return answer
  end,
}

-- A success without its data.
kinds.empty = {
  spoils = true,
  make = function(_, _, answer)
    answer.body = EMPTY_SUCCESS
    return answer
  end,
}

kinds.bad_gzip = {
  spoils = true,
  make = function(_, _, answer)
    answer.headers["content-encoding"] = "gzip"
    return put_wire(answer, { garbled = true })
  end,
}

kinds.oversize = {
  spoils = true,
  fields = { bytes = "count" },
  make = function(fault, _, answer)
    local missing = (fault.bytes or DEFAULT_OVERSIZE) - response_body.size(answer.body)
    return put_wire(answer, { padding = math.max(0, missing) })
  end,
}

kinds.html = {
  fields = { status = "status" },
  make = function(fault, emulator)
    local status = fault.status or 502
    local page = HTML:format(status, status)
    return response.new(emulator, status, "text/html; charset=UTF-8", page)
  end,
}

kinds.redirect = {
  fields = { status = "status", location = "string" },
  make = function(fault, emulator)
    local answer = response.new(emulator, fault.status or 302, "text/html", "")
    answer.headers.location = fault.location or DEFAULT_LOCATION
    return answer
  end,
}

local envelopes = {
  service = function(fault, emulator)
    local failure = response.failure(fault.status, fault.message or "Something went wrong")
    failure.body.error.code = fault.code or fault.status
    return response.of(emulator, failure)
  end,
  gateway = function(fault, emulator)
    local error_item = { code = fault.code or 1000, message = fault.message or "Internal error" }
    return response.of(emulator, response.gateway_failure(fault.status, { error_item }))
  end,
  -- As the download host says it.
  storage = function(fault, emulator)
    local message = fault.message or "Please try again."
    return download_errors.new(emulator, fault.status, nil, message)
  end,
}

kinds.status = {
  required = "status",
  fields = {
    status = "status",
    envelope = "envelope",
    code = "integer",
    message = "string",
    retry_after = "count",
  },
  make = function(fault, emulator)
    local answer = envelopes[fault.envelope or "service"](fault, emulator)
    answer.headers["retry-after"] = fault.retry_after and ("%d"):format(fault.retry_after)
    return answer
  end,
}

kinds.rate_limit = {
  denies = true,
  fields = { retry_after = "count", quota = "count", window = "count" },
  make = function(fault, emulator)
    return rate_limit.blocked(emulator, {
      retry_after = fault.retry_after or DEFAULT_RETRY_AFTER,
      quota = fault.quota or 1200,
      window = fault.window or 300,
    })
  end,
}

-- A rate-limit error with the status of a success.
kinds.throttled = {
  denies = true,
  make = function(_, emulator)
    return response.of(emulator, rate_limit.reply(200))
  end,
}

for name, kind in pairs(download_kinds) do
  kinds[name] = kind
end

return kinds
