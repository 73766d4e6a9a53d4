-- SPDX-License-Identifier: MIT
local queue = require("rtk.runtime.scheduler.run_queue")

describe("rtk.runtime.scheduler.run_queue", function()
  local function everything()
    return true
  end

  local function only(task, wanted)
    return task == wanted
  end

  it("gives tasks in the order in which they were put in", function()
    local tasks, own = { {}, {}, {} }, queue.new()
    assert.is_true(own:is_empty())
    for index = 1, 3 do
      assert.equal(index, own:put(tasks[index]))
    end
    assert.is_false(own:is_empty())
    for index = 1, 3 do
      assert.equal(tasks[index], (own:take(own:last(), everything)))
    end
    assert.is_nil((own:take(own:last(), everything)))
    assert.is_true(own:is_empty())
  end)

  it("passes over tasks that are not accepted, and over those behind a place", function()
    local first, second, own = {}, {}, queue.new()
    local place = own:put(first)
    own:put(second)
    assert.is_nil((own:take(place, only, second)))
    assert.equal(second, (own:take(own:last(), only, second)))
    assert.equal(first, (own:take(own:last(), everything)))
  end)

  it("finds without taking out", function()
    local task, own = {}, queue.new()
    own:put(task)
    assert.equal(task, (own:find(own:last(), everything)))
    assert.equal(task, (own:take(own:last(), everything)))
  end)

  it("forgets tasks that are done, and those that nobody holds", function()
    local own = queue.new()
    own:put({ is_done = true })
    own:put({})
    collectgarbage()
    collectgarbage()
    assert.is_nil((own:take(own:last(), everything)))
    assert.is_true(own:is_empty())
  end)
end)
