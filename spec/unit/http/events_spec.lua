-- SPDX-License-Identifier: MIT
local events = require("rtk.http.events")

describe("rtk.http.events", function()
  local call = { method = "GET", url = "https://a.example/b?secret=1", attempt = 2 }

  it("describe the call without its query", function()
    local event
    local shared = {
      settings = {
        on_event = function(emitted)
          event = emitted
        end,
      },
    }
    events.emit(shared, "wait", call, { seconds = 5 })
    assert.same({
      type = "wait",
      method = "GET",
      url = "https://a.example/b",
      attempt = 2,
      seconds = 5,
    }, event)
    events.emit(shared, "request", call)
    assert.equal("request", event.type)
  end)

  it("are not made without on_event", function()
    assert.is_nil(events.emit({ settings = {} }, "wait", call, {}))
  end)
end)
