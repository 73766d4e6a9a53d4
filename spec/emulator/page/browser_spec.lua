-- SPDX-License-Identifier: MIT
-- The page of a served emulator in Chromium, used as people do.

local http = require("spec.support.servers.emulator_http")
local opened = require("spec.support.page.opened")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

-- Neither nginx nor the browser depends on the Lua that runs the specs.
if shell.lua() ~= "luajit" then return end

local TAB, ENTER = "\238\128\132", "\238\128\135"

describe("the emulator's page in Chromium", function()
  local page, visitor

  setup(function()
    page = opened.start({ seed = 7, rate_limit = { quota = 1000, window = 300, block = 300 } })
    visitor = page.visitor
  end)

  teardown(function()
    if page then page:stop() end
  end)

  -- What pages requested from others.
  local elsewhere = {}

  before_each(function()
    -- The last page would still ask for what is no longer there.
    visitor.browser:open("about:blank")
    page:tell("reset")
  end)

  after_each(function()
    local urls = visitor:run([[
      return performance.getEntriesByType("resource").map((one) => one.name)
        .filter((name) => !name.startsWith(location.origin + "/"));
    ]])
    for _, url in ipairs(urls) do
      elsewhere[#elsewhere + 1] = url
    end
  end)

  -- A meeting with participants, by its title.
  local function meeting_with(title, ...)
    local meeting = assert(page.client.meetings:create({ title = title }))
    for _, name in ipairs({ ... }) do
      assert(meeting:add_participant({
        name = name,
        preset_name = "group_call_host",
        custom_participant_id = name,
      }))
    end
    return meeting
  end

  it("leads from an empty emulator to people in a room, by clicks", function()
    visitor:open("rooms")
    visitor:sees("There is no meeting yet.")
    visitor:click("Make an example meeting")
    visitor:sees("No one is in a room.")
    visitor:click("Open a meeting")
    visitor:click("Meeting 1")
    visitor:click("Join: User 1-1")
    visitor:is_told("User 1-1 has joined.")
    visitor:click("Join: User 1-2")
    visitor:sees("2 in the room")
    visitor:click("Leave: User 1-1")
    visitor:sees("1 in the room")
    assert.equal(1, page:read("objects?kind=rooms").rows[1].present)
    visitor:click("Rooms1")
    visitor:sees("1 in use")
    visitor:click("Leave: User 1-2")
    visitor:sees("Empty: the session ends unless someone comes back.")
  end)

  it("lets a participant chat and speak", function()
    local meeting = meeting_with("Stand-up", "Ann")
    visitor:open("meetings/" .. meeting.id)
    visitor:click("Join: Ann")
    visitor:type("#say-form input", "Good morning")
    visitor:click("Chat")
    visitor:sees("Chat\nAnn")
    visitor:type("#say-form input", "Let us begin")
    visitor:click("Speak")
    visitor:sees("Let us begin")
    local session = page:read("objects?kind=sessions").rows[1]
    local shown = page:read("object?kind=sessions&id=" .. session.id)
    assert.equal("Good morning", shown.chat[1].text)
    assert.equal("Let us begin", shown.speech[1].text)
  end)

  it("keeps what is typed while others come and go", function()
    local meeting = meeting_with("Busy", "Ann")
    visitor:open("meetings/" .. meeting.id)
    visitor:type("#add-form input[name=name]", "Carla")
    local ann = page:read("object?kind=meetings&id=" .. meeting.id).participants.rows[1]
    page:tell("join", { meeting_id = meeting.id, participant_id = ann.id })
    visitor:sees("Say something")
    page:tell("chat", { participant_id = ann.id, text = "Anyone here?" })
    visitor:sees("Anyone here?")
    local typed = "return document.activeElement.value"
    assert.equal("Carla", visitor:run(typed))
  end)

  it("creates meetings and adds participants as a client does", function()
    visitor:open("meetings")
    visitor:type("#title", "Review")
    visitor:click("New meeting")
    visitor:sees("No participant yet.")
    visitor:type("#add-form input[name=name]", "Bob")
    visitor:click("Add")
    visitor:sees("Participants (1)")
    assert.same({ "Review" }, { page.client.meetings:list()[1].title })
    local operations = table.concat(page:read("requests").operations, ", ")
    assert.matches("POST /meetings, POST /meetings/{meeting_id}/participants", operations, 1, true)
  end)

  it("starts recordings and livestreams, lets them fail, and starts and stops an ingest", function()
    local meeting = meeting_with("Show", "Ann")
    local livestream = assert(page.client.livestreams:create({ name = "Channel" }))
    page:tell("advance", { seconds = 5 })
    visitor:open("meetings/" .. meeting.id)
    visitor:click("Start recording")
    visitor:click("Its recordings")
    visitor:sees("INVOKED")
    visitor:click("Fail: Show")
    visitor:sees("ERRORED")
    assert.equal("ERRORED", page.client.recordings:list()[1].status)
    visitor:open("livestreams")
    visitor:click("Start ingest: Channel")
    visitor:click("+1 viewer: Channel")
    visitor:is_told("Someone watches.")
    assert.equal("LIVE", assert(livestream:reload()).status)
    visitor:click("Stop ingest: Channel")
    visitor:is_told("The ingest has stopped.")
    assert.equal("IDLE", assert(livestream:reload()).status)
  end)

  it("advances the clock, to the next thing due as well", function()
    local meeting = meeting_with("Show")
    assert(page.client.recordings:start({ meeting_id = meeting.id }))
    visitor:open("recordings")
    local before = page:read("connect").emulator.clock
    for _, step in ipairs({ "1 second", "1 minute", "1 hour" }) do
      visitor:click("Advance the clock by " .. step)
      visitor:is_told("The clock is " .. step .. " on.")
    end
    assert.equal(before + 3661000, page:read("connect").emulator.clock)
    visitor:wait("return document.getElementById('next').innerText.includes('reaches its limit')")
    visitor:click(visitor:run("return document.getElementById('next').innerText"))
    visitor:sees("UPLOADING")
    assert.equal("UPLOADING", page.client.recordings:list()[1].status)
  end)

  it("sets a fault from the form, and shows the attempts of the call that met it", function()
    visitor:open("faults")
    visitor:run([[
      const kind = document.getElementById("kind");
      kind.value = "rate_limit";
      kind.dispatchEvent(new Event("change", { bubbles: true }));
    ]])
    visitor:type("input[name=operation]", "POST /meetings")
    visitor:type("input[name=own-retry_after]", "0")
    visitor:click("Set fault")
    visitor:is_told("The fault rate_limit is set.")
    visitor:sees("1 set")
    assert(page.client.meetings:create({ title = "Twice" }))
    visitor:sees("No fault is set.")
    visitor:open("journal")
    visitor:sees("1 of 2")
    visitor:sees("2 of 2")
    visitor:click("/meetings")
    visitor:sees("Attempts of this call (2)")
    visitor:sees("Attempt 1: 429, rate_limit")
    visitor:sees("Attempt 2: 201, executed")
  end)

  it("filters the journal by operation and status", function()
    meeting_with("Listed", "Ann")
    page.client.meetings:get("00000000-0000-4000-8000-000000000abc")
    visitor:open("journal")
    visitor:sees("3 requests")
    local choose = [[
      const [name, value] = arguments;
      const select = document.getElementById(`filter-${name}`);
      select.value = value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    ]]
    visitor:run(choose, "status", "2xx")
    visitor:sees("2 requests")
    visitor:run(choose, "operation", "POST /meetings")
    visitor:sees("1 request")
    visitor:run(choose, "status", "4xx")
    visitor:sees("Nothing matches.")
    visitor:click("Show all")
    visitor:sees("3 requests")
    assert.equal("", visitor:run("return document.getElementById('filter-status').value"))
  end)

  it("hides secrets until they are asked for, and copies a request as curl that works", function()
    meeting_with("Secret", "Ann")
    visitor:tell("Browser.grantPermissions", {
      permissions = { "clipboardReadWrite", "clipboardSanitizedWrite" },
    })
    visitor:open("journal")
    visitor:click("/meetings/{meeting_id}/participants")
    visitor:sees("authorization: Bearer ••••••")
    local text = "return document.getElementById('main').innerText"
    assert.falsy(visitor:run(text):find("emulator-token", 1, true))
    assert.falsy(visitor:run(text):find('"token": "ey', 1, true))
    visitor:click("Copy as curl")
    visitor:is_told("Copied.")
    local command = visitor.browser:command("POST", "/execute/async", {
      script = "navigator.clipboard.readText().then(arguments[1])",
      args = { true },
    })
    assert.falsy(command:find("emulator-token", 1, true))
    local environment = "CLOUDFLARE_API_TOKEN=emulator-token; "
    local answer = shell.check(environment .. command:gsub("^curl ", "curl -s "))
    assert.matches('"custom_participant_id":"Ann"', answer, 1, true)
    visitor:click("Show secrets")
    visitor:sees("authorization: Bearer emulator-token")
    visitor:sees('"token": "ey')
    visitor:click("Hide secrets")
    visitor:sees("authorization: Bearer ••••••")
  end)

  it("draws the requests of the last minute, the rate limit, and the analytics by day", function()
    page:tell("seed", { meetings = 2, participants = 2, sessions = 1 })
    for _ = 1, 5 do
      assert(page.client.meetings:list())
    end
    visitor:open("charts")
    visitor:sees("995 of 1,000 requests are left.")
    visitor:sees("Sessions 2 in all")
    visitor:sees("Minutes of participants 4 in all")
    local labels = visitor:run([[
      const drawn = [...document.querySelectorAll("svg[role=img]")];
      return drawn.map((one) => one.getAttribute("aria-label"));
    ]])
    assert.matches("^Requests per second in the last minute, at most %d$", labels[1])
  end)

  it("connects programs by lines that work", function()
    visitor:open("connect")
    local folder = workdir.new()
    finally(function()
      workdir.remove(folder)
    end)
    local function lines_for(name)
      local find =
        "return document.querySelector('pre[aria-label=\"For ' + arguments[0] + '\"]').innerText"
      return visitor:run(find, name)
    end
    workdir.write(folder .. "/environment", lines_for("Shell"))
    local environment = (". %s/environment; "):format(folder)
    local prefix =
      "$CLOUDFLARE_BASE_URL/accounts/$CLOUDFLARE_ACCOUNT_ID/realtime/kit/$REALTIMEKIT_APP_ID"
    local curl = 'curl -s -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" '
      .. prefix
      .. "/meetings"
    assert.matches('"success":true', shell.check(environment .. curl), 1, true)
    local id = "^%x+%-%x+%-%x+%-%x+%-%x+\n?$"
    workdir.write(folder .. "/lines.lua", lines_for("Lua"))
    assert.matches(id, shell.check(http.lua(("dofile(%q)"):format(folder .. "/lines.lua"))))
    workdir.write(folder .. "/lines.py", lines_for("Python"))
    assert.matches(id, shell.check(("python3 %s/lines.py"):format(folder)))
    assert.equal(2, page.client.meetings:list().paging.total_count)
    -- The SDK is where `make deps` has put it.
    local sdk = "build/npm/node_modules/cloudflare/package.json"
    if workdir.read(sdk) == "" then return end
    local here = shell.check("pwd -P")
    shell.check(("ln -s %s/build/npm/node_modules %s/node_modules"):format(here, folder))
    workdir.write(folder .. "/lines.mjs", lines_for("Node"))
    assert.matches(id, shell.check(("node %s/lines.mjs"):format(folder)))
  end)

  it("says what is wrong with a fault, in the emulator's words", function()
    visitor:open("faults")
    visitor:type("input[name=operation]", "POST /meeting")
    visitor:click("Set fault")
    visitor:is_told('there is no operation "POST /meeting"; did you mean "POST /meetings"?')
    visitor:sees("No fault is set.")
  end)

  it("finds a meeting by its title among thousands, and draws a page of them only", function()
    page:tell("seed", { meetings = 2000 })
    visitor:open("meetings")
    visitor:sees("2,000 meetings")
    assert.equal(50, visitor:run("return document.querySelectorAll('tbody tr').length"))
    visitor:click("Older")
    visitor:sees("Page 2 of 40")
    visitor:type("#search", "eting 1234")
    visitor:sees("1 meeting")
    assert.equal("Meeting 1234", visitor:run("return document.querySelector('tbody a').innerText"))
    visitor:type("#search", "5")
    visitor:sees("Nothing matches.")
  end)

  it("shows deliveries of webhooks, and sends one again", function()
    assert(page.client.webhooks:create({
      name = "Mine",
      url = page.url .. "/nobody",
      events = { "meeting.started" },
    }))
    local meeting = meeting_with("Stand-up", "Ann")
    visitor:open("meetings/" .. meeting.id)
    visitor:click("Join: Ann")
    visitor:open("webhooks")
    visitor:click("Mine")
    visitor:sees("failed")
    visitor:click("meeting.started")
    visitor:sees("Signed body")
    visitor:sees("rtk-signature")
    visitor:click("Send again: meeting.started")
    visitor:wait("return document.querySelectorAll('table tbody tr').length === 2")
    assert.equal(2, #page:tell("deliveries")[1].attempts)
  end)

  it("creates a webhook of all events", function()
    visitor:open("webhooks")
    visitor:type("form input[name=name]", "Mine")
    visitor:type("form input[name=url]", page.url .. "/nobody")
    visitor:click("New webhook")
    visitor:is_told("The webhook gets all events from now on.")
    local webhooks = assert(page.client.webhooks:list())
    local known = assert(page.client.webhooks:list_events())
    assert.equal("Mine", webhooks[1].name)
    assert.is_true(#webhooks[1].events > 5)
    assert.equal(#known, #webhooks[1].events)
  end)

  it("saves a snapshot to a file, and restores it", function()
    local folder = workdir.new()
    finally(function()
      workdir.remove(folder)
    end)
    visitor:tell("Browser.setDownloadBehavior", { behavior = "allow", downloadPath = folder })
    meeting_with("Kept", "Ann")
    visitor:open("meetings")
    visitor:click("Save snapshot")
    visitor:is_told("The snapshot is saved.")
    local file = folder .. "/rtk-emulator-snapshot.json"
    assert.truthy(visitor.browser.wait_for(function()
      return workdir.read(file) ~= ""
    end))
    visitor:click("Reset…")
    visitor:click("Reset")
    visitor:sees("There is no meeting yet.")
    visitor.browser:type("#snapshot-file", file)
    visitor:sees("Kept")
    assert.equal("Kept", page.client.meetings:list()[1].title)
  end)

  it("shows one app, and another one when it is chosen", function()
    meeting_with("Of the first")
    local other = assert(page.client.apps:create({ name = "Second" }))
    assert(page.client:app(other.id).meetings:create({ title = "Of the second" }))
    visitor:open("meetings")
    visitor:sees("Of the first")
    visitor:click("Apps")
    visitor:click("Show Second")
    visitor:sees("Of the second")
    visitor:open("meetings")
    visitor:sees("Of the second")
    visitor:click("Apps")
    visitor:click("Show Default app")
    visitor:sees("Of the first")
  end)

  it("is used with the keyboard alone", function()
    local meeting = meeting_with("Keys", "Ann")
    visitor:open("meetings/" .. meeting.id)
    -- Presses Tab until an element has the focus.
    local function tab_to(name)
      for _ = 1, 60 do
        visitor:press(TAB)
        local found = visitor:run(
          [[
          const one = document.activeElement;
          return (one.getAttribute("aria-label") || one.innerText).trim() === arguments[0];
        ]],
          name
        )
        if found then return end
      end
      error("Tab does not lead to " .. name)
    end
    visitor:press(TAB)
    assert.equal("skip", visitor:run("return document.activeElement.id"))
    visitor:press(ENTER)
    assert.equal("main", visitor:run("return document.activeElement.id"))
    tab_to("Join: Ann")
    visitor:press(ENTER)
    visitor:sees("in the room")
    -- The focus stays where it was, on what the button has become.
    visitor:wait("return document.activeElement.getAttribute('aria-label') === 'Leave: Ann'")
    visitor:press(ENTER)
    visitor:wait("return document.activeElement.getAttribute('aria-label') === 'Join: Ann'")
    visitor:run("document.getElementById('skip').focus()")
    tab_to("Advance the clock by 1 hour")
    visitor:press(ENTER)
    visitor:is_told("The clock is 1 hour on.")
  end)

  it("shows names that look like markup, and does nothing that they say", function()
    local name = "<img src=x onerror=\"document.title='broken'\"><script>alert(1)</script>"
    local meeting = meeting_with(name, name)
    visitor:open("meetings")
    visitor:sees(name)
    visitor:open("meetings/" .. meeting.id)
    visitor:click("Join: " .. name)
    visitor:is_told(name)
    visitor:open("rooms")
    visitor:sees(name)
    assert.equal(0, visitor:run("return document.querySelectorAll('main img, main script').length"))
    assert.falsy(visitor:run("return document.title"):find("broken"))
  end)

  it("names what has no letters to be seen, so that it can be chosen", function()
    meeting_with(" ")
    meeting_with("\226\128\174\226\129\160")
    visitor:open("meetings")
    visitor:wait("return [...document.querySelectorAll('td a')].length === 2")
    assert.same(
      { "untitled", "untitled" },
      visitor:run("return [...document.querySelectorAll('td a')].map((one) => one.innerText)")
    )
  end)

  it("says so when what it shows is gone, and shows it when it is back", function()
    local meeting = meeting_with("Short-lived")
    local snapshot = page:tell("snapshot", {})
    visitor:open("meetings/" .. meeting.id)
    visitor:sees("Short-lived")
    page:tell("reset")
    visitor:sees("there is no such object in meetings")
    assert.matches("^Meetings ", visitor:run("return document.title"))
    page:tell("restore", snapshot)
    visitor:sees("Short-lived")
  end)

  it("goes on after an address that names nothing", function()
    visitor:open("rooms")
    for _, place in ipairs({ "nowhere", "__proto__", "constructor/x", "%", "meetings/%E0%A4%A" }) do
      visitor:run("location.hash = '#/' + arguments[0]", place)
      visitor:sees("no such")
      visitor:run("location.hash = '#/rooms'")
      visitor:wait("return document.title.startsWith('Rooms')")
    end
    visitor:open("journal/99999")
    visitor:sees("the journal does not have this request any more")
  end)

  it(
    "reads at most once a second, nothing new while nothing changes, nothing while hidden",
    function()
      meeting_with("Quiet")
      visitor:open("meetings")
      visitor:sees("Quiet")
      visitor:run([[
      const known = window.fetch;
      window.reads = [];
      window.fetch = async (...given) => {
        const read = { at: performance.now() };
        window.reads.push(read);
        const answer = await known(...given);
        read.status = answer.status;
        return answer;
      };
      document.addEventListener("visibilitychange", () => {
        window[document.visibilityState] = performance.now();
      });
    ]])
      visitor:wait("return window.reads.length > 3")
      local statuses = visitor:run("return window.reads.slice(1, 3).map((one) => one.status)")
      assert.same({ 304, 304 }, statuses)
      local gaps = visitor:run([[
      return window.reads.slice(1).map((one, index) => one.at - window.reads[index].at);
    ]])
      for _, gap in ipairs(gaps) do
        assert.is_true(gap > 990, gap .. " ms")
      end
      local first = visitor.browser:command("GET", "/window")
      local other = visitor.browser:command("POST", "/window/new", { type = "tab" })
      local function hide_for(seconds)
        visitor.browser:command("POST", "/window", { handle = other.handle })
        shell.check("sleep " .. seconds)
        visitor.browser:command("POST", "/window", { handle = first })
        visitor:wait(
          "return window.visible && window.reads[window.reads.length - 1].at > window.visible"
        )
        return visitor:run("return window.visible - window.hidden")
      end
      -- A page may learn late that it is hidden.
      local pause = 1.6
      while hide_for(pause) < 1500 do
        pause = pause * 2
        assert.is_true(pause < 60)
      end
      local hidden = "one.at > window.hidden && one.at < window.visible"
      assert.equal(
        0,
        visitor:run(("return window.reads.filter((one) => %s).length"):format(hidden))
      )
    end
  )

  it("asks nobody but the emulator, and gives the browser no cause to complain", function()
    visitor:open("connect")
    visitor:sees("CLOUDFLARE_BASE_URL")
    assert.same({}, elsewhere)
    for _, message in ipairs(visitor.browser:console()) do
      -- What the emulator refused above.
      assert.matches("_emulator/faults .*status of 400", message)
    end
  end)

  it("says so when the emulator has gone", function()
    visitor:open("rooms")
    page.server:stop()
    visitor:is_told("The emulator does not answer. Is it still running?")
    shell.check("sleep 1.2")
    local notices = "return document.querySelectorAll('.notice').length"
    assert.equal(1, visitor:run(notices))
  end)
end)
