-- SPDX-License-Identifier: MIT
local lost_answers = require("spec.support.clients.lost_answers")
local rtk = require("rtk")

local LOST = lost_answers.TIMEOUT
local BAD_GATEWAY = lost_answers.BAD_GATEWAY
local REFUSED = lost_answers.REFUSED
local UNROUTED = lost_answers.UNROUTED
local NO_SESSION = lost_answers.NO_SESSION
local result_of = lost_answers.result_of

describe("rtk.attempts.error_as_success", function()
  it("treat a 404 as success for DELETE, kick and stop after a lost answer", function()
    for _, name in ipairs({ "kick", "kick_all", "stop_livestream", "delete" }) do
      for _, lost in ipairs({ LOST, BAD_GATEWAY, { status = 408 } }) do
        local found = result_of(name, { lost, NO_SESSION })
        -- An object keeps the id it was asked for.
        assert.same({ id = name == "delete" and "w1" or nil }, found.value, name)
        assert.equal(2, rtk.response(found.value).attempts)
        assert.equal(404, rtk.response(found.value).status)
        assert.equal(2, #found.requests)
      end
    end
  end)

  it("do not include that 404 when no answer was lost", function()
    for _, name in ipairs({ "kick", "kick_all", "stop_livestream", "delete" }) do
      for _, before in ipairs({ REFUSED, { status = 429 }, { status = 425 } }) do
        local err = result_of(name, { before, NO_SESSION }).err
        assert.equal("not_found", err.kind, name)
        assert.is_false(err.maybe_executed)
      end
    end
  end)

  it("do not include a 404 to a mute, which removes nobody", function()
    for _, name in ipairs({ "mute", "mute_all" }) do
      local found = result_of(name, { LOST, NO_SESSION })
      assert.equal("not_found", found.err.kind, name)
      assert.is_true(found.err.maybe_executed)
      assert.truthy(found.message:find("answer was lost (timeout)", 1, true), found.message)
      assert.equal(2, #found.requests)
    end
  end)

  it("do not include an unknown path or a 5xx", function()
    for _, name in ipairs({ "kick", "kick_all", "stop_livestream", "delete" }) do
      local err = result_of(name, { LOST, UNROUTED }).err
      assert.equal("not_found", err.kind, name)
      assert.is_true(err.maybe_executed)
      local broken = { status = 500, json = UNROUTED.json }
      assert.equal("not_found", result_of(name, { LOST, broken }).err.kind, name)
    end
  end)

  it("do not include a 404 whose response is incomplete", function()
    for _, name in ipairs({ "kick_all", "delete" }) do
      local cut = { kind = "connection", message = "cut", sent = true, status = 404 }
      local err = result_of(name, { LOST, cut }).err
      assert.equal("connection", err.kind, name)
      assert.is_true(err.maybe_executed)
    end
  end)
end)
