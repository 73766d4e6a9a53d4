-- SPDX-License-Identifier: MIT
local process = require("rtk.emulator.server.process")

describe("rtk.emulator.server.process", function()
  it("quotes any word for the shell", function()
    for _, word in ipairs({ "plain", "two words", "it's", '$HOME `id` \\ "x"', "a\nb", "" }) do
      local ok, output = process.run("printf %s " .. process.quote(word))
      assert.is_true(ok)
      assert.equal(word, output)
    end
  end)

  it("tells success from failure and keeps the output", function()
    assert.same({ true, "out" }, { process.run("printf out") })
    assert.same({ false, "out" }, { process.run("printf out; false") })
    assert.is_false((process.run("exit 3")))
  end)

  it("reads and writes files", function()
    local path = os.tmpname()
    assert.is_true(process.write_file(path, "a\0b"))
    assert.equal("a\0b", process.read_file(path))
    os.remove(path)
    assert.is_nil(process.read_file(path))
    local ok, message = process.write_file("/nonexistent/file", "x")
    assert.is_nil(ok)
    assert.is_string(message)
  end)

  it("knows itself", function()
    local own = process.find("self")
    assert.is_true(process.is_alive(own))
    assert.same(own, process.find(own.pid))
  end)

  it("does not take a later process with the same pid for an earlier one", function()
    local own = process.find("self")
    assert.is_false(process.is_alive({ pid = own.pid, started = "1" }))
  end)

  it("ends a process and waits for it", function()
    local _, output = process.run("sleep 300 >/dev/null & echo $!")
    local child = process.find(tonumber(output))
    assert.is_true(process.is_alive(child))
    process.terminate(child, 20)
    assert.is_false(process.is_alive(child))
    assert.is_nil(process.find(child.pid))
  end)

  it("kills a process that does not end by itself", function()
    local command = "sh -c 'trap \"\" TERM; echo ready; while :; do sleep 0.1; done' >%s & echo $!"
    local path = os.tmpname()
    local _, output = process.run(command:format(path))
    local child = process.find(tonumber(output))
    process.wait_until(60, function()
      return process.read_file(path) == "ready\n"
    end)
    os.remove(path)
    process.terminate(child, 0.2)
    assert.is_false(process.is_alive(child))
  end)

  it("waits no longer than its timeout", function()
    assert.is_false(process.wait_until(0.05, function()
      return false
    end))
    assert.equal(
      "yes",
      process.wait_until(0, function()
        return "yes"
      end)
    )
  end)
end)
