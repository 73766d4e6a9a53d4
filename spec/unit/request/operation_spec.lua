-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local operation = require("rtk.request.operation")
local route_url = require("rtk.emulator.http.url")
local router = require("rtk.emulator.http.router")
local wire_operations = require("spec.support.data.wire_operations")

-- All operations, the emulator's router for them, and the words in their paths.
local operations, routes, words = {}, router.new(), {}
for _, row in ipairs(wire_operations.rows()) do
  if not operations[row.key] then
    operations[row.key] = operation.named[row.key]
    local template = row.key:match("/.*")
    routes:add({ row.verb, template })
    for _, segment in ipairs(route_url.segments(template)) do
      if not segment:find("{", 1, true) then words[segment] = true end
    end
  end
end

describe("rtk.request.operation", function()
  local name = "PATCH /meetings/{meeting_id}/participants/{participant_id}"

  it("reads method and ids from the name", function()
    local op = operation.named[name]
    assert.equal("PATCH", op.method)
    assert.same({ "meeting_id", "participant_id" }, op.arguments)
    assert.is_true(op.is_repeatable)
    assert.is_false(operation.named["POST /meetings"].is_repeatable)
    assert.equal(op, operation.named[name])
  end)

  it("treats every request as repeatable except an unknown POST", function()
    for _, method in ipairs({ "GET", "HEAD", "PUT", "PATCH", "DELETE" }) do
      assert.is_true(operation.unknown(method).is_repeatable)
    end
    assert.is_false(operation.unknown("POST").is_repeatable)
    assert.is_false(operation.named["POST /unheard/of"].is_repeatable)
  end)

  it("knows that apps are not below an app", function()
    for _, row in ipairs(wire_operations.rows()) do
      assert.equal(row.resource == "apps", operation.named[row.key].is_of_account, row.key)
    end
  end)

  it("knows the ids with which a server would run another operation", function()
    local count = 0
    for key, op in pairs(operations) do
      for position, argument in ipairs(op.arguments) do
        for word in pairs(words) do
          local path = key:gsub("^%u+ ", ""):gsub("{" .. argument .. "}", word):gsub("{.-}", "x")
          local found = routes:find(op.method, route_url.segments(path))[2]
          local other = op.method .. " " .. found
          local taken = op.taken and op.taken[position] and op.taken[position][word]
          assert.equal(other ~= key and other or nil, taken, key .. " " .. word)
          count = count + (taken and 1 or 0)
        end
      end
    end
    assert.is_true(count > 0)
  end)

  it("knows without which fields an answer is of no use", function()
    for text, needs in pairs({
      ["GET /meetings/{meeting_id}"] = { "id" },
      ["GET /livestreams/{livestream_id}"] = { "id" },
      ["POST /apps"] = { "id" },
      ["POST /meetings/{meeting_id}/participants"] = { "id", "token" },
      ["POST /meetings/{meeting_id}/participants/{participant_id}/token"] = { "token" },
      -- These may answer with a part of the object, or with nothing.
      ["GET /meetings/{meeting_id}/participants"] = {},
      ["PATCH /presets/{preset_id}"] = {},
      ["PUT /webhooks/{webhook_id}"] = {},
      ["DELETE /webhooks/{webhook_id}"] = {},
      ["POST /recordings/track"] = {},
      ["POST /meetings/{meeting_id}/active-session/kick-all"] = {},
    }) do
      assert.same(needs, operation.named[text].needs, text)
    end
    assert.same({}, operation.unknown("POST").needs)
  end)

  it("finds what an answer lacks", function()
    local function missing(text, data)
      return operation.missing(operation.named[text], { data = data })
    end
    local get, add = "GET /meetings/{meeting_id}", "POST /meetings/{meeting_id}/participants"
    assert.equal("object", missing(get, nil))
    assert.equal("object", missing(get, "m1"))
    for _, data in ipairs({ {}, { title = "T" }, { id = "" }, { id = {} }, { { id = "m1" } } }) do
      assert.equal("id", missing(get, data))
    end
    assert.is_nil(missing(get, { id = "m1" }))
    assert.is_nil(missing(get, { id = 5 }))
    assert.equal("token", missing(add, { id = "p1" }))
    assert.equal("token", missing(add, { id = "p1", token = "" }))
    assert.is_nil(missing(add, { id = "p1", token = "t" }))
    assert.equal("id", missing("POST /apps", { app = {} }))
    assert.is_nil(missing("POST /apps", { app = { id = "a1" } }))
    assert.is_nil(missing("POST /apps", { id = "a1" }))
    local details = "GET /livestreams/{livestream_id}"
    assert.equal("id", missing(details, { livestream = {}, sessions = {} }))
    assert.is_nil(missing(details, { livestream = { id = "l1" } }))
    assert.is_nil(missing(details, { id = "l1" }))
    assert.is_nil(operation.missing(operation.named[get], { result = { id = "m1" } }))
  end)

  it("fills in what the API requires and the caller leaves out", function()
    local mute_all = operation.named["POST /meetings/{meeting_id}/active-session/mute-all"]
    local other = { other = 1 }
    assert.same({ allow_unmute = false }, operation.complete_body(mute_all, nil))
    assert.same({ allow_unmute = false, other = 1 }, operation.complete_body(mute_all, other))
    assert.same({ other = 1 }, other)
    for _, value in ipairs({ true, core.null }) do
      local body = { allow_unmute = value }
      assert.equal(body, operation.complete_body(mute_all, body))
    end
    for _, row in ipairs(wire_operations.rows()) do
      assert.same(row.defaults, operation.named[row.key].fields.defaults or {}, row.title)
    end
  end)

  it("knows what is meant by a query name that people try", function()
    local ok, message = pcall(operation.check_query, operation.named["GET /sessions"], {
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
      local ok, message = pcall(operation.check_query, sessions, case[1])
      assert.is_false(ok)
      assert.truthy(message:find(case[2], 1, true), message)
    end
    local report = operation.named["GET /sessions/peer-report/{peer_id}"]
    assert.is_false(pcall(operation.check_query, report, { filters = { "device_info" } }))
  end)

  it("takes tables where a query name has several values, and nulls anywhere", function()
    local query = { status = { "UPLOADED", "ERRORED" }, search = core.null }
    assert.equal(query, operation.check_query(operation.named["GET /recordings"], query))
  end)

  it("takes seconds since 1970 where the API wants a date", function()
    local sessions, daywise =
      operation.named["GET /sessions"], operation.named["GET /analytics/daywise"]
    local query = { start_time = 1767225600, end_time = 1767225600.25, search = "x" }
    local checked = operation.check_query(sessions, query)
    assert.same({
      start_time = "2026-01-01T00:00:00Z",
      end_time = "2026-01-01T00:00:00.250Z",
      search = "x",
    }, checked)
    assert.equal(1767225600, query.start_time)
    assert.same(
      { start_date = "2026-01-01" },
      operation.check_query(daywise, {
        start_date = 1767225600 + 86399,
      })
    )
    -- Numbers that are no dates stay numbers.
    local overall = { start_time = 1767225600 }
    local livestreams = operation.named["GET /analytics/livestreams/overall"]
    assert.equal(overall, operation.check_query(livestreams, overall))
    assert.same({ per_page = 5 }, operation.check_query(sessions, { per_page = 5 }))
  end)

  it("refuses milliseconds and what is no number in the place of a date", function()
    for _, number in ipairs({ 1767225600000, math.huge, -math.huge, 0 / 0 }) do
      local ok, message = pcall(operation.check_query, operation.named["GET /sessions"], {
        start_time = number,
      })
      assert.is_false(ok)
      assert.truthy(message:find("query.start_time must be seconds since 1970", 1, true), message)
    end
  end)

  it("sends options that stand in the query's place back to theirs", function()
    local ok, message =
      pcall(operation.check_query, operation.named["GET /meetings"], { timeout = 5 })
    assert.is_false(ok)
    assert.truthy(message:find("options come after the query", 1, true), message)
  end)
end)
