-- SPDX-License-Identifier: MIT
-- Personal data: a peer report has addresses, names of devices, session descriptions. A program
-- reads them; no message, event or text of the object shows them, whatever the reply is like.

local clients = require("spec.support.clients.clients")
local personal_fields = require("spec.fixtures.personal_fields")
local rtk = require("rtk")

-- A report with a distinct text at every personal path, and these texts.
local function report()
  local body, texts = { success = true, data = { participant = { id = "peer-1" } } }, {}
  for index, path in ipairs(personal_fields) do
    local here, last = body, nil
    for name in path:gmatch("[^.]+") do
      if last then
        here[last] = here[last] or {}
        here = here[last]
      end
      last = name:match("^[^%[]+")
      if name:find("[]", 1, true) then
        here[last] = here[last] or rtk.array({})
        here, last = here[last], 1
      end
    end
    texts[index] = ("personal text %d."):format(index)
    here[last] = texts[index]
  end
  return body, texts
end

describe("what is personal in a peer report", function()
  local function run(status, body)
    local shown = {}
    local client = clients.fake({ { status = status, json = body } }, {
      max_retries = 0,
      on_event = function(event)
        for _, value in pairs(event) do
          shown[#shown + 1] = tostring(value)
        end
      end,
    })
    local value, message, err = client.sessions:get_peer_report("peer-1")
    for _, one in ipairs({ tostring(value), tostring(message), tostring(err) }) do
      shown[#shown + 1] = one
    end
    return table.concat(shown, "\n"), value, message
  end

  local function assert_hidden(texts, shown)
    for index, text in ipairs(texts) do
      assert.is_nil(shown:find(text, 1, true), personal_fields[index])
    end
  end

  it("is given to the program, and in no event or text", function()
    local body, texts = report()
    local shown, value = run(200, body)
    local update = value.peer_report.metadata.audio_devices_updates[1]
    assert.equal(texts[1], update.added[1].device_id)
    assert.truthy(#texts > 20)
    assert_hidden(texts, shown)
  end)

  it("is in no message, though a failing server quotes it", function()
    for _, status in ipairs({ 200, 400, 404, 500, 503 }) do
      local body, texts = report()
      body.success = false
      body.error = { code = status, message = "cannot read " .. table.concat(texts, ", ") }
      local shown, value, message = run(status, body)
      assert.is_nil(value)
      assert.truthy(message:find("cannot read [redacted]", 1, true), message)
      assert_hidden(texts, shown)
    end
  end)

  it("is in no message when the reply has no id", function()
    local body, texts = report()
    body.data.participant.id, body.message = nil, texts[1]
    local shown, value = run(200, body)
    assert.is_nil(value)
    assert_hidden(texts, shown)
  end)
end)
