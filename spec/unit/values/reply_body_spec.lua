-- SPDX-License-Identifier: MIT
local operation = require("rtk.request.operation")
local reply_body = require("rtk.values.reply_body")

describe("rtk.values.reply_body", function()
  it("finds what an answer lacks", function()
    local function missing(text, data)
      return reply_body.missing(operation.named[text], { data = data })
    end
    local get, add = "GET /meetings/{meeting_id}", "POST /meetings/{meeting_id}/participants"
    assert.equal("object", missing(get, nil))
    assert.equal("object", missing(get, "m1"))
    for _, data in ipairs({ {}, { title = "T" }, { id = "" }, { id = {} }, { { id = "m1" } } }) do
      assert.equal("id", missing(get, data))
    end
    assert.is_nil(missing(get, { id = "m1" }))
    assert.is_nil(missing(get, { id = 5 }))
    assert.equal("token", missing(add, { id = "p1" }))
    assert.equal("token", missing(add, { id = "p1", token = "" }))
    assert.is_nil(missing(add, { id = "p1", token = "t" }))
    assert.equal("id", missing("POST /apps", { app = {} }))
    assert.is_nil(missing("POST /apps", { app = { id = "a1" } }))
    assert.is_nil(missing("POST /apps", { id = "a1" }))
    local details = "GET /livestreams/{livestream_id}"
    assert.equal("id", missing(details, { livestream = {}, sessions = {} }))
    assert.is_nil(missing(details, { livestream = { id = "l1" } }))
    assert.is_nil(missing(details, { id = "l1" }))
    assert.is_nil(reply_body.missing(operation.named[get], { result = { id = "m1" } }))
  end)
end)
