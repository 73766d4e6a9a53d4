-- SPDX-License-Identifier: MIT
-- The join service of examples/join, with an emulator that has faults. nginx runs its own LuaJIT,
-- so the Lua that runs the specs makes no difference.

local example = require("spec.support.examples.example")
local example_nginx = require("spec.support.examples.example_nginx")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")

if shell.lua() ~= "luajit" then return end

local ADD = "POST /meetings/{meeting_id}/participants"

describe("the example of a join service", function()
  local emulated, service

  setup(function()
    emulated, service = example.start(), example_nginx.new("join", "/join")
    -- A slow machine may take longer than people would wait.
    service:edit("join.lua", "  timeout = 5,\n  total_timeout = 10,", "  timeout = 60,")
    service:start(emulated:environment())
  end)

  teardown(function()
    service:remove()
    emulated:stop()
  end)

  before_each(function()
    emulated:tell("reset")
  end)

  local function user(id, name, role)
    local format = "--request POST --header 'X-User-Id: %s' --header 'X-User-Name: %s'"
      .. " --header 'X-User-Role: %s'"
    return format:format(id, name, role or "student")
  end

  local function join(room, options)
    local status, body, headers = service:get("/join?room=" .. room, options)
    return status, rtk.decode(body) or {}, headers
  end

  -- Everyone who was added, in the only meeting that there is.
  local function participants()
    local meetings = assert(emulated.client.meetings:list())
    assert.equal(1, #meetings)
    return assert(meetings[1]:participants())
  end

  it("hands out tokens that let people in, each the same participant", function()
    local _, ann, headers = join("algebra", user("s1", "Ann Lee"))
    assert.matches("no%-store", headers)
    local status, again = join("algebra", user("s1", "Ann Lee"))
    assert.equal(200, status)
    assert.are_not.equal(ann.token, again.token)
    join("algebra", user("t1", "Ada Byron", "teacher"))
    local first, second = emulated:tell("join", { token = ann.token }), participants()
    assert.equal(2, #second)
    assert.equal(rtk.token(again.token).participant_id, first.participant_id)
    local presets = {}
    for _, person in ipairs(second) do
      presets[person.custom_participant_id] = person.preset_name
    end
    assert.same({ s1 = "group_call_participant", t1 = "group_call_host" }, presets)
  end)

  it("adds nobody twice when answers get lost, the API is down, and it is killed", function()
    emulated:tell("faults", { kind = "stall", operation = ADD })
    local pipe = io.popen(
      "curl --silent " .. user("s1", "Ann") .. " '" .. service.url .. "/join?room=algebra' 2>&1"
    )
    assert.is_true(emulated.wait_for(function()
      return emulated:count(ADD) == 1
    end))
    service:stop(true)
    pipe:close()
    service:start(emulated:environment())
    for _, operation in ipairs({ "POST /meetings/*/token", ADD, "GET /meetings*" }) do
      emulated:tell("faults", { kind = "close", after = true, operation = operation })
      emulated:tell("faults", { kind = "html", status = 502, operation = operation })
    end
    emulated:tell("faults", { kind = "rate_limit", retry_after = 0, operation = ADD })
    for _, id in ipairs({ "s1", "s2", "s1", "s2" }) do
      emulated.wait_for(function()
        return join("algebra", user(id, id)) == 200
      end)
    end
    assert.equal(2, #participants())
  end)

  it("makes one meeting and one participant for eight requests at once", function()
    local one = " --silent --output /dev/null --write-out '%{http_code}\n' "
      .. user("s1", "Ann")
      .. " '"
      .. service.url
      .. "/join?room=logic'"
    local command = "curl --no-progress-meter --parallel --parallel-immediate"
    local statuses = shell.check(command .. one .. (" --next" .. one):rep(7))
    assert.equal(("200\n"):rep(8), statuses .. "\n")
    assert.equal(1, #participants())
    assert.equal(1, emulated:count(ADD))
  end)

  it("refuses rooms that do not exist, and requests without a user", function()
    assert.equal(404, (join("chemistry", user("s1", "Ann"))))
    assert.equal(404, (join("", user("s1", "Ann"))))
    assert.equal(401, (join("algebra", "--request POST")))
    assert.equal(401, (join("algebra", user("s1", "Ann", "admin"))))
    assert.equal(403, (service:get("/join?room=algebra")))
    assert.same({}, emulated:tell("journal"))
  end)

  it("says that it cannot help now, and when to come again, but no secret", function()
    -- Longer than the client waits.
    local fault = { kind = "rate_limit", retry_after = 3600, operation = "GET /meetings" }
    emulated:tell("faults", fault)
    local status, body, headers = join("algebra", user("s1", "Ann"))
    assert.equal(503, status)
    assert.equal("no token at the moment, try again", body.error)
    assert.matches("Retry%-After: 3%d%d%d", headers)
    assert.falsy(service:log("error.log"):find(emulated.API_TOKEN, 1, true))
  end)
end)
