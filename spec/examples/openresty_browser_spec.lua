-- SPDX-License-Identifier: MIT
-- The join page of examples/openresty in a browser. Screenshots are in build/log/join-page-*.png.

local browser = require("spec.support.servers.browser")
local join_page = require("spec.support.examples.join_page")
local shell = require("spec.support.servers.shell")

-- Neither nginx nor the browser depends on the Lua that runs the specs.
if shell.lua() ~= "luajit" then return end

describe("the join page in Chromium", function()
  local page, visitor

  setup(function()
    shell.check("mkdir -p build/log")
    page = join_page.start()
    visitor = browser.start()
  end)

  teardown(function()
    if visitor then visitor:stop() end
    if page then page:stop() end
  end)

  local function screenshot(name)
    visitor:screenshot("build/log/join-page-" .. name .. ".png")
  end

  it("lets a visitor sign in, gives a token to join with, and lists the session", function()
    visitor:open(page.url .. "/")
    assert.equal("Join a room", visitor:text("h1"))
    visitor:type("#name", "Ann Lee")
    visitor:click("label:nth-of-type(2) span")
    screenshot("form")
    visitor:click("form button")

    assert.equal("Welcome, Ann Lee", visitor:text_after("h1", "Welcome, Ann Lee"))
    assert.equal(page.url .. "/join", visitor:location())
    assert.matches("^Workshop, %d+%-%d+%-%d+$", visitor:text("#meeting"))
    local token = visitor:property("#token", "value")
    assert.matches("^ey[%w_-]+%.[%w_-]+%.[%w_-]+$", token)
    page:tell_emulator("join", { meeting_id = visitor:text("#meeting_id"), token = token })

    -- The page looks after the list itself.
    local listed = visitor.wait_for(function()
      local text = visitor:text("#live")
      return text:find("Workshop", 1, true) and text
    end)
    assert.matches("^Workshop, [%d-]+\n1$", listed)
    screenshot("joined")
    assert.equal("Workshop, " .. listed:match("[%d-]+"), page:sessions()[1].title)
  end)

  it("copies the token", function()
    assert.equal("Copy token", visitor:text("#copy"))
    visitor:click("#copy")
    assert.truthy(visitor.wait_for(function()
      return visitor:text("#copy") == "Copied"
    end))
  end)

  it("shows a name that looks like a script, and does not run it", function()
    local name = "<script>document.title='broken'</script>"
    visitor:open(page.url .. "/")
    visitor:type("#name", name)
    visitor:click("form button")
    assert.equal("Welcome, " .. name, visitor:text_after("h1", "Welcome, " .. name))
    assert.matches("^Stand%-up, ", visitor:property("title", "text"))
  end)

  it("says kindly what is wrong", function()
    visitor:open(page.url .. "/")
    visitor:type("#name", "   ")
    visitor:click("form button")
    assert.truthy(visitor.wait_for(function()
      local ok, text = pcall(visitor.text, visitor, "#complaint")
      return ok and text:find("Please tell us your name", 1, true)
    end))
    screenshot("complaint")
    page:tell_emulator("faults", { kind = "status", status = 401, operation = "PATCH *" })
    visitor:type("#name", "Ann")
    visitor:click("form button")
    assert.equal("That did not work", visitor:text_after("h1", "That did not work"))
    screenshot("sorry")
    visitor:click(".button")
    assert.equal("Join a room", visitor:text_after("h1", "Join a room"))
  end)

  it("gives the browser no cause to complain, apart from the statuses above", function()
    for _, message in ipairs(visitor:console()) do
      assert.matches("status of 422", (message:gsub("status of 500", "status of 422")))
    end
  end)

  it("has the form and the sessions in its document", function()
    local html = browser.dump(page.url .. "/")
    assert.matches('<input type="text" id="name"', html, 1, true)
    assert.matches('<span class="title">Workshop, [%d-]+</span>', html)
  end)
end)
