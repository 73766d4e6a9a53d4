-- SPDX-License-Identifier: MIT
local api_error = require("rtk.errors.api_error")
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local error_kind = require("rtk.errors.error_kind")

describe("rtk.errors.error_kind", function()
  it("has one kind for every status and code", function()
    assert.equal("rate_limit", error_kind.of(200, { { code = 971 } }))
    assert.equal("authentication", error_kind.of(400, { {}, { code = "6003" } }))
    assert.equal("permission", error_kind.of(200, { { code = 403 } }))
    assert.equal("api", error_kind.of(200, { { code = 10001 } }))
    assert.equal("invalid", error_kind.of(400, { { code = 404 } }))
    assert.equal("server", error_kind.of(530, {}))
    assert.equal("protocol", error_kind.of(307, {}))
    assert.equal("api", error_kind.of(451, {}))
    assert.equal("invalid", error_kind.of(400, { { code = {} } }))
    assert.equal("server", error_kind.of(421, {}))
    assert.equal("server", error_kind.of(425, {}))
    assert.equal("protocol", error_kind.of(101, {}))
    assert.equal("server", error_kind.of(999, {}))
  end)

  it("reads the envelope with a code in words, whatever its status", function()
    local body = core.decode(
      '{"success":false,"error":{"code":"UNAUTHENTICATED","message":"no token","retryable":false}}'
    )
    local errors = api_error.errors(body)
    assert.same({ { code = "UNAUTHENTICATED", message = "no token", retryable = false } }, errors)
    assert.is_true(api_error.is_error(body))
    assert.equal("authentication", error_kind.of(401, errors, body))
    assert.equal("authentication", error_kind.of(200, errors, body))
    assert.equal("invalid", error_kind.of(200, { { code = "INVALID_QUERY" } }))
    assert.equal("not_found", error_kind.of(200, { { code = "CONNECTION_NOT_FOUND" } }))
    assert.equal("server", error_kind.of(200, { { code = "INTERNAL_ERROR" } }))
    assert.equal("api", error_kind.of(200, { { code = "SOMETHING_ELSE" } }))
    assert.equal("conflict", error_kind.of(409, { { code = "BAD_REQUEST" } }))
    local client = clients.fake({ { status = 401, json = body } })
    local _, message, err = client.meetings:get("m1")
    assert.equal("UNAUTHENTICATED", err.code)
    assert.equal("authentication", err.kind)
    assert.truthy(message:find("no token", 1, true))
  end)

  it("tells the edge's codes from the gateway's", function()
    local function kind_of(status, problem)
      problem.cloudflare_error = true
      return error_kind.of(status, api_error.errors(problem), problem)
    end
    assert.equal("rate_limit", kind_of(403, { error_code = 1015 }))
    assert.equal("permission", kind_of(403, { error_code = 1020 }))
    assert.equal("permission", kind_of(503, { error_code = 1010 }))
    assert.equal("server", kind_of(530, { error_code = 1016 }))
    assert.equal("server", kind_of(200, { status = 502 }))
    assert.equal("api", kind_of(200, {}))
    assert.equal("invalid", kind_of(400, { error_code = 10000 }))
    assert.equal("invalid", error_kind.of(400, { { code = 1015 } }, { success = false }))
  end)

  it("decides by the status, not the code, whether a request may have been executed", function()
    for _, code in ipairs({ false, 971, 7003, 10000 }) do
      local errors = { code and { code = code } or nil }
      for _, status in ipairs({ 101, 199, 302, 408, 500, 502, 504, 530, 600, 999 }) do
        assert.is_true(error_kind.maybe_executed(status, errors), status)
      end
      for _, status in ipairs({ 200, 400, 401, 403, 404, 409, 421, 422, 425, 429, 451, 499 }) do
        assert.is_false(error_kind.maybe_executed(status, errors), status)
      end
    end
    assert.is_true(error_kind.maybe_executed(200, { { code = 500 } }))
    assert.is_false(error_kind.maybe_executed(200, { { code = 404 } }))
  end)
end)
