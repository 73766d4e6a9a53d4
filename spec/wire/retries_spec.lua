-- SPDX-License-Identifier: MIT
-- Which operations are repeated, for every operation and every failure. Which may be repeated is in
-- spec/fixtures/operations.lua, from the API's documentation and from nothing in lua/.

local clients = require("spec.support.clients.clients")
local operation = require("rtk.request.operation")
local wire_operations = require("spec.support.data.wire_operations")

local rows = wire_operations.rows()

-- Calls the row's method on a client that gets `answer` and then a good one.
local function call_after(row, answer)
  local client, transport = clients.fake({ answer, wire_operations.answer })
  local arguments = wire_operations.arguments(row)
  if not row.is_walk then
    local value, _, err = wire_operations.call(client, row, arguments)
    return value, err, #transport.requests
  end
  local ok, value = pcall(wire_operations.call, client, row, arguments)
  return ok and value or nil, nil, #transport.requests
end

local function gateway(code)
  return { success = false, errors = { { code = code, message = "x" } } }
end

-- Failures after which the request certainly had no effect.
local harmless = {
  ["no connection"] = { kind = "connection", message = "refused", sent = false },
  ["no connection in time"] = { kind = "timeout", message = "late", sent = false },
  ["429"] = { status = 429, text = "<html>", headers = { ["Retry-After"] = "1" } },
  ["429 without Retry-After"] = { status = 429, json = gateway(10429) },
  ["a page for error 1015"] = { status = 429, text = "error code: 1015" },
  ["421"] = { status = 421 },
  ["425"] = { status = 425, text = "Too Early" },
  ["code 971 under 403"] = { status = 403, json = gateway(971) },
  ["code 971 under 200"] = { status = 200, json = gateway(971) },
}

-- The same without the whole body: the status came.
for _, status in ipairs({ 421, 425, 429 }) do
  harmless[status .. " whose body is lost"] =
    { kind = "connection", message = "lost", sent = true, status = status }
end

-- Failures after which it may have had one.
local ambiguous = {
  ["an answer that is lost"] = { kind = "connection", message = "lost", sent = true },
  ["an answer that is late"] = { kind = "timeout", message = "late", sent = true },
  ["an answer that breaks off"] = { kind = "connection", message = "x", sent = true, status = 200 },
}
for _, status in ipairs({ 408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 530 }) do
  ambiguous["status " .. status] = { status = status, text = "<html>" }
end

for _, status in ipairs({ 408, 500, 503 }) do
  ambiguous["code 971 under " .. status] = { status = status, json = gateway(971) }
end

-- A code may choose the kind, and nothing else.
for _, code in ipairs({ 6003, 7003, 9109, 10000 }) do
  for _, status in ipairs({ 408, 500, 504 }) do
    local title = ("code %d under %d"):format(code, status)
    ambiguous[title] = { status = status, json = gateway(code) }
  end
end

for _, status in ipairs({ 408, 500, 503 }) do
  ambiguous[status .. " whose body is lost"] =
    { kind = "connection", message = "lost", sent = true, status = status }
end

local answers = {}
for status, message in pairs({ [400] = "invalid", [403] = "no", [409] = "exists", [422] = "x" }) do
  answers["status " .. status] =
    { status = status, json = { success = false, error = { code = status, message = message } } }
end

describe("every operation", function()
  it("is repeatable in the schema exactly if the table of operations says so", function()
    for _, row in ipairs(rows) do
      assert.equal(row.is_repeatable, operation.named[row.key].is_repeatable, row.title)
    end
  end)

  for title, failure in pairs(harmless) do
    it("is sent again after " .. title, function()
      for _, row in ipairs(rows) do
        local value, _, sends = call_after(row, failure)
        assert.is_truthy(value, row.title)
        assert.equal(2, sends, row.title)
      end
    end)
  end

  for title, failure in pairs(ambiguous) do
    it("is sent again after " .. title .. " if it is repeatable, and else never", function()
      for _, row in ipairs(rows) do
        local value, err, sends = call_after(row, failure)
        if row.is_repeatable then
          assert.is_truthy(value, row.title)
          assert.equal(2, sends, row.title)
        else
          assert.is_nil(value, row.title)
          assert.is_true(err.maybe_executed, row.title)
          assert.equal(1, sends, row.title)
        end
      end
    end)
  end

  for _, kind in ipairs({ "connection", "timeout", "protocol" }) do
    it(
      "takes a 4xx whose body ends in " .. kind .. " for a refusal unless it can be repeated",
      function()
        for _, row in ipairs(rows) do
          local answer = { kind = kind, message = "lost", sent = true, status = 400 }
          local _, err, sends = call_after(row, answer)
          if not row.is_repeatable then
            assert.equal("invalid", err.kind, row.title)
            assert.is_false(err.maybe_executed, row.title)
            assert.equal(1, sends, row.title)
          end
        end
      end
    )
  end

  for title, answer in pairs(answers) do
    it("takes " .. title .. " for the answer it is", function()
      for _, row in ipairs(rows) do
        local value, err, sends = call_after(row, answer)
        assert.is_nil(value, row.title)
        assert.equal(1, sends, row.title)
        if err then assert.is_false(err.maybe_executed, row.title) end
      end
    end)
  end
end)
