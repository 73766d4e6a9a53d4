-- SPDX-License-Identifier: MIT
local events = require("rtk.http.events")

describe("rtk.http.events", function()
  local call = { method = "GET", url = "https://a.example/b?secret=1", attempt = 2 }

  it("tells what happened to which call, without its query", function()
    local told
    local shared = {
      settings = {
        on_event = function(given)
          told = given
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
    }, told)
    events.emit(shared, "request", call)
    assert.equal("request", told.type)
  end)

  it("tells nothing when nobody listens", function()
    assert.is_nil(events.emit({ settings = {} }, "wait", call, {}))
  end)
end)
