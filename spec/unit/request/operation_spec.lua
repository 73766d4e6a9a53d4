-- SPDX-License-Identifier: MIT
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

  it("makes an unknown one once for each method, below an account and elsewhere", function()
    assert.equal(operation.unknown("GET"), operation.unknown("GET", false))
    assert.equal(operation.unknown("GET", true), operation.unknown("GET", true))
    assert.is_true(operation.unknown("GET", true).is_of_account)
    assert.is_false(operation.unknown("GET").is_of_account)
    assert.equal("PUT", operation.unknown("PUT").method)
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
end)
