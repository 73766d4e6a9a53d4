-- SPDX-License-Identifier: MIT
-- spec/nginx has the same work in the workers of an nginx.

local core = require("rtk.core")
local event = require("rtk.webhook.event")
local rtk = require("rtk")
local stored_work = require("rtk.webhook.stored_work")

local PUBLIC = assert(core.new_private_key(2048)):public_pem()

describe("stored work", function()
  local store, receiver, failing, handled, again, logged

  before_each(function()
    failing, handled, again, logged = {}, {}, {}, {}
    local seen = rtk.webhook.seen.memory()
    store = seen.store
    receiver = rtk.webhook.receiver({ public_keys = PUBLIC, seen = seen })
    receiver:on("*", function(about)
      table.insert(handled, about.name)
      if failing[about.name] then error("not yet", 0) end
    end)
  end)

  local function add(name, received_at, pause)
    local delivery = { id = name, received_at = received_at or os.time() }
    local about = event.new({ event = "meeting.started", name = name }, delivery)
    assert(stored_work.add(store, name, about, pause or 60))
  end

  -- Looks for work as a worker of nginx does; fails when that does not end.
  local function look()
    handled = {}
    local looks = 0
    local counting = setmetatable({}, { __index = store })
    function counting.rotate(_, list)
      looks = looks + 1
      assert(looks < 100, "the list is gone through without end")
      return store:rotate(list)
    end
    receiver._store = counting
    stored_work.run(receiver, function(seconds)
      table.insert(again, seconds)
    end, function(err)
      table.insert(logged, err.message)
    end)
    return table.concat(handled, " ")
  end

  it("is done once, in the order in which it came", function()
    add("a")
    add("b")
    assert.equal("a b", look())
    assert.equal("", look())
    assert.is_nil(store:rotate("work"))
    assert.same({}, again)
  end)

  it("goes through the list once, whatever leaves the list meanwhile", function()
    failing.never = true
    add("never")
    assert.equal("never", look())
    for _, name in ipairs({ "a", "b", "c" }) do
      add(name)
      assert.equal(name, look())
    end
    assert.equal("", look())
    assert.equal("never", store:rotate("work"))
    assert.equal("never", store:rotate("work"))
  end)

  it("is done again after a pause, which grows", function()
    failing.a = true
    add("a", nil, 0.001)
    for attempt = 1, 3 do
      assert.equal("a", look())
      assert.equal(0.01 + 0.001 * 2 ^ (attempt - 1), again[attempt])
      rtk.sleep(again[attempt])
    end
    failing.a = nil
    assert.equal("a", look())
    assert.equal("", look())
  end)

  it("is given up after a day", function()
    failing.a = true
    add("a", os.time() - 86400)
    assert.equal("a", look())
    assert.matches("given up", logged[2])
    assert.equal("", look())
    assert.same({}, again)
    assert.is_nil(store:rotate("work"))
  end)

  it("stays when the store fails meanwhile, or the process dies", function()
    add("a")
    local get, add_value = store.get, store.add
    store.get = function()
      return nil, "out of reach"
    end
    assert.equal("", look())
    store.get = get
    store.add = function()
      error("the process dies here", 0)
    end
    assert.has_error(look, "the process dies here")
    store.add = add_value
    assert.equal("a", look())
  end)
end)
