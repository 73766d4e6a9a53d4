-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local events = require("rtk.emulator.webhooks.events")

describe("rtk.emulator.webhooks.events", function()
  it("notes what happened with its time, in order, for each app", function()
    local api = calls.new()
    local _, app = api.emulator.store:find_app(api.emulator.app_id)
    assert.same({}, events.of(app))
    events.publish(api.emulator, app, { event = "one" })
    api.emulator:advance(2)
    events.publish(api.emulator, app, { event = "two" })
    local start = events.of(app)[1].at
    assert.same({
      { at = start, payload = { event = "one" } },
      { at = start + 2000, payload = { event = "two" } },
    }, events.of(app))
    local other = api.account:data("POST", "/apps", { name = "other" }).app.id
    assert.same({}, events.of(select(2, api.emulator.store:find_app(other))))
  end)
end)
