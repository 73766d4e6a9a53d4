-- SPDX-License-Identifier: MIT
-- Methods that are called by Cloudflare's names for them.

local sdk_names = require("rtk.resources.sdk_names")

describe("rtk.resources.sdk_names", function()
  local class = {
    _official = { getMeetings = "list" },
    _operation_ids = { get_one_meeting = "get" },
  }

  it("names ours for a name of the SDK, in any case", function()
    for _, name in ipairs({ "getMeetings", "get_meetings", "GetMeetings" }) do
      local expected = ('; the official SDK\'s "%s" is "list" here'):format(name)
      assert.equal(expected, sdk_names.clause(class, name))
    end
  end)

  it("names ours for the id of an operation", function()
    local expected = '; Cloudflare\'s operation "getOneMeeting" is "get" here'
    assert.equal(expected, sdk_names.clause(class, "getOneMeeting"))
  end)

  it("knows nothing of other names", function()
    assert.is_nil(sdk_names.clause(class, "getRooms"))
  end)
end)
