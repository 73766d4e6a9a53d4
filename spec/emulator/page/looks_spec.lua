-- SPDX-License-Identifier: MIT
-- How the page looks and reads, in each view, by day and by night, wide and narrow. Screenshots are
-- in build/log/emulator-page-*.png.

local opened = require("spec.support.page.opened")
local populate = require("spec.support.page.populate")
local shell = require("spec.support.servers.shell")

-- Neither nginx nor the browser depends on the Lua that runs the specs.
if shell.lua() ~= "luajit" then return end

local CHECKS = "spec/support/page/checks.js"

describe("the views of the emulator's page", function()
  local page, visitor, checks

  setup(function()
    checks = shell.read(CHECKS)
    shell.check("mkdir -p build/log")
    page = opened.start({ seed = 7, rate_limit = { quota = 400, window = 300, block = 300 } })
    visitor = page.visitor
    -- A window without the focus does not show which element has it.
    visitor:tell("Emulation.setFocusEmulationEnabled", { enabled = true })
  end)

  teardown(function()
    if page then page:stop() end
  end)

  local SIZES = { { 1280, 800 }, { 390, 844 } }

  -- Looks at a view in all ways; adds what is wrong.
  local function look(found, view, name)
    visitor:open(view)
    for _, size in ipairs(SIZES) do
      for _, scheme in ipairs({ "light", "dark" }) do
        visitor:becomes(size[1], size[2], scheme)
        local file = ("build/log/emulator-page-%s-%s-%d.png"):format(name, scheme, size[1])
        if name == "meeting" or name == "rooms" then visitor.browser:screenshot(file) end
        for _, problem in ipairs(visitor:run(checks)) do
          found[#found + 1] = ("%s, %s, %d pixels: %s"):format(name, scheme, size[1], problem)
        end
      end
    end
  end

  it("say what to do where there is nothing yet, readably", function()
    local problems = {}
    for _, view in ipairs({ "rooms", "webhooks", "journal" }) do
      look(problems, view, "empty-" .. view)
      assert.truthy(visitor:run("return document.querySelector('main .empty a, main .empty p')"))
    end
    assert.same({}, problems)
  end)

  it("have contrast, names, headings, order and size, and show the focus", function()
    local ids = populate(page)
    local views = { "rooms", "apps", "presets", "faults", "journal", "charts", "connect" }
    local problems = {}
    for _, view in ipairs(views) do
      look(problems, view, view)
    end
    for kind, id in pairs(ids) do
      look(problems, kind .. "s", kind .. "s")
      look(problems, kind .. "s/" .. id, kind)
    end
    local request = page:read("requests").rows[1].number
    look(problems, ("journal/%d"):format(request), "request")
    assert.same({}, problems)
  end)

  it("stay as wide as the window whatever others call things", function()
    local word, problems = ("W"):rep(1000), {}
    local meeting = assert(page.client.meetings:create({ title = word }))
    local ann = assert(meeting:add_participant({
      name = word,
      preset_name = "group_call_participant",
      custom_participant_id = word,
    }))
    page:tell("join", { meeting_id = meeting.id, participant_id = ann.id })
    page:tell("chat", { participant_id = ann.id, text = word })
    page:tell("speak", { participant_id = ann.id, text = word })
    local session = page:read("objects?kind=sessions").rows[1].id
    local views = { "rooms", "meetings", "meetings/" .. meeting.id, "sessions/" .. session }
    for _, view in ipairs(views) do
      look(problems, view, "wide")
    end
    assert.same({}, problems)
  end)

  it("fail the checks where something is wrong", function()
    visitor:open("rooms")
    visitor:run([[
      const wrong = document.createElement("div");
      wrong.innerText = "faint";
      wrong.style.color = "rgb(128, 128, 128)";
      wrong.style.background = "rgb(120, 120, 120)";
      const button = document.createElement("button");
      button.style.outline = "none";
      document.getElementById("main").append(wrong, button, document.createElement("h1"));
    ]])
    local text = table.concat(visitor:run(checks), "\n")
    assert.matches("contrast of 1.1", text, 1, true)
    assert.matches("has no name", text, 1, true)
    assert.matches("does not show its focus", text, 1, true)
    assert.matches("there is not one h1", text, 1, true)
  end)
end)
