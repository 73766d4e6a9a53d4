-- SPDX-License-Identifier: MIT
local closing = require("rtk.runtime.closing")

local has_closing_values = _VERSION >= "Lua 5.4"

describe("rtk.runtime.closing", function()
  local ends

  local function finish(argument)
    ends[#ends + 1] = argument
  end

  before_each(function()
    ends = {}
  end)

  it("returns what the function returns, and then has ended it", function()
    local value, err = closing.run(finish, function(argument)
      assert.same({}, ends)
      return nil, argument
    end, "a")
    assert.same({ nil, "a" }, { value, err })
    assert.same({ "a" }, ends)
  end)

  it("ends what raises, and raises its error", function()
    local problem = {}
    local ok, err = pcall(closing.run, finish, function()
      error(problem)
    end, "a")
    assert.is_false(ok)
    assert.equal(problem, err)
    assert.same({ "a" }, ends)
  end)

  it("ends what waits once it goes on, or is closed", function()
    local thread = coroutine.create(function()
      return closing.run(finish, coroutine.yield, "a")
    end)
    assert.same({ true, "a" }, { coroutine.resume(thread) })
    assert.same({}, ends)
    assert.same({ true, "b" }, { coroutine.resume(thread, "b") })
    assert.same({ "a" }, ends)
    if not has_closing_values then return end
    thread = coroutine.create(function()
      return closing.run(finish, coroutine.yield, "c")
    end)
    assert.same({ true, "c" }, { coroutine.resume(thread) })
    assert.is_true(rawget(coroutine, "close")(thread))
    assert.same({ "a", "c" }, ends)
  end)
end)
