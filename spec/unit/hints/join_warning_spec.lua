-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local rtk = require("rtk")

describe("rtk.hints.join_warning", function()
  local ok = { json = { success = true, data = { id = "p1", token = "t" } } }

  -- The types of the events of a call, and the warning.
  local function events_of(call)
    local types, warning = {}, nil
    local client = clients.fake({ ok }, {
      on_event = function(event)
        types[#types + 1] = event.type
        if event.type == "warning" then warning = event end
      end,
    })
    assert(call(client.meetings))
    return table.concat(types, " "), warning
  end

  it("warns of a participant without a name, before the first request", function()
    for _, body in ipairs({ {}, { name = "" }, { name = rtk.null } }) do
      local types, warning = events_of(function(meetings)
        return meetings:add_participant("m1", body)
      end)
      assert.equal("warning request response call", types)
      assert.matches("^the participant has no name: ", warning.message)
      assert.equal("POST /meetings/{meeting_id}/participants", warning.operation)
      assert.equal(0, warning.attempt)
      assert.is_string(warning.call_id)
    end
    local types = events_of(function(meetings)
      return meetings:replace_participant("m1", "p1", {})
    end)
    assert.equal("warning request response call", types)
  end)

  it("does not warn of a name, or of other calls", function()
    for _, call in ipairs({
      function(meetings)
        return meetings:add_participant("m1", { name = "Ann" })
      end,
      function(meetings)
        return meetings:add_participant("m1", {}, { extra_body = { name = "Ann" } })
      end,
      function(meetings)
        return meetings:update_participant("m1", "p1", {})
      end,
    }) do
      assert.equal("request response call", (events_of(call)))
    end
  end)
end)
