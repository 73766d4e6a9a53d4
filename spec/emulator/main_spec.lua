-- SPDX-License-Identifier: MIT
-- The emulator in the foreground, as a process of its own.
local http = require("spec.support.servers.emulator_http")
local process = require("rtk.emulator.server.process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

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

-- As they stand in the list that it prints.
local OPTIONS = {
  "--port N",
  "--app-id ID",
  "--documented",
  "--seed N",
  "--start-time SECONDS",
  "--real-time",
  "--speed N",
  "--per-page N",
  "--rate-limit QUOTA/WINDOW",
  "--duplicate-participants",
  "--host NAME",
  "--deliver-anywhere",
  "--open",
  "-h, --help",
}

describe("rtk.emulator.main", function()
  it("has a manual that lists every option", function()
    local manual = shell.read("rockspec/debian/rtk-emulator.1"):gsub("\\f[BIR]", ""):gsub("\\", "")
    for _, option in ipairs(OPTIONS) do
      assert.truthy(manual:find("\n" .. option:gsub("^%-h, ", ""), 1, true), option)
    end
  end)

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
      return not process.find(group) and not http.is_up(url)
    end))
    os.remove(log)
  end)

  it("explains itself when it is called wrongly, and names the mistake last", function()
    for arguments, problem in pairs({
      ['"--prot", "1"'] = '--prot is no option; did you mean "--port"?',
      ['"--port", "x"'] = "--port must be a port number, or 0",
      ['"--port", "65536"'] = "--port must be a port number, or 0",
      ['"--seed", "x"'] = "--seed must be a whole number",
      ['"--per-page", "0"'] = "--per-page must be a positive whole number",
      ['"--start-time", "-1"'] = "--start-time must be seconds since 1970, up to the year 9999",
      ['"--start-time", "1e12"'] = "--start-time must be seconds since 1970, up to the year 9999",
      ['"--app-id", ""'] = "--app-id must be a non-empty string",
      ['"--host", ""'] = "--host must be a name",
      ['"--rate-limit", "5"'] = "--rate-limit must be QUOTA/WINDOW, such as 1200/300",
      ['"--rate-limit", "5/0"'] = "--rate-limit must be QUOTA/WINDOW, such as 1200/300",
      ['"--duplicate-participants", "maybe"'] = "--duplicate-participants must be "
        .. '"create", "conflict" or "reuse"',
      ['"--speed", "0"'] = "--speed must be a positive number",
      ['"--speed", "-1"'] = "--speed must be a positive number",
      ['"--speed", "fast"'] = "--speed must be a positive number",
      ['"--speed"'] = "--speed needs a value",
      ['"--host", "--", "true"'] = "--host needs a value",
      ['"--port=x"'] = "--port must be a port number, or 0",
      ['"--real-time", "yes"'] = "yes is no option; a command follows --",
      ['"--open", "x"'] = "x is no option; a command follows --",
      ['"--"'] = "-- must be followed by a command",
    }) do
      local ok, output = process.run(main(arguments) .. " 2>&1")
      assert.is_false(ok)
      assert.matches("^usage:", output)
      assert.equal("rtk-emulator: " .. problem, output:match("([^\n]*)\n$"))
    end
  end)

  it("takes a value after an equals sign, and leaves those of a command alone", function()
    local arguments = '"--start-time=1000", "--app-id=a=b", "--", "sh", "-c", '
      .. '"echo $REALTIMEKIT_APP_ID $1", "x", "--seed=5"'
    local ok, output = process.run(main(arguments) .. " 2>&1")
    assert.is_true(ok)
    assert.equal("a=b --seed=5\n", output)
  end)

  it("explains itself when it is asked", function()
    for _, argument in ipairs({ '"-h"', '"--help"' }) do
      local ok, output = process.run(main(argument) .. " 2>/dev/null")
      assert.is_true(ok)
      assert.matches("^usage:", output)
      for _, option in ipairs(OPTIONS) do
        assert.truthy(output:find("\n  " .. option, 1, true), option)
      end
    end
  end)

  -- What it says of a command that runs in its environment.
  local function run(arguments, command, path)
    local words = arguments .. ', "--", "sh", "-c", ' .. ("%q"):format(command)
    local environment = path and "PATH=" .. path .. " " or ""
    local _, output = process.run(environment .. main(words) .. " 2>&1")
    return output
  end

  it("lets recordings become UPLOADED by themselves in real time, at any speed", function()
    local script = [[
      api=$CLOUDFLARE_BASE_URL/accounts/$CLOUDFLARE_ACCOUNT_ID/realtime/kit/$REALTIMEKIT_APP_ID
      ask() { curl -s -H 'Authorization: Bearer x' -H 'Content-Type: application/json' "$@"; }
      id() { grep -o '"id":"[^"]*"' | tail -n 1 | cut -d '"' -f 4; }
      meeting=$(ask -d '{}' $api/meetings | id)
      recording=$(ask -d "{\"meeting_id\":\"$meeting\",\"max_seconds\":60}" $api/recordings | id)
      for i in $(seq 600); do
        ask $api/recordings/$recording | grep -o '"UPLOADED"' && exit
        sleep 0.1
      done
      ask $api/recordings/$recording
    ]]
    assert.equal('"UPLOADED"\n', run('"--real-time", "--speed", "200"', script))
    -- A clock that does follow has moved after a while.
    local clock = "u=${CLOUDFLARE_BASE_URL%/client*}/_emulator/advance; "
      .. "now() { curl -s -d '{\"seconds\":0}' $u"
      .. " | grep -o '[0-9]*'; }; a=$(now); sleep 0.3; b=$(now); expr $b - $a"
    assert.is_true(tonumber(run('"--real-time"', clock)) >= 250)
    assert.equal(0, tonumber(run('"--seed", "1"', clock)))
  end)

  describe("with --open", function()
    local directory

    before_each(function()
      directory = workdir.new()
      -- All programs but those that open pages.
      shell.check(
        ("ln -s /usr/bin/* /bin/* %s 2>/dev/null; rm -f %s/xdg-open %s/open"):gsub("%%s", directory)
      )
    end)

    after_each(function()
      workdir.remove(directory)
    end)

    local function program(name, script)
      local path = directory .. "/" .. name
      workdir.write(path, "#!/bin/sh\n" .. script)
      shell.check("chmod +x " .. path)
    end

    -- The program may be slower than the command.
    local WAIT = "for i in $(seq 600); do [ -s %s/opened ] && break; sleep 0.1; done; cat %s/opened"

    for _, name in ipairs({ "xdg-open", "open" }) do
      it("opens the page with " .. name, function()
        local opened = directory .. "/opened"
        program(
          name,
          ('printf "%%s\\n" "$#" "$@" >%s.new; mv %s.new %s'):format(opened, opened, opened)
        )
        local command = WAIT:gsub("%%s", directory) .. "; echo $CLOUDFLARE_BASE_URL"
        local output = run('"--open"', command, directory)
        local url, base = output:match("^1\n(%S+)\n(%S+)\n$")
        assert.equal(base and base:gsub("/client/v4$", "/"), url, output)
      end)
    end

    it("says where the page is when no program opens it", function()
      local pattern = "^open http://127%.0%.0%.1:%d+/ in a browser\n$"
      assert.matches(pattern, run('"--open"', "exit 0", directory))
      program("xdg-open", ("echo x >%s/opened; exit 3"):format(directory))
      local command = WAIT:gsub("%%s", directory) .. " >/dev/null; sleep 0.2"
      assert.matches(pattern, run('"--open"', command, directory))
    end)
  end)

  it("says why it cannot start", function()
    local server = assert(require("rtk.emulator.server").start())
    local ok, output = process.run(main('"--port", "' .. server.port .. '"') .. " 2>&1")
    server:stop()
    assert.is_false(ok)
    assert.matches("already in use", output, 1, true)
  end)
end)
