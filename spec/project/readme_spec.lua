-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local settings = require("rtk.config.settings")
local shell = require("spec.support.servers.shell")

describe("the README", function()
  local text = shell.read("README.md")

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
      assert.truthy(listed[name], name .. " is not in the README")
    end
    for name in pairs(listed) do
      assert.truthy(expected[name], name .. " is no option")
    end
  end

  it("lists every option of rtk.new, with its default", function()
    local listed = options_in("option of `rtk.new`")
    assert_same_names(known(settings.resolve, { zzzzzzzzzzzz = 1 }), listed)
    local resolved = settings.resolve({ api_token = "test-token" })
    local numbers = 0
    for name, default in pairs(listed) do
      local number = tonumber(default)
      if number then
        numbers = numbers + 1
        assert.equal(resolved[name], number, name)
      elseif type(resolved[name]) == "number" then
        error(name .. " has a default that is not in the README")
      end
    end
    assert.is_true(numbers >= 6)
  end)

  it("lists every option of a call, and of each", function()
    local meetings = clients.fake({ {} }).meetings
    local listed = options_in("option of a call")
    assert_same_names(known(meetings.each, meetings, {}, { zzzzzzzzzzzz = 1 }), listed)
  end)

  it("has headings where its links lead", function()
    local anchors = {}
    for heading in text:gmatch("\n## ([^\n]*)") do
      anchors[heading:lower():gsub("[^%w ]", ""):gsub(" ", "-")] = true
    end
    local links = 0
    for anchor in text:gmatch("%]%(#([^)]*)%)") do
      links = links + 1
      assert.truthy(anchors[anchor], "#" .. anchor)
    end
    assert.is_true(links > 0)
  end)
end)
