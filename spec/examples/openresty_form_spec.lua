-- SPDX-License-Identifier: MIT
-- The join page of examples/openresty over HTTP: the pages after the form was sent.

local join_page = require("spec.support.examples.join_page")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

-- nginx has a Lua of its own: the one that runs the specs makes no difference.
if shell.lua() ~= "luajit" then return end

local SIGINT = 2
local ADD = "POST /meetings/{meeting_id}/participants"

describe("the join page", function()
  local page

  setup(function()
    page = join_page.start()
  end)

  teardown(function()
    page:stop()
  end)

  it("has nothing to complain about in its log", function()
    page:get("/")
    page:join("Ann", "Workshop")
    page:get("/static/page.js")
    assert.equal("", page:log("error.log"))
  end)

  it("shows the form, the rooms and that nobody is there", function()
    local status, body = page:get("/")
    assert.equal(200, status)
    for _, text in ipairs({ 'name="name"', 'value="Workshop"', "Nobody yet" }) do
      assert.truthy(body:find(text, 1, true), text)
    end
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
      assert.is_nil(page.token_in(body))
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
    local names = {}
    for participant in page.client.meetings:each_participant(page.meeting_in(body)) do
      names[participant.name] = true
    end
    assert.is_true(names[name])
    _, body = page:join(name, "none")
    assert.truthy(body:find('value="' .. shown .. '"', 1, true), body)
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

  for title, row in pairs({
    ["is out of reach"] = { { kind = "refuse" }, 502, "cannot be reached" },
    ["hangs up"] = { { kind = "close" }, 502, "cannot be reached" },
    ["sends a page of HTML"] = { { kind = "html" }, 502, "cannot be reached" },
    ["has a failure"] = { { kind = "status", status = 500 }, 502, "cannot be reached" },
    ["does not take the credentials"] = { { kind = "status", status = 401 }, 500, "not set up" },
    ["knows no such preset"] = { { kind = "status", status = 404 }, 500, "not open right now" },
  }) do
    it("has kind words and the right status when the API " .. title, function()
      local fault, status, words = row[1], row[2], row[3]
      local logged = #page:log("error.log")
      -- Adding a visitor is tried again.
      fault.operation, fault.times = ADD, 20
      page:tell_emulator("faults", fault)
      local found, body = page:join("Ann", "Workshop")
      assert.equal(status, found, page:log("error.log"))
      assert.truthy(body:find(words, 1, true), body)
      assert.matches("POST /meetings/%S+/participants", page:log("error.log"):sub(logged + 1))
      page:tell_emulator("clear_faults", {})
      assert.equal(200, (page:join("Ann", "Workshop")))
    end)
  end

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
    assert.truthy(page.token_in(body))
    -- Some of it may end after what pipe led to.
    assert.is_true(page.wait_for(function()
      return not process.kill(group, 0)
    end))
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
