-- SPDX-License-Identifier: MIT
-- webhooks:ensure, with the emulator and its faults.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new

local URL = "https://example.com/hook"

describe("webhooks:ensure", function()
  local emulator, client

  before_each(function()
    emulator = new_emulator()
    client = emulator:client({ max_retries = 0 })
  end)

  local function ensure(changes)
    local body = { url = URL, name = "hook", events = { "meeting.started", "meeting.ended" } }
    for name, value in pairs(changes or {}) do
      body[name] = value
    end
    return client.webhooks:ensure(body)
  end

  local function all()
    return #assert(client.webhooks:list())
  end

  it("creates the first webhook, and leaves it alone afterwards", function()
    local created, outcome = ensure()
    assert.equal("created", outcome)
    local found
    found, outcome = ensure()
    assert.equal("unchanged", outcome)
    assert.equal(created.id, found.id)
    assert.equal(1, all())
  end)

  it("takes events for a set, and compares only what it is given", function()
    assert(ensure())
    for _, changes in ipairs({
      { events = { "meeting.ended", "meeting.started" } },
      { enabled = true },
    }) do
      assert.equal("unchanged", select(2, ensure(changes)))
    end
  end)

  it("updates what differs, and returns the whole webhook", function()
    local created = assert(ensure())
    for _, changes in ipairs({
      { events = { "meeting.ended" } },
      { events = { "meeting.ended", "recording.statusUpdate" }, name = "other" },
      { events = { "meeting.ended", "recording.statusUpdate" }, name = "other", enabled = false },
    }) do
      local webhook, outcome = ensure(changes)
      assert.equal("updated", outcome)
      assert.equal(created.id, webhook.id)
      assert.same({ URL, changes.name or "hook" }, { webhook.url, webhook.name })
      table.sort(webhook.events)
      assert.same(changes.events, webhook.events)
      assert.equal(changes.enabled ~= false, webhook.enabled)
    end
    assert.equal(1, all())
  end)

  it("does not mind webhooks of other URLs", function()
    assert(client.webhooks:create({
      url = URL .. "/other",
      name = "other",
      events = { "meeting.started" },
    }))
    assert.equal("created", select(2, ensure()))
    assert.equal(2, all())
  end)

  it("creates one although the answer was lost", function()
    emulator:fault({ operation = "POST /webhooks", kind = "close", after = true, times = 1 })
    local webhook, outcome = ensure()
    assert.equal("created", outcome)
    assert.equal(URL, webhook.url)
    assert.equal(1, all())
  end)

  it("adopts the webhook of a program that was faster", function()
    local existing =
      { id = "w1", url = URL, name = "hook", enabled = true, events = { "meeting.started" } }
    local fake, transport = clients.fake({
      { status = 404, json = { success = false, error = { message = "No webhooks found" } } },
      { status = 409, json = { success = false, error = { message = "exists" } } },
      { json = { success = true, data = { existing } } },
      { json = { success = true, data = { id = "w1", name = "hook" } } },
      { json = { success = true, data = existing } },
    })
    local webhook, outcome = fake.webhooks:ensure({
      url = URL,
      name = "hook",
      events = { "meeting.ended" },
    })
    assert.equal("w1", webhook.id)
    assert.equal("updated", outcome)
    assert.equal('{"events":["meeting.ended"]}', transport.requests[4].body)
    assert.equal("PATCH", transport.requests[4].method)
  end)

  it("returns the error of the step that failed", function()
    for _, operation in ipairs({ "GET /webhooks", "POST /webhooks" }) do
      emulator:fault({ operation = operation, kind = "status", status = 403, times = 1 })
      local webhook, message, err = ensure()
      assert.is_nil(webhook)
      assert.is_string(message)
      assert.equal("permission", err.kind)
    end
    assert(ensure())
    for _, operation in ipairs({ "PATCH /webhooks/{webhook_id}", "GET /webhooks/{webhook_id}" }) do
      emulator:fault({ operation = operation, kind = "status", status = 403, times = 1 })
      local webhook, _, err = ensure({ name = operation })
      assert.is_nil(webhook)
      assert.equal("permission", err.kind)
    end
  end)

  it("raises for what cannot be one", function()
    for _, body in ipairs({ false, {}, { url = 5 }, { url = URL, events = "meeting.started" } }) do
      local message = clients.misuse_of(function()
        client.webhooks:ensure(body)
      end)
      assert.truthy(message:find("webhook_spec", 1, true), message)
    end
  end)
end)
