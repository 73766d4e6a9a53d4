-- SPDX-License-Identifier: MIT
-- Calls in tasks that a loop of the program's own drives.

local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")
local slow_client = require("spec.support.clients.slow_client")

describe("client:fd, client:timeout and client:step", function()
  local fixture = slow_client.fixture()

  -- Steps a client when it is due, until f returns true.
  local function drive(client, f)
    local count
    repeat
      core.wait({ (client:fd()) }, client:timeout() or 30)
      count = client:step()
    until f()
    return count
  end

  it("drive twenty calls at once, whose tasks nothing refers to", function()
    local client, got = fixture.client, 0
    for _ = 1, 20 do
      rtk.spawn(function()
        assert(fixture.meet("twenty", 20))
        rtk.sleep(0.02)
        got = got + 1
      end)
    end
    collectgarbage()
    collectgarbage()
    local count = drive(client, function()
      return got == 20
    end)
    assert.equal(0, count)
    assert.is_nil(client:timeout())
  end)

  it("never wait, and say how many calls have not ended", function()
    local client = fixture.client
    assert.equal(0, client:step())
    local task = rtk.spawn(function()
      return fixture.slow(60000)
    end)
    local start = core.now()
    for _ = 1, 100 do
      assert.equal(1, client:step())
    end
    assert.is_true(core.now() - start < 30)
    task:cancel()
    assert.equal(0, fixture.pending())
  end)

  it("know when a task that sleeps goes on", function()
    local client, is_over = fixture.client, false
    local task = rtk.spawn(function()
      rtk.sleep(600)
      is_over = true
    end)
    local left = client:timeout()
    assert.is_true(left > 500 and left <= 600, left)
    client:step()
    assert.is_false(is_over)
    task:cancel()
    rtk.spawn(function()
      rtk.sleep(0.05)
      is_over = true
    end)
    assert.is_true(client:timeout() <= 0.05)
    drive(client, function()
      return is_over
    end)
  end)

  it("keep what a task raises for those who wait for it", function()
    local task = rtk.spawn(function()
      rtk.sleep(0)
      coroutine.yield()
      error("raised", 0)
    end)
    assert.equal(0, fixture.client:timeout())
    fixture.client:step()
    assert.same({ false, "raised" }, { task:wait() })
  end)

  it("let tasks learn that the client was closed", function()
    local client, err = fixture.client, nil
    rtk.spawn(function()
      err = select(3, fixture.slow(60000))
    end)
    client:close()
    local descriptor, message = client:fd()
    assert.is_nil(descriptor)
    assert.matches("closed", message)
    assert.equal(0, client:timeout())
    client:step()
    assert.equal("cancelled", err.kind)
  end)

  it("serve transports without a descriptor", function()
    local client, title = new_emulator():client({}), nil
    assert.is_nil((client:fd()))
    rtk.spawn(function()
      title = assert(client.meetings:create({ title = "M" })).title
    end)
    drive(client, function()
      return title
    end)
    assert.equal("M", title)
    assert.is_nil(client:timeout())
  end)

  it("are called with a colon", function()
    for _, name in ipairs({ "fd", "timeout", "step" }) do
      local message = clients.misuse_of(fixture.client[name])
      assert.matches("call client:" .. name .. " with a colon", message)
    end
  end)
end)
