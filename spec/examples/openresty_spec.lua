-- SPDX-License-Identifier: MIT
-- The join page of examples/openresty over HTTP.

local join_page = require("spec.support.join_page")
local process = require("spec_process")
local shell = require("spec.support.shell")
local workdir = require("spec.support.workdir")

-- nginx has a Lua of its own: the one that runs the specs makes no difference.
if shell.lua() ~= "luajit" then return end

local SIGINT = 2
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

  local function token_in(body)
    return body:match('<textarea id="token"[^>]*>(ey[^<]+)</textarea>')
  end

  local function meeting_in(body)
    return body:match('<dd id="meeting_id">([^<]+)</dd>')
  end

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

  it("shows the form, the rooms and that nobody is there", function()
    local status, body = page:get("/")
    assert.equal(200, status)
    for _, text in ipairs({ 'name="name"', 'value="Workshop"', "Nobody yet" }) do
      assert.truthy(body:find(text, 1, true), text)
    end
  end)

  it("gives a token that lets its visitor in, and lists the session", function()
    local status, body, headers = page:join("Ann", "Workshop")
    assert.equal(200, status)
    assert.matches("no%-store", headers)
    assert.matches("<title>Workshop, ", body)
    page:tell_emulator("join", { meeting_id = meeting_in(body), token = token_in(body) })
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
    assert.matches("visitor=%x+; Path=/; HttpOnly; SameSite=Lax\r?\n?", headers)
    assert.not_matches("Set%-Cookie", later_headers)
    assert.are_not.equal(token_in(first), token_in(second))
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

  for _, answer in ipairs({ "conflict", "reuse" }) do
    it("finds a visitor again after a restart when the API says " .. answer, function()
      page:stop()
      page = join_page.start({ duplicate_participants = answer })
      local jar = cookie_jar()
      page:join("Ann", "Workshop", jar)
      page:restart()
      local status, body = page:join("Ann Lee", "Workshop", jar)
      assert.equal(200, status, page:log("error.log"))
      assert.truthy(token_in(body))
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
    assert.truthy(token_in(body))
    assert.equal(1, #participants())
  end)

  -- Sends forms at once, and gets a static file; returns the answers in the order of their ends.
  local function join_at_once(count)
    local fields = join_page.form("Ann", "Workshop")
    local one = " --next --silent --output /dev/null --write-out '%{http_code} %{url}\\n' "
    local command = "curl --no-progress-meter --parallel --parallel-immediate --parallel-max 50"
    for index = 1, count do
      local options = one:gsub("^ %-%-next", index == 1 and "" or "%0")
      command = command .. options .. fields .. " " .. page.url .. "/join"
    end
    local answers = {}
    command = command .. one .. page.url .. "/static/style.css"
    for _, line in ipairs(shell.lines(command)) do
      answers[#answers + 1] = line:match("^(%d+ )") .. line:match("/(%w+)[^/]*$")
    end
    return answers
  end

  it("makes one meeting for ten who come first together", function()
    assert.equal(11, #join_at_once(10))
    assert.equal(10, #participants())
  end)

  it("waits for ten tokens at once, while other requests are answered", function()
    page:join("Bob", "Workshop")
    page:tell_emulator("faults", { kind = "latency", operation = ADD, delay = 1, times = 10 })
    local before = os.time()
    local answers = join_at_once(10)
    -- One after the other they would take ten seconds; two workers that block, five.
    assert.is_true(os.time() - before < 4)
    local expected = { "200 style" }
    for index = 2, 11 do
      expected[index] = "200 join"
    end
    assert.same(expected, answers)
    assert.equal(11, #participants())
  end)

  local NO_NAME, NO_ROOM = "Please tell us your name", "Please choose one of the rooms"
  local form = join_page.form

  for title, row in pairs({
    ["no name"] = { form("", "Workshop"), NO_NAME },
    ["a blank name"] = { form(" \t ", "Workshop"), NO_NAME },
    ["a long name"] = { form(("\195\169"):rep(61), "Workshop"), NO_NAME },
    ["a name with a line end"] = { form("Ann\nBob", "Workshop"), NO_NAME },
    ["a name that is not UTF-8"] = { "--data 'name=%ff&room=Workshop'", NO_NAME },
    ["two names"] = { "--data 'name=Ann&name=Bob&room=Workshop'", NO_NAME },
    ["a room that is not there"] = { form("Ann", "Cellar"), NO_ROOM },
    ["no room"] = { "--data name=Ann", NO_ROOM },
    ["what is not a form"] = { [[--json '{"name": "Ann"}']], NO_ROOM },
    ["nothing"] = { "--request POST", NO_ROOM },
  }) do
    it("shows the form again after " .. title, function()
      local status, body = page:get("/join", row[1])
      assert.equal(422, status)
      assert.truthy(body:find('role="alert">' .. row[2], 1, true), body)
      assert.truthy(body:find('aria-invalid="true"', 1, true))
      assert.equal(0, #assert(page.client.meetings:list()))
    end)
  end

  it("takes sixty characters of any script", function()
    local status, body = page:join(("\228\189\160"):rep(60), "Workshop")
    assert.equal(200, status)
    assert.matches('aria%-hidden="true">\228\189\160<', body)
  end)

  it("shows what looks like HTML or a template as it was typed", function()
    local name = [[<script>alert("x")</script>&'{{token}}%1]]
    local shown = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;{{token}}%1"
    local _, body = page:join(name, "Workshop")
    assert.truthy(body:find('<span id="person">' .. shown .. "</span>", 1, true), body)
    assert.falsy(body:find('alert("', 1, true))
    _, body = page:join(name, "none")
    assert.truthy(body:find('value="' .. shown .. '"', 1, true), body)
    assert.equal(name, participants()[1].name)
  end)

  for title, row in pairs({
    ["is out of reach"] = { { kind = "refuse" }, 502, "cannot be reached" },
    ["hangs up"] = { { kind = "close" }, 502, "cannot be reached" },
    ["sends a page of HTML"] = { { kind = "html" }, 502, "cannot be reached" },
    ["has a failure"] = { { kind = "status", status = 500 }, 502, "cannot be reached" },
    ["does not take the credentials"] = { { kind = "status", status = 401 }, 500, "not set up" },
    ["knows no such preset"] = { { kind = "status", status = 404 }, 500, "not open right now" },
    ["is throttled"] = { { kind = "rate_limit", retry_after = 60 }, 503, "A lot of people" },
  }) do
    it("has kind words and the right status when the API " .. title, function()
      local fault, status, words = row[1], row[2], row[3]
      fault.operation = ADD
      page:tell_emulator("faults", fault)
      local found, body, headers = page:join("Ann", "Workshop")
      assert.equal(status, found, page:log("error.log"))
      assert.truthy(body:find(words, 1, true), body)
      assert.equal(fault.retry_after and "60", headers:match("Retry%-After: (%d+)"))
      assert.matches("POST /meetings/%S+/participants", page:log("error.log"))
      if not fault.retry_after then assert.equal(200, (page:join("Ann", "Workshop"))) end
    end)
  end

  it("has kind words when the API is late", function()
    page:tell_emulator("faults", { kind = "latency", operation = "GET /sessions", delay = 4 })
    local status, body = page:get("/sessions")
    assert.equal(504, status)
    assert.truthy(body:find('"error":"The meeting service is taking too long', 1, true))
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

  it("refuses the forms of other sites", function()
    local elsewhere = "--header 'Sec-Fetch-Site: cross-site'"
    assert.equal(403, (page:join("Ann", "Workshop", elsewhere)))
    local here = "--header 'Sec-Fetch-Site: same-origin'"
    assert.equal(200, (page:join("Ann", "Workshop", here)))
  end)

  it("leads back to the form who opens the address of the answer", function()
    local status, _, headers = page:get("/join")
    assert.equal(303, status)
    assert.matches("Location: /\r?\n", headers .. "\n")
    assert.equal(405, (page:get("/join", "--request PUT")))
  end)

  it("writes neither tokens nor credentials to a log, nor the visitor's cookie", function()
    local _, body, headers = page:join("Ann", "Workshop")
    page:tell_emulator("faults", { kind = "status", status = 400, operation = ADD })
    page:join("Bob", "Workshop")
    local logs = page:log("access.log") .. page:log("error.log")
    assert.matches("POST /join HTTP", logs)
    local cookie = headers:match("visitor=(%x+)")
    for _, secret in ipairs({ token_in(body), "secret-api-token", cookie }) do
      assert.falsy(logs:find(secret, 1, true))
    end
  end)

  it("has nothing to complain about in its log", function()
    page:get("/")
    page:join("Ann", "Workshop")
    page:get("/static/page.js")
    assert.equal("", page:log("error.log"))
  end)

  it("does not start without credentials, and says which are missing", function()
    local output, status = page:start_without_credentials()
    assert.equal(1, status)
    assert.matches("api_token is missing: pass it to rtk.new or set CLOUDFLARE_API_TOKEN", output)
  end)

  it("is served with an emulator by make, until that is interrupted", function()
    local port = process.free_ports(1)[1]
    local make = "setsid sh -c 'echo $$; exec make -s openresty PORT=%d' 2>%s/make"
    local pipe = assert(io.popen(make:format(port, page.directory)))
    local group = -tonumber(pipe:read("*l"))
    local join = "curl --silent --data 'name=Ann&room=Workshop' http://127.0.0.1:"
      .. port
      .. "/join"
    local body = page.wait_for(function()
      local output, status = shell.run(join)
      return status == 0 and output
    end)
    process.kill(group, SIGINT)
    assert.equal("http://127.0.0.1:" .. port .. "/", pipe:read("*l"))
    pipe:close()
    assert.truthy(token_in(body))
    assert.is_false(process.kill(group, 0))
  end)

  it("loads nothing from elsewhere", function()
    for _, name in
      ipairs(shell.lines("find examples/openresty/html examples/openresty/static -type f"))
    do
      for url in workdir.read(name):gmatch("https?://[^%s\"']+") do
        assert.equal("http://www.w3.org/2000/svg", url, name)
      end
    end
  end)
end)
