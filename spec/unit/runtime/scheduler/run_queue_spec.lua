-- SPDX-License-Identifier: MIT
local run_queue = require("rtk.runtime.scheduler.run_queue")

describe("rtk.runtime.scheduler.run_queue", function()
  local function everything()
    return true
  end

  local function only(task, wanted)
    return task == wanted
  end

  it("returns tasks in the order in which they were added", function()
    local tasks, own = { {}, {}, {} }, run_queue.new()
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

  it("skips tasks that are not accepted, and those after a position", function()
    local first, second, own = {}, {}, run_queue.new()
    local position = own:put(first)
    own:put(second)
    assert.is_nil((own:take(position, only, second)))
    assert.equal(second, (own:take(own:last(), only, second)))
    assert.equal(first, (own:take(own:last(), everything)))
  end)

  it("finds a task without removing it", function()
    local task, own = {}, run_queue.new()
    own:put(task)
    assert.equal(task, (own:find(own:last(), everything)))
    assert.equal(task, (own:take(own:last(), everything)))
  end)

  it("forgets tasks that have ended and collected ones", function()
    local own = run_queue.new()
    own:put({ is_done = true })
    own:put({})
    collectgarbage()
    collectgarbage()
    assert.is_nil((own:take(own:last(), everything)))
    assert.is_true(own:is_empty())
  end)
end)
