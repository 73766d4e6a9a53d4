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

  local function look_after(seconds, to, key)
    assert.equal(receiver, to)
    table.insert(again, { key, seconds })
  end

  local function log(err)
    table.insert(logged, err.message)
  end

  -- Runs one piece; returns the names of those that were handled.
  local function run(key)
    handled = {}
    stored_work.run(receiver, key, look_after, log)
    return table.concat(handled, " ")
  end

  -- Runs all that is due; fails when that does not end.
  local function run_all()
    handled = {}
    local looks = 0
    local counting = setmetatable({}, { __index = store })
    function counting.rotate(_, list)
      looks = looks + 1
      assert(looks < 100, "the list is gone through without end")
      return store:rotate(list)
    end
    receiver._store = counting
    stored_work.run_all(receiver, look_after, log)
    return table.concat(handled, " ")
  end

  it("is done once, in the order in which it came", function()
    add("a")
    add("b")
    assert.equal("a b", run_all())
    assert.equal("", run_all())
    assert.is_nil(store:rotate("work"))
    assert.same({}, again)
  end)

  it("is done by its key, without a look at all the other work", function()
    add("a")
    add("b")
    assert.equal("b", run("b"))
    assert.equal("", run("b"))
    assert.equal("", run("c"))
    assert.equal("a", run_all())
    assert.is_nil(store:rotate("work"))
  end)

  it("goes through the list once, whatever leaves the list meanwhile", function()
    failing.never = true
    add("never")
    assert.equal("never", run_all())
    for _, name in ipairs({ "a", "b", "c" }) do
      add(name)
      assert.equal(name, run_all())
    end
    assert.equal("", run_all())
    assert.equal("never", store:rotate("work"))
    assert.equal("never", store:rotate("work"))
  end)

  it("is done again after a pause, which grows", function()
    failing.a = true
    add("a", nil, 0.001)
    for attempt = 1, 3 do
      assert.equal("a", run("a"))
      assert.same({ "a", 0.01 + 0.001 * 2 ^ (attempt - 1) }, again[attempt])
      rtk.sleep(again[attempt][2])
    end
    failing.a = nil
    assert.equal("a", run("a"))
    assert.equal("", run_all())
  end)

  it("is not done before its pause is over", function()
    failing.a = true
    add("a")
    assert.equal("a", run("a"))
    assert.equal("", run("a"))
    assert.equal("", run_all())
  end)

  it("is not done while it is being done", function()
    local runs = 0
    receiver:on("*", function(about)
      runs = runs + 1
      if runs < 3 then stored_work.run(receiver, about.name, look_after, log) end
    end)
    add("a")
    stored_work.run(receiver, "a", look_after, log)
    assert.equal(1, runs)
  end)

  for outcome, fails in pairs({ did = false, ["put off"] = true }) do
    it("is not done again when another process " .. outcome .. " it just before", function()
      failing.a = fails
      add("a")
      local add_value = store.add
      store.add = function(...)
        store.add = add_value
        assert.equal("a", run("a"))
        return add_value(...)
      end
      handled = {}
      stored_work.run(receiver, "a", look_after, log)
      assert.same({ "a" }, handled)
    end)
  end

  it("is given up after a day", function()
    failing.a = true
    add("a", os.time() - 86400)
    assert.equal("a", run("a"))
    assert.matches("given up", logged[2])
    assert.equal("", run_all())
    assert.same({}, again)
    assert.is_nil(store:rotate("work"))
  end)

  it("stays when the store fails meanwhile, or the process dies", function()
    add("a")
    local get, add_value = store.get, store.add
    store.get = function()
      return nil, "out of reach"
    end
    assert.equal("", run_all())
    store.get = get
    store.add = function()
      error("the process dies here", 0)
    end
    assert.has_error(run_all, "the process dies here")
    store.add = add_value
    assert.equal("a", run_all())
  end)
end)
