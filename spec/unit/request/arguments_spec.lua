-- SPDX-License-Identifier: MIT
local arguments = require("rtk.request.arguments")
local core = require("rtk.core")
local operation = require("rtk.request.operation")
local wire_operations = require("spec.support.data.wire_operations")

describe("rtk.request.arguments", function()
  it("fills in what the API requires and the caller leaves out", function()
    local mute_all = operation.named["POST /meetings/{meeting_id}/active-session/mute-all"]
    local other = { other = 1 }
    assert.same({ allow_unmute = false }, arguments.complete_body(mute_all, nil))
    assert.same({ allow_unmute = false, other = 1 }, arguments.complete_body(mute_all, other))
    assert.same({ other = 1 }, other)
    for _, value in ipairs({ true, core.null }) do
      local body = { allow_unmute = value }
      assert.equal(body, arguments.complete_body(mute_all, body))
    end
    for _, row in ipairs(wire_operations.rows()) do
      assert.same(row.defaults, operation.named[row.key].fields.defaults or {}, row.title)
    end
  end)

  it("knows what is meant by a query name that people try", function()
    local ok, message = pcall(arguments.check_query, operation.named["GET /sessions"], {
      meeting_id = "m",
    })
    assert.is_false(ok)
    assert.truthy(message:find('unknown query name "meeting_id" for GET /sessions', 1, true))
    assert.truthy(message:find('it is called "associated_id" here', 1, true), message)
  end)

  it("refuses a table where a query name has a single value, and says the way out", function()
    local sessions = operation.named["GET /sessions"]
    for _, case in ipairs({
      {
        { start_time = os.date("*t") },
        "query.start_time must be a single value, got a table (a date",
      },
      { { start_time = os.date("!*t", 0) }, "a number: os.time()" },
      { { search = {} }, "query.search must be a single value, got a table (extra_query" },
      { { status = { "LIVE", "ENDED" } }, "query.status must be a single value" },
      { { per_page = { 5 } }, "query.per_page must be a single value" },
    }) do
      local ok, message = pcall(arguments.check_query, sessions, case[1])
      assert.is_false(ok)
      assert.truthy(message:find(case[2], 1, true), message)
    end
    local report = operation.named["GET /sessions/peer-report/{peer_id}"]
    assert.is_false(pcall(arguments.check_query, report, { filters = { "device_info" } }))
  end)

  it("takes tables where a query name has several values, and nulls anywhere", function()
    local query = { status = { "UPLOADED", "ERRORED" }, search = core.null }
    assert.equal(query, arguments.check_query(operation.named["GET /recordings"], query))
  end)

  it("takes seconds since 1970 where the API wants a date", function()
    local sessions, daywise =
      operation.named["GET /sessions"], operation.named["GET /analytics/daywise"]
    local query = { start_time = 1767225600, end_time = 1767225600.25, search = "x" }
    local checked = arguments.check_query(sessions, query)
    assert.same({
      start_time = "2026-01-01T00:00:00Z",
      end_time = "2026-01-01T00:00:00.250Z",
      search = "x",
    }, checked)
    assert.equal(1767225600, query.start_time)
    assert.same(
      { start_date = "2026-01-01" },
      arguments.check_query(daywise, {
        start_date = 1767225600 + 86399,
      })
    )
    -- Numbers that are no dates stay numbers.
    local overall = { start_time = 1767225600 }
    local livestreams = operation.named["GET /analytics/livestreams/overall"]
    assert.equal(overall, arguments.check_query(livestreams, overall))
    assert.same({ per_page = 5 }, arguments.check_query(sessions, { per_page = 5 }))
  end)

  it("refuses milliseconds and what is no number in the place of a date", function()
    for _, number in ipairs({ 1767225600000, math.huge, -math.huge, 0 / 0 }) do
      local ok, message = pcall(arguments.check_query, operation.named["GET /sessions"], {
        start_time = number,
      })
      assert.is_false(ok)
      assert.truthy(message:find("query.start_time must be seconds since 1970", 1, true), message)
    end
  end)

  it("sends options that stand in the query's place back to theirs", function()
    local ok, message =
      pcall(arguments.check_query, operation.named["GET /meetings"], { timeout = 5 })
    assert.is_false(ok)
    assert.truthy(message:find("options come after the query", 1, true), message)
  end)
end)
