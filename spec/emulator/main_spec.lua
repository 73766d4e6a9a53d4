-- SPDX-License-Identifier: MIT
-- The emulator in the foreground, as a process of its own.
local http = require("spec.support.servers.emulator_http")
local process = require("rtk.emulator.server.process")

local START_TIMEOUT, STOP_TIMEOUT = 60, 60

local function main(arguments)
  local path
  for template in package.path:gmatch("[^;]+") do
    path = path or process.read_file((template:gsub("%?", "rtk/emulator/main"))) and template
  end
  local code =
    string.format("arg = { %s } dofile(%q)", arguments, (path:gsub("%?", "rtk/emulator/main")))
  return http.lua(code)
end

describe("rtk.emulator.main", function()
  it("prints the environment, serves, and stops when interrupted", function()
    local log = os.tmpname()
    -- A new session is a process group of its own, which is what Ctrl-C reaches.
    local command = "setsid sh -c %s >%s 2>&1 & echo $!"
    local arguments = '"--app-id", "mine", "--seed", "7", "--start-time", "1000", '
      .. '"--per-page", "2", '
      .. '"--rate-limit", "50/60", "--duplicate-participants", "reuse", "--host", "other.test", '
      .. '"--deliver-anywhere"'
    local _, output = process.run(command:format(process.quote("exec " .. main(arguments)), log))
    local group = tonumber(output)
    local text = process.wait_until(START_TIMEOUT, function()
      local printed = process.read_file(log)
      return printed:find("REALTIMEKIT_APP_ID") and printed
    end)
    assert.is_string(text, process.read_file(log))
    local url = text:match("export CLOUDFLARE_BASE_URL='([^']+)'\n")
    assert.matches("export CLOUDFLARE_API_TOKEN='[^']+'\n", text)
    assert.matches("export CLOUDFLARE_ACCOUNT_ID='[^']+'\n", text)
    assert.matches("export REALTIMEKIT_APP_ID='mine'\n", text, 1, true)
    assert.is_true(http.is_up(url))
    local meetings = url .. "/accounts/a/realtime/kit/mine/meetings"
    for _ = 1, 3 do
      assert.equal(201, (http.request(meetings, "--data '{}' -H 'Host: other.test'")))
    end
    local _, body, headers = http.request(meetings)
    assert.matches('"created_at":"1970-01-01T00:16:40', body, 1, true)
    assert.matches('"end_offset":2', body, 1, true)
    assert.matches('"default";q=50;w=60', headers, 1, true)
    os.execute("kill -INT -" .. group)
    assert.is_true(process.wait_until(STOP_TIMEOUT, function()
      return not process.find(group)
    end))
    assert.is_false(http.is_up(url))
    os.remove(log)
  end)

  it("explains itself when it is called wrongly", function()
    for _, arguments in ipairs({
      '"--prot", "1"',
      '"--port", "x"',
      '"--port", "65536"',
      '"--seed", "x"',
      '"--rate-limit", "5"',
      '"--duplicate-participants", "maybe"',
    }) do
      local ok, output = process.run(main(arguments) .. " 2>&1")
      assert.is_false(ok)
      assert.matches("^usage:", output)
    end
  end)

  it("explains itself when it is asked", function()
    for _, argument in ipairs({ '"-h"', '"--help"' }) do
      local ok, output = process.run(main(argument) .. " 2>/dev/null")
      assert.is_true(ok)
      assert.matches("^usage:", output)
    end
  end)

  it("says why it cannot start", function()
    local server = assert(require("rtk.emulator.server").start())
    local ok, output = process.run(main('"--port", "' .. server.port .. '"') .. " 2>&1")
    server:stop()
    assert.is_false(ok)
    assert.matches("already in use", output, 1, true)
  end)
end)
