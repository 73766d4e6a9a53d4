-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local guides = require("spec.support.data.guides")
local settings = require("rtk.config.settings")
local shell = require("spec.support.servers.shell")

describe("the guide to options", function()
  local text = shell.read("lua/rtk/config/README.md")

  -- The rows of the table with this head, as name to default.
  local function options_in(head)
    local rows = text:match("\n| " .. head .. " | default | |\n[| -]*\n(.-)\n\n")
    local found = {}
    for name, default in rows:gmatch("| `([%w_]+)` | (.-) |") do
      assert.is_nil(found[name], name .. " comes twice")
      found[name] = default
    end
    return found
  end

  -- The names that the message about an unknown option lists.
  local function known(f, ...)
    local message = clients.misuse_of(f, ...)
    local names = {}
    for name in assert(message:match("; known are (.*)$"), message):gmatch("[%w_]+") do
      names[name] = true
    end
    return names
  end

  local function assert_same_names(expected, listed)
    for name in pairs(expected) do
      assert.truthy(listed[name], name .. " is not in the guide")
    end
    for name in pairs(listed) do
      assert.truthy(expected[name], name .. " is no option")
    end
  end

  it("lists every option of rtk.new, with its default", function()
    local listed = options_in("option of `rtk.new`")
    assert_same_names(known(settings.resolve, { zzzzzzzzzzzz = 1 }), listed)
    local resolved = settings.resolve({ api_token = "test-token", account_id = "a" })
    local numbers = 0
    for name, default in pairs(listed) do
      local number = tonumber(default)
      if number then
        numbers = numbers + 1
        assert.equal(resolved[name], number, name)
      elseif type(resolved[name]) == "number" then
        error(name .. " has a default that is not in the guide")
      end
    end
    assert.is_true(numbers >= 6)
  end)

  it("lists every option of a call, and of each", function()
    local meetings = clients.fake({ {} }).meetings
    local listed = options_in("option of a call")
    assert_same_names(known(meetings.each, meetings, {}, { zzzzzzzzzzzz = 1 }), listed)
  end)
end)

describe("the guides", function()
  local files = guides.files()

  it("stand in the folders that they describe", function()
    local listed = {}
    for _, file in ipairs(files) do
      listed[file] = true
    end
    for _, folder in ipairs({
      "",
      "examples/",
      "lua/rtk/",
      "lua/rtk/config/",
      "lua/rtk/emulator/",
      "lua/rtk/http/",
      "lua/rtk/rate_limit/",
      "lua/rtk/resources/",
      "lua/rtk/rows/",
      "lua/rtk/runtime/",
      "spec/",
      "src/",
    }) do
      assert.is_true(listed[folder .. "README.md"], folder)
    end
  end)

  it("are all within one link of the first", function()
    local linked = { ["README.md"] = true }
    for _, link in ipairs(guides.links("README.md")) do
      linked[link.path] = true
    end
    for _, file in ipairs(files) do
      assert.is_true(linked[file], file .. " is not linked in README.md")
    end
  end)

  it("begin with one that is short", function()
    local _, lines = shell.read("README.md"):gsub("\n", "")
    assert.is_true(lines <= 200, lines .. " lines")
  end)

  it("have links to files and headings that exist", function()
    local links = 0
    for _, file in ipairs(files) do
      for _, link in ipairs(guides.links(file)) do
        local place = file .. ": " .. link.target
        local _, status = shell.run("test -e " .. shell.quote(link.path))
        assert.equal(0, status, place)
        if link.anchor then assert.is_true(guides.anchors(link.path)[link.anchor], place) end
        links = links + 1
      end
    end
    assert.is_true(links > 100)
  end)

  it("name targets that the Makefile has", function()
    local makefile = "\n" .. shell.read("Makefile") .. shell.read("spec/checks.mk")
    local named = 0
    for _, file in ipairs(files) do
      for targets in guides.commands(file):gmatch("\nmake (%l[%l ]*)") do
        for target in targets:gmatch("%l+") do
          assert.truthy(makefile:find("\n" .. target .. ":", 1, true), file .. ": " .. target)
          named = named + 1
        end
      end
    end
    assert.is_true(named > 15, named .. " targets")
  end)

  it("show files as they begin, ten lines of each", function()
    local shown = 0
    for _, file in ipairs(files) do
      for _, block in ipairs(guides.blocks(file)) do
        if block.path then
          local _, lines = block.text:gsub("\n", "")
          assert.equal(10, lines, block.path)
          assert.equal(block.text, shell.read(block.path):sub(1, #block.text), block.path)
          shown = shown + 1
        end
      end
    end
    assert.is_true(shown >= 12, shown .. " files")
  end)

  it("have code blocks in languages that some spec runs", function()
    -- The commands in sh install, build or serve; examples_spec and install_spec run the rest.
    local languages = { c = true, lua = true, nginx = true, diff = true, sh = true }
    for _, file in ipairs(files) do
      for _, block in ipairs(guides.blocks(file)) do
        assert.is_true(languages[block.language], file .. ": " .. block.language)
      end
    end
  end)
end)
