-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")

describe("rtk.hints.preset_hint", function()
  local missing = {
    status = 404,
    json = { success = false, error = { code = 404, message = "No preset found with name x" } },
  }

  local function presets(names)
    local list = {}
    for index, name in ipairs(names) do
      list[index] = { id = "p" .. index, name = name }
    end
    return { json = { success = true, data = require("rtk").array(list) } }
  end

  local function add(answers, name, options)
    local client, transport, waits = clients.fake(answers)
    local body = { preset_name = name, custom_participant_id = "u1" }
    local value, message, err = client.meetings:add_participant("m1", body, options)
    assert.is_nil(value)
    assert.equal(message, err.message)
    return err, transport.requests, waits
  end

  it("names the nearest preset", function()
    local client = emulator.new({}):client({})
    local meeting = assert(client.meetings:create({ title = "T" }))
    local body = { preset_name = "group-call-host", custom_participant_id = "u1", name = "Ann" }
    local _, message, err = meeting:add_participant(body)
    assert.equal('did you mean the preset "group_call_host"?', err.hint)
    assert.truthy(message:find("^No preset found with name group%-call%-host %(HTTP 404"), message)
    assert.truthy(message:find("; " .. err.hint, 1, true), message)
    assert.equal("not_found", err.kind)
    assert.equal(1, err.attempts)
    body.preset_name = "group_call_host"
    local participant = assert(meeting:add_participant(body))
    _, _, err = participant:update({ preset_name = "groupCallGuest" })
    assert.truthy(err.hint:find("preset", 1, true), err.hint)
  end)

  it("lists the existing presets when none is near", function()
    local err = add({ missing, presets({ "kiosk", "door" }) }, "webinar_presenter")
    assert.equal("existing presets: door, kiosk", err.hint)
    local names = {}
    for index = 1, 11 do
      names[index] = ("n%02d"):format(index)
    end
    err = add({ missing, presets(names) }, "webinar_presenter")
    assert.truthy(err.hint:find("n10, …", 1, true), err.hint)
    err = add({ missing, presets({}) }, "x")
    assert.truthy(err.hint:find("the app has no presets", 1, true), err.hint)
  end)

  it("shows names of any length in a hint of bounded length", function()
    local long = ("n"):rep(2 ^ 20)
    local err = add({ missing, presets({ long, "door" }) }, ("p"):rep(100))
    assert.truthy(err.hint:find("^existing presets: door, n+%.%.%.$"), err.hint)
    local names = {}
    for index = 1, 300 do
      names[index] = index .. long:sub(1, 90)
    end
    err = add({ missing, presets(names) }, "webinar_presenter")
    assert.is_true(#err.hint <= 503)
    assert.falsy(err.hint:find("101n", 1, true))
  end)

  it("knows the API's other words for it", function()
    for _, words in ipairs({ "Preset not found", "The preset does not exist" }) do
      local answer = { status = 400, json = { success = false, error = { message = words } } }
      assert.truthy(add({ answer, presets({ "door" }) }, "dor").hint:find('"door"', 1, true))
    end
  end)

  it("asks once, for a short time, in the same app", function()
    local _, requests, waits = add({ missing, { status = 503 } }, "x", { app_id = "other" })
    assert.equal(2, #requests)
    assert.same({}, waits)
    assert.equal("GET", requests[2].method)
    assert.truthy(requests[2].url:find("/kit/other/presets?per_page=100", 1, true))
    assert.is_true(requests[2].timeout <= 3)
  end)

  it("stays within the call's total_timeout", function()
    local slow = { status = 404, json = missing.json, elapsed = 4 }
    local err, requests = add({ slow, presets({ "xy" }) }, "xyz", { total_timeout = 5 })
    assert.equal(2, #requests)
    assert.is_true(requests[2].timeout <= 1)
    assert.is_string(err.hint)
    slow.elapsed = 6
    err, requests = add({ slow, presets({ "xy" }) }, "xyz", { total_timeout = 5 })
    assert.equal(1, #requests)
    assert.is_nil(err.hint)
  end)

  it("leaves the message as it was when the presets cannot be had", function()
    for _, answer in ipairs({
      { kind = "connection", message = "refused", sent = false },
      { status = 200, text = "<html>" },
      { status = 403 },
    }) do
      local err = add({ missing, answer }, "x")
      assert.equal(
        "No preset found with name x (HTTP 404, POST /meetings/m1/participants)",
        err.message
      )
      assert.is_nil(err.hint)
    end
    assert.truthy(
      add({ missing, { json = { success = true, data = { 1, { name = 2 } } } } }, "x").hint
    )
  end)

  it("asks nothing after other failures", function()
    local other = { status = 404, json = { success = false, error = { message = "No meeting" } } }
    for _, answer in ipairs({ other, { status = 422 }, { status = 409 } }) do
      local _, requests = add({ answer }, "x")
      assert.equal(1, #requests)
    end
    local client, transport = clients.fake({ missing })
    client.presets:get("p1")
    client.meetings:add_participant("m1", {})
    assert.equal(2, #transport.requests)
  end)
end)
