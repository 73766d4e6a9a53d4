-- SPDX-License-Identifier: MIT
-- Calls in dnsdist: in a rule, and in maintenance(), which it calls once a second.

local program = require("spec.support.hosts.program")
local shell = require("spec.support.servers.shell")
local socket = require("socket")

local COMMAND =
  "%s PORT=%d CALL_IN=%s PATH=$PATH:/usr/sbin dnsdist --supervised --disable-syslog -C %s"

-- A question for the address of a name, as bytes.
local function question(name)
  local labels = name:gsub("([^.]+)%.?", function(label)
    return string.char(#label) .. label
  end)
  return "\0\7\1\0\0\1\0\0\0\0\0\0" .. labels .. "\0\0\1\0\1"
end

-- Asks for names at once; returns a function that waits for the address of one.
local function ask(port, name)
  local udp = assert(socket.udp())
  assert(udp:setpeername("127.0.0.1", port))
  assert(udp:send(question(name)))
  return function(seconds)
    udp:settimeout(seconds)
    local answer = udp:receive()
    udp:close()
    return answer and table.concat({ answer:byte(-4, -1) }, ".")
  end
end

describe("dnsdist", function()
  local place, stop, port

  -- Starts it, and waits until it answers.
  local function start(call_in)
    place, port = program.place(1), program.port()
    local environment = program.environment(place, "luajit")
    local command = COMMAND:format(environment, port, call_in, "spec/hosts/dnsdist.lua")
    stop = program.run(command, place, function()
      return ask(port, "ping.example")(0.1)
    end)
  end

  local function is_tried()
    return program.is_installed("dnsdist") and shell.lua() == "luajit"
  end

  after_each(function()
    if place then
      stop()
      place.stop()
    end
    place = nil
  end)

  it("makes calls in rules, and the thread that asks answers nobody else meanwhile", function()
    if not is_tried() then
      return pending("dnsdist is not installed for this Lua: it is not tried")
    end
    start("rule")
    local join = ask(port, "join.example")
    program.await_mark(place, "begun")
    assert.equal("192.0.2.2", ask(port, "ping.example")(60))
    assert.is_true(program.has_mark(place, "ended"))
    assert.equal("192.0.2.1", join(60))
  end)

  it("answers while a call in maintenance() is under way, except where a rule is in Lua", function()
    if not is_tried() then
      return pending("dnsdist is not installed for this Lua: it is not tried")
    end
    start("maintenance")
    program.await_mark(place, "begun")
    assert.equal("192.0.2.2", ask(port, "ping.example")(60))
    assert.is_false(program.has_mark(place, "ended"))
    assert.equal("192.0.2.1", ask(port, "join.example")(60))
    assert.is_true(program.has_mark(place, "ended"))
  end)
end)
