-- SPDX-License-Identifier: MIT
-- The join page of examples/openresty over HTTP: its calls to the API and their outcomes. nginx
-- runs its own LuaJIT, so the Lua that runs the specs makes no difference.

local core = require("rtk.core")
local join_page = require("spec.support.examples.join_page")
local shell = require("spec.support.servers.shell")

-- nginx has a Lua of its own: the one that runs the specs makes no difference.
if shell.lua() ~= "luajit" then return end

local ADD = "POST /meetings/{meeting_id}/participants"
local TODAY = ", %d%d%d%d%-%d%d%-%d%d$"

describe("the join page", function()
  local page

  before_each(function()
    page = join_page.start()
  end)

  after_each(function()
    page:stop()
  end)

  -- All participants of the only meeting.
  local function participants()
    local meetings = assert(page.client.meetings:list())
    assert.equal(1, #meetings)
    assert.matches(TODAY, meetings[1].title)
    return assert(meetings[1]:participants())
  end

  -- Options with which curl is the same visitor each time.
  local function cookie_jar()
    return ("--cookie %s/jar --cookie-jar %s/jar"):format(page.directory, page.directory)
  end

  -- A command that sends forms at once and prints the status of each answer.
  local function join_at_once(count)
    local one = " --silent --output /dev/null --write-out '%{http_code}\\n' "
      .. join_page.form("Ann", "Workshop")
      .. " "
      .. page.url
      .. "/join"
    return "curl --no-progress-meter --parallel --parallel-immediate --parallel-max 50"
      .. one
      .. (" --next" .. one):rep(count - 1)
  end

  it("gives a token that lets its visitor in, and lists the session", function()
    local status, body, headers = page:join("Ann", "Workshop")
    assert.equal(200, status)
    assert.matches("no%-store", headers)
    assert.matches("<title>Workshop, ", body)
    page:tell_emulator("join", { meeting_id = page.meeting_in(body), token = page.token_in(body) })
    local session = page.wait_for(function()
      return page:sessions()[1]
    end)
    assert.matches("^Workshop" .. TODAY, session.title)
    assert.equal(1, session.people)
    assert.matches("^%d%d%d%d%-%d%d%-%d%dT", session.since)
    assert.matches('<span class="title">Workshop, ', select(2, page:get("/")))
  end)

  it("knows a visitor again, by a cookie that others cannot tell from the id", function()
    local jar = cookie_jar()
    local _, first, headers = page:join("Ann", "Workshop", jar)
    local _, second, later_headers = page:join("Ann Lee", "Workshop", jar)
    assert.matches("visitor=%x+%.%x+; Path=/; HttpOnly; SameSite=Lax\r?\n?", headers)
    assert.not_matches("Set%-Cookie", later_headers)
    assert.are_not.equal(page.token_in(first), page.token_in(second))
    page:join("Bob", "Workshop")
    local ids, count = {}, 0
    for _, participant in ipairs(participants()) do
      ids[participant.name], count = participant.custom_participant_id, count + 1
    end
    local hash = shell.check("printf %s " .. headers:match("visitor=(%x+)") .. " | sha1sum")
    assert.equal(hash:match("%x+"), ids["Ann Lee"])
    assert.is_string(ids.Bob)
    assert.equal(2, count)
  end)

  it("takes no cookie that it has not made", function()
    local _, _, headers = page:join("Ann", "Workshop")
    local number, signature = headers:match("visitor=(%x+)%.(%x+)")
    local forged = {
      number,
      number .. ".",
      number .. "." .. ("0"):rep(#signature),
      number .. "." .. signature .. "0",
      ("0"):rep(#number) .. "." .. signature,
      ("0"):rep(#number),
    }
    for _, value in ipairs(forged) do
      local status, _, own = page:join("Eve", "Workshop", "--cookie visitor=" .. value)
      assert.equal(200, status)
      assert.matches("Set%-Cookie: visitor=%x+%.%x+;", own)
      assert.falsy(own:find(number, 1, true))
    end
    local good = "--cookie visitor=" .. number .. "." .. signature
    local _, _, later = page:join("Ann Lee", "Workshop", good)
    assert.not_matches("Set%-Cookie", later)
    -- Ann, and Eve each time.
    assert.equal(1 + #forged, #participants())
  end)

  it("lets a visitor sign in ten times a minute, and others meanwhile", function()
    local jar = cookie_jar()
    page:join("Ann", "Workshop", jar)
    local before, status, body, headers = #page:journal(), nil, nil, nil
    -- The minute may end in between.
    for _ = 1, 21 do
      status, body, headers = page:join("Ann", "Workshop", jar)
      if status == 429 then break end
      assert.equal(200, status)
      before = #page:journal()
    end
    assert.equal(429, status)
    assert.truthy(body:find("Please wait a minute", 1, true), body)
    local seconds = tonumber(headers:match("Retry%-After: (%d+)"))
    assert.is_true(seconds >= 1 and seconds <= 60, seconds)
    assert.equal(before, #page:journal())
    assert.equal(200, (page:join("Bob", "Workshop")))
  end)

  it("lets an address sign in sixty times a minute, whatever cookies it sends", function()
    local statuses, start = {}, core.now()
    for _ = 1, 3 do
      for status in shell.check(join_at_once(50)):gmatch("%d+") do
        statuses[status] = (statuses[status] or 0) + 1
      end
    end
    local minutes = 1 + math.ceil((core.now() - start) / 60)
    assert.is_true(statuses["200"] <= 60 * minutes, statuses["200"])
    assert.equal(150, statuses["200"] + statuses["429"])
  end)

  it("serves those it knows when what is left of the budget is not for strangers", function()
    page:stop()
    local limit = { quota = 20, window = 3600, block = 3600, real_time = true }
    page = join_page.start({ rate_limit = limit })
    local jar, status = cookie_jar(), nil
    page:join("Ann", "Workshop", jar)
    for _ = 1, 20 do
      status = page:join("Eve", "Workshop")
      if status ~= 200 then break end
    end
    assert.equal(503, status)
    assert.equal(200, (page:join("Ann", "Workshop", jar)))
    assert.equal(503, (page:join("Eve", "Workshop")))
  end)

  for _, answer in ipairs({ "create", "conflict", "reuse" }) do
    it("finds a visitor again after a restart when the API says " .. answer, function()
      page:stop()
      page = join_page.start({ duplicate_participants = answer })
      local jar = cookie_jar()
      page:join("Ann", "Workshop", jar)
      page:restart()
      local status, body = page:join("Ann Lee", "Workshop", jar)
      assert.equal(200, status, page:log("error.log"))
      assert.truthy(page.token_in(body))
      assert.equal("Ann Lee", participants()[1].name)
      assert.equal(1, #participants())
    end)
  end

  it("makes a new participant for a visitor whose old one was removed", function()
    local jar = cookie_jar()
    page:join("Ann", "Workshop", jar)
    assert(participants()[1]:delete())
    local status, body = page:join("Ann", "Workshop", jar)
    assert.equal(200, status)
    assert.truthy(page.token_in(body))
    assert.equal(1, #participants())
  end)

  it("makes one participant of a visitor who signs in eight times at once", function()
    local jar = cookie_jar()
    page:join("Ann", "Workshop", jar)
    page:restart()
    local form = join_page.form("Ann", "Workshop") .. " --cookie " .. page.directory .. "/jar "
    local one = " --silent --output /dev/null --write-out '%{http_code}\n' " .. form .. page.url
    one = one .. "/join"
    local command = "curl --no-progress-meter --parallel --parallel-immediate --parallel-max 50"
    local statuses = shell.check(command .. one .. (" --next" .. one):rep(7))
    assert.equal(("200\n"):rep(8), statuses .. "\n")
    assert.equal(1, #participants())
  end)

  it("makes no second participant when the answer about the first gets lost", function()
    page:tell_emulator("faults", { kind = "close", after = true, operation = ADD })
    assert.equal(200, (page:join("Ann", "Workshop")))
    assert.equal(1, #participants())
  end)

  it("makes one meeting for ten who come first together", function()
    assert.equal(("200\n"):rep(10), shell.check(join_at_once(10)) .. "\n")
    assert.equal(10, #participants())
  end)

  it("waits for ten tokens at once, while other requests are answered", function()
    page:join("Bob", "Workshop")
    local before = #page:journal()
    page:tell_emulator("faults", { kind = "stall", operation = ADD, times = 10 })
    local pipe = assert(io.popen(join_at_once(10)))
    -- Two workers that block would let the emulator see two of them.
    local function asked()
      local count = 0
      for index, entry in ipairs(page:journal()) do
        if index > before and entry.operation == ADD then count = count + 1 end
      end
      return count
    end
    assert.is_true(page.wait_for(function()
      return asked() == 10
    end))
    assert.equal(200, (page:get("/static/style.css")))
    page:stop()
    assert.equal(("000\n"):rep(10), pipe:read("*a"))
    pipe:close()
  end)

  it("has kind words when the API is late", function()
    page:tell_emulator("faults", { kind = "latency", operation = "GET /sessions", delay = 60 })
    local status, body = page:get("/sessions")
    assert.equal(504, status)
    assert.truthy(body:find('"error":"The meeting service is taking too long', 1, true))
  end)

  it("asks for a pause when the API is throttled, and does not call before it is over", function()
    local fault = { kind = "rate_limit", retry_after = 3600, operation = ADD }
    page:tell_emulator("faults", fault)
    for _ = 1, 2 do
      local status, body, headers = page:join("Ann", "Workshop")
      assert.equal(503, status, page:log("error.log"))
      assert.truthy(body:find("A lot of people", 1, true), body)
      assert.is_true(tonumber(headers:match("Retry%-After: (%d+)")) > 3000)
    end
  end)

  it("shows the form, though the sessions are not known", function()
    page:tell_emulator("faults", { kind = "status", status = 500, operation = "GET /sessions" })
    local status, body = page:get("/")
    assert.equal(200, status)
    assert.truthy(body:find("We cannot tell at the moment", 1, true))
  end)

  it("makes no second meeting when the answer about the first gets lost", function()
    page:tell_emulator("faults", { kind = "close", after = true, operation = "POST /meetings" })
    assert.equal(200, (page:join("Ann", "Workshop")))
    assert.equal(1, #participants())
  end)

  it("writes neither tokens nor credentials to a log, nor the visitor's cookie", function()
    local _, body, headers = page:join("Ann", "Workshop")
    page:tell_emulator("faults", { kind = "status", status = 400, operation = ADD })
    page:join("Bob", "Workshop")
    local logs = page:log("access.log") .. page:log("error.log")
    assert.matches("POST /join HTTP", logs)
    local cookie = headers:match("visitor=(%x+)")
    for _, secret in ipairs({ page.token_in(body), "secret-api-token", cookie }) do
      assert.falsy(logs:find(secret, 1, true))
    end
  end)
end)
