-- SPDX-License-Identifier: MIT
local collection = require("rtk.emulator.state.collection")
local emulator = require("rtk.emulator")
local room = require("rtk.emulator.meetings.room")

describe("rtk.emulator.meetings.room", function()
  local emu, app

  before_each(function()
    emu = emulator.new({ start_time = 1000 })
    app = emu.store:account(emu.account_id).apps:get(emu.app_id)
  end)

  local function begin_session(id)
    local session = { id = id, meeting_id = "m", peers = collection.new() }
    return app:all("sessions"):add(session)
  end

  it("knows the session in progress, if there is one", function()
    assert.is_nil(room.session(app, "m"))
    local first = begin_session("a")
    assert.equal(first, room.session(app, "m"))
    assert.is_nil(room.session(app, "other"))
    first.ended = emu.clock:tick()
    assert.is_nil(room.session(app, "m"))
    assert.equal(begin_session("b"), room.session(app, "m"))
  end)

  it("is deserted a minute after the last one has left", function()
    assert.is_true(room.is_deserted(emu, app, "m"))
    local session = begin_session("a")
    local peer = session.peers:add({ id = "p" })
    emu:advance(1000)
    assert.is_false(room.is_deserted(emu, app, "m"))
    peer.left = emu.clock:now()
    emu:advance(59.999)
    assert.is_false(room.is_deserted(emu, app, "m"))
    emu:advance(0.001)
    assert.is_true(room.is_deserted(emu, app, "m"))
  end)

  it("plans for that time, or for now when it is over", function()
    local session = begin_session("a")
    local left = emu.clock:now()
    session.peers:add({ id = "p", left = left })
    room.plan(emu, app, "m", "recordings.room_empty")
    assert.is_nil(emu.schedule:take(left + 59999))
    assert.same(
      { at = left + 60000, kind = "recordings.room_empty", meeting_id = "m" },
      emu.schedule:take(left + 60000)
    )
    emu.clock:set(left + 100000)
    room.plan(emu, app, "m", "recordings.room_empty")
    assert.equal(left + 100000, emu.schedule:take(left + 100000).at)
  end)
end)
