-- SPDX-License-Identifier: MIT
-- What can go wrong, by name. A kind is { make, fields?, spoils?, denies? }: `make` gives the
-- answer that goes out, from the fault, the emulator and the real answer; a kind that spoils needs
-- the real answer, so the request has always taken effect; one that denies tells the client that
-- nothing was done, so it comes before. All others take the place of an answer, before the request
-- has an effect or after it (the fault's `after`). `fields` are the fault's own fields with what
-- they must be.
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

local function half(answer)
  return math.floor(response_body.size(answer.body) / 2)
end

local function cut(stop)
  return {
    spoils = true,
    fields = { bytes = "count" },
    make = function(fault, _, answer)
      answer.wire = { sent = fault.bytes or half(answer), stop = stop }
      return answer
    end,
  }
end

-- The real answer, only later; every fault may have a delay.
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

-- More than there is to come, or with a negative `by` less than comes.
kinds.wrong_length = {
  spoils = true,
  fields = { by = "integer" },
  make = function(fault, _, answer)
    local size = response_body.size(answer.body)
    local length = math.max(0, size + (fault.by or DEFAULT_EXCESS))
    answer.wire = { sent = size, stop = "close", length = length }
    return answer
  end,
}

kinds.invalid_json = {
  spoils = true,
  make = function(_, _, answer)
    answer.body = response_body.text(response_body.slice(answer.body, 1, half(answer)))
    return answer
  end,
}

-- A success without what the operation exists for.
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
    answer.headers["content-encoding"], answer.wire = "gzip", { garbled = true }
    return answer
  end,
}

kinds.oversize = {
  spoils = true,
  fields = { bytes = "count" },
  make = function(fault, _, answer)
    local missing = (fault.bytes or DEFAULT_OVERSIZE) - response_body.size(answer.body)
    answer.wire = { padding = math.max(0, missing) }
    return answer
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
  service = function(fault)
    local failure = response.failure(fault.status, fault.message or "Something went wrong")
    failure.body.error.code = fault.code or fault.status
    return failure
  end,
  gateway = function(fault)
    local message = fault.message or "Internal error"
    return response.gateway_failure(
      fault.status,
      { { code = fault.code or 1000, message = message } }
    )
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
    local answer = response.of(emulator, envelopes[fault.envelope or "service"](fault))
    answer.headers["retry-after"] = fault.retry_after and tostring(fault.retry_after)
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

-- Throttled under a status of success.
kinds.throttled = {
  denies = true,
  make = function(_, emulator)
    return response.of(emulator, rate_limit.reply(200))
  end,
}

return kinds
