-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")

describe("rtk.errors", function()
  local function failure_of(answer, call)
    local client = clients.fake({ answer }, { max_retries = 0 })
    local value, message, err = (call or client.meetings.get)(client.meetings, "m1")
    assert.is_nil(value)
    assert.equal(message, tostring(err))
    assert.equal(message, err.message)
    return err
  end

  local function service(status, message, code)
    return {
      status = status,
      json = { success = false, error = { code = code or status, message = message } },
    }
  end

  local function gateway(status, code, message)
    return {
      status = status,
      json = { success = false, errors = { { code = code, message = message } }, messages = {} },
    }
  end

  it("joins text as its message does", function()
    local err = failure_of(service(404, "No meeting found"))
    assert.equal("cannot invite: " .. err.message, "cannot invite: " .. err)
    assert.equal(err.message .. "; sorry", err .. "; sorry")
    assert.equal(err.message .. err.message, err .. err)
  end)

  it("reads the envelope of the service", function()
    local err = failure_of(service(404, "No meeting found"))
    assert.equal("not_found", err.kind)
    assert.equal(404, err.status)
    assert.equal(404, err.code)
    assert.equal("No meeting found", err.errors[1].message)
    assert.truthy(
      err.message:find("No meeting found (HTTP 404, GET /meetings/m1)", 1, true),
      err.message
    )
  end)

  it("reads the envelope of the gateway", function()
    local err = failure_of(gateway(403, 10000, "Authentication error"))
    assert.equal("authentication", err.kind)
    assert.equal(10000, err.code)
    assert.equal("Authentication error", err.errors[1].message)
  end)

  it("takes Retry-After from the headers of a response whose body was lost", function()
    local lost = { kind = "connection", message = "lost", sent = true, status = 503 }
    lost.headers = "HTTP/1.1 503 X\r\nRetry-After: 7\r\n\r\n"
    local err = failure_of(lost)
    assert.equal("connection", err.kind)
    assert.equal(7, err.retry_after)
    assert.truthy(err.message:find("lost (HTTP 503, GET /meetings/m1)", 1, true), err.message)
  end)

  it("obeys a status that asks for another attempt when the body is no use", function()
    for status, kind in pairs({ [503] = "server", [408] = "server", [429] = "rate_limit" }) do
      for _, unusable in ipairs({ "protocol", "too_large" }) do
        local answer = { kind = unusable, message = "no use", sent = true, status = status }
        assert.equal(kind, failure_of(answer).kind)
        answer.headers = ("HTTP/1.1 %d X\r\nRetry-After: 0\r\n\r\n"):format(status)
        local good = { status = 200, json = { success = true, data = { id = "m1" } } }
        assert.truthy(clients.fake({ answer, good }).meetings:get("m1"))
      end
    end
    local refusal = { kind = "protocol", message = "no use", sent = true, status = 403 }
    assert.equal("protocol", failure_of(refusal).kind)
  end)

  it("derives the kind from the gateway's code before the status", function()
    for _, case in ipairs({
      { 400, 6003, "authentication" },
      { 403, 9109, "authentication" },
      { 400, 9106, "authentication" },
      { 200, 971, "rate_limit" },
      { 429, 971, "rate_limit" },
      { 400, 7003, "not_found" },
      { 403, 10001, "permission" },
    }) do
      assert.equal(case[3], failure_of(gateway(case[1], case[2], "x")).kind, case[2])
    end
  end)

  it("says that a proxy refused where it asks for credentials", function()
    local err = failure_of({ status = 407, text = "<title>Squid</title>" })
    assert.equal("protocol", err.kind)
    assert.is_false(err.maybe_executed)
    assert.matches(
      "^a proxy does not accept the credentials, or needs some: Squid %(HTTP 407",
      err.message
    )
  end)

  it("derives the kind from the status otherwise", function()
    for status, kind in pairs({
      [400] = "invalid",
      [401] = "authentication",
      [403] = "permission",
      [404] = "not_found",
      [405] = "api",
      [407] = "protocol",
      [408] = "server",
      [409] = "conflict",
      [410] = "not_found",
      [422] = "invalid",
      [429] = "rate_limit",
      [500] = "server",
      [502] = "server",
      [524] = "server",
      [302] = "protocol",
    }) do -- stylua: ignore
      assert.equal(kind, failure_of(service(status, "x")).kind, status)
    end
  end)

  it("treats success = false with status 200 as a failure", function()
    local err = failure_of(service(200, "No such thing", 404))
    assert.equal("not_found", err.kind)
    assert.equal(200, err.status)
    assert.equal("api", failure_of({ status = 200, json = { success = false } }).kind)
  end)

  it("handles bare messages, HTML and empty bodies", function()
    local bare = failure_of({ status = 401, json = { message = "Unauthorized" } })
    assert.equal("authentication", bare.kind)
    assert.truthy(bare.message:find("^Unauthorized"))
    local html = failure_of({ status = 502, text = "<html>Bad gateway</html>" })
    assert.equal("server", html.kind)
    assert.equal("<html>Bad gateway</html>", html.body)
    assert.falsy(html.message:find("html", 1, true))
    assert.equal("server", failure_of({ status = 503 }).kind)
    assert.equal("api", failure_of({ status = 418, json = { errors = { "teapot" } } }).kind)
  end)

  it("quotes responses from in front of the API", function()
    for expected, answer in pairs({
      ["Error 1020: Access denied; by a rule (HTTP 403, "] = {
        status = 403,
        json = { title = "Error 1020: Access denied", detail = "by a rule", error_code = 1020 },
      },
      ["error code: 521 (HTTP 521, "] = { status = 521, text = "error code: 521" },
      ["a.example | 522: timed out (HTTP 522, "] = {
        status = 522,
        text = "<!DOCTYPE html>\n<title>a.example | 522: timed out</title>",
      },
      ['cannot use the reply: it is an HTML page: "Sign in" (HTTP 200, '] = {
        status = 200,
        text = "<html><title>Sign in</title></html>",
      },
      ["the reply is a redirect to /login, which is not followed (HTTP 302, "] = {
        status = 302,
        headers = { Location = "/login?token=x" },
      },
    }) do
      local err = failure_of(answer)
      assert.equal(expected, err.message:sub(1, #expected))
    end
  end)

  it("reads code and wait from a problem detail", function()
    local problem =
      { title = "limited", error_code = 1015, retry_after = 30, cloudflare_error = true }
    local err = failure_of({ status = 429, json = problem })
    assert.equal("rate_limit", err.kind)
    assert.equal(1015, err.code)
    assert.same({ { code = 1015, message = "limited" } }, err.errors)
    assert.equal(30, err.retry_after)
    local headers = { ["Retry-After"] = "0" }
    assert.equal(0, failure_of({ status = 429, json = problem, headers = headers }).retry_after)
  end)

  it("ignores a code that is neither a number nor a string", function()
    assert.is_nil(failure_of({ status = 400, json = { error = { code = {} } } }).code)
  end)

  it("accepts undocumented envelopes", function()
    for _, json in ipairs({
      { success = false, errors = "x" },
      { success = false, error = "x" },
      { success = false, errors = { { message = 5 } } },
      { success = false, error = { code = "abc", message = "x" } },
      { success = false, message = { "x" } },
    }) do
      assert.equal("invalid", failure_of({ status = 400, json = json }).kind)
    end
  end)

  it("reports a 200 without the API's JSON as a decode failure", function()
    for _, answer in ipairs({
      { status = 200, text = "<html></html>" },
      { status = 200, text = '{"success":true,"data":{"id' },
      { status = 200, text = "42" },
      { status = 200 },
    }) do
      local err = failure_of(answer)
      assert.equal("decode", err.kind)
      assert.equal(200, err.status)
    end
  end)

  it("keeps the transport's message and whether the request was sent", function()
    local answer = { kind = "timeout", message = "timed out", sent = true }
    local err = failure_of(answer)
    assert.equal("timeout", err.kind)
    assert.is_false(err.maybe_executed)
    assert.truthy(err.message:find("timed out (GET /meetings/m1)", 1, true), err.message)
    err = failure_of(answer, function(meetings)
      return meetings:create({})
    end)
    assert.is_true(err.maybe_executed)
    answer.sent = false
    err = failure_of(answer, function(meetings)
      return meetings:create({})
    end)
    assert.is_false(err.maybe_executed)
  end)

  it("reports a creating call as maybe executed after a 5xx and after an unusable 200", function()
    local function create(meetings)
      return meetings:create({})
    end
    assert.is_true(failure_of({ status = 500 }, create).maybe_executed)
    assert.is_true(failure_of({ status = 200, text = "<html>" }, create).maybe_executed)
    assert.is_false(failure_of(service(422, "x"), create).maybe_executed)
  end)

  it("derives the kind, but not maybe_executed, from a code", function()
    local function create(meetings)
      return meetings:create({})
    end
    for _, case in ipairs({
      { 500, 971, "rate_limit" },
      { 500, 7003, "not_found" },
      { 504, 10000, "authentication" },
      { 503, 6003, "authentication" },
    }) do
      local answer = gateway(case[1], case[2], "x")
      local err = failure_of(answer, create)
      assert.equal(case[3], err.kind)
      assert.is_true(err.maybe_executed)
      assert.is_string(err.hint)
      assert.is_false(failure_of(answer).maybe_executed)
    end
    for _, status in ipairs({ 200, 403, 429 }) do
      assert.is_false(failure_of(gateway(status, 971, "x"), create).maybe_executed)
    end
  end)

  it("carries status, request id, attempts and URL", function()
    local answer = service(429, "slow down")
    answer.headers = { ["CF-Ray"] = "8f00-FRA", ["Retry-After"] = "17" }
    local err = failure_of(answer)
    assert.equal("8f00-FRA", err.request_id)
    assert.equal(17, err.retry_after)
    assert.equal("GET", err.method)
    assert.equal(1, err.attempts)
    assert.equal(
      "https://api.example.com/client/v4/accounts/acc/realtime/kit/app/meetings/m1",
      err.url
    )
    assert.truthy(err.message:find("8f00-FRA", 1, true))
  end)

  it("names the operation, and the number of attempts after several", function()
    local refused = { kind = "connection", message = "refused", sent = false }
    local client = clients.fake({ refused }, { max_retries = 1 })
    local _, message, err = client.meetings:get_participant("m1", "p1")
    assert.equal("GET /meetings/{meeting_id}/participants/{participant_id}", err.operation)
    assert.equal("refused (GET /meetings/m1/participants/p1, 2 attempts)", message)
    _, message, err = clients.fake({ { status = 500 } }):request({ path = "/x" })
    assert.is_nil(err.operation)
    assert.truthy(message:find("(HTTP 500, GET /x, 3 attempts)", 1, true), message)
  end)

  it("appends the hint to the API's message", function()
    local err = failure_of(gateway(401, 10000, "Authentication error"))
    assert.truthy(
      err.message:find("^Authentication error %(HTTP 401, GET /meetings/m1%); the api_")
    )
    assert.truthy(err.message:find("; " .. err.hint, 1, true))
    assert.is_nil(failure_of(service(404, "No meeting found")).hint)
  end)

  it("shows neither token nor query", function()
    local client = clients.fake({ { status = 500 } }, { max_retries = 0 })
    local _, message, err = client.meetings:list({ search = "private" })
    for _, text in ipairs({ message, err.url }) do
      assert.falsy(text:find("private", 1, true))
      assert.falsy(text:find("test-token", 1, true))
    end
  end)
end)
