-- SPDX-License-Identifier: MIT
-- examples/report, with a month that an emulator has held.

package.path = "examples/gallery/?.lua;examples/report/?.lua;" .. package.path

local chart = require("chart")
local contrast = require("spec.support.asserts.contrast")
local emulator = require("rtk.emulator")
local example = require("spec.support.examples.example")
local scenes = require("scenes")
local shell = require("spec.support.servers.shell")
local xml = require("spec.support.examples.xml")

-- The numbers of a column of the table with this caption.
local function column(html, caption, index)
  local body = html:match("<caption>" .. caption .. "</caption>.-<tbody>(.-)</tbody>")
  local cells = {}
  for row in body:gmatch("<tr>(.-)</tr>") do
    local list = {}
    for cell in row:gmatch("<t[dh][^>]*>(.-)</t[dh]>") do
      list[#list + 1] = xml.unescape(cell)
    end
    cells[#cells + 1] = list[index]
  end
  return cells
end

local function number(text)
  return tonumber((text:gsub(",", ""):gsub(" GB", "")))
end

local function sum(cells)
  local total = 0
  for _, cell in ipairs(cells) do
    total = total + number(cell)
  end
  return total
end

describe("the report of a month", function()
  local held, html, svg

  setup(function()
    local model = emulator.new({ seed = scenes.SEED, start_time = scenes.START })
    held = scenes.month(model)
    local line = "SCENE=month LUA_INIT=@examples/gallery/in_process.lua %s"
      .. " examples/report/report.lua 2027-01 %s"
    html = shell.check(line:format(shell.lua(), ""))
    svg = shell.check(line:format(shell.lua(), "--svg"))
  end)

  local function total(name)
    local found = html:match("<dt>" .. name .. "</dt><dd>(.-)</dd>")
    return number(assert(found, name))
  end

  it("has the sums of what was held", function()
    assert.equal(held.sessions, total("Sessions"))
    assert.equal(held.minutes, total("Participants' minutes"))
    assert.equal(math.floor(held.bytes / 1e8 + 0.5) / 10, total("Recordings"))
    assert.equal(math.floor(held.viewer_seconds / 3600 + 0.5), total("Viewer hours"))
    assert.equal(held.sessions, sum(column(html, "By day", 2)))
    assert.equal(held.minutes, sum(column(html, "By day", 3)))
    assert.equal(held.recordings, sum(column(html, "By day", 4)))
    assert.equal(31, #column(html, "By day", 1))
  end)

  it("has each person's minutes, the busiest first", function()
    local names, minutes = column(html, "By person", 1), column(html, "By person", 2)
    local before = math.huge
    for index, name in ipairs(names) do
      assert.equal(held.people[name], number(minutes[index]), name)
      assert.is_true(number(minutes[index]) <= before)
      before = number(minutes[index])
    end
    assert.equal(8, #names)
  end)

  it("is well-formed, with names that look like tags, and loads nothing", function()
    for _, text in ipairs({ html, svg }) do
      local elements = assert(xml.read(text))
      for _, element in ipairs(elements) do
        assert.falsy(element.name == "script" or element.name == "link" or element.name == "img")
        for name in pairs(element.attributes) do
          assert.falsy(name == "href" or name == "src" or name:find("^on"), name)
        end
      end
      assert.truthy(text:find("Bob &amp; Co &lt;ops&gt;", 1, true))
    end
  end)

  it("has charts with a title, a text, and columns as high as their figures", function()
    local count = 0
    for picture in html:gmatch("<svg.-</svg>") do
      local elements = assert(xml.read(picture))
      local labels = {}
      for id in elements[1].attributes["aria-labelledby"]:gmatch("%S+") do
        labels[#labels + 1] = id
      end
      assert.same({ elements[2].attributes.id, elements[3].attributes.id }, labels)
      assert.is_true(#elements[2].text > 0 and #elements[3].text > 0)
      count = count + 1
    end
    assert.equal(4, count)
    local viewers = html:match('<title id="viewers%-title">.-</svg>')
    local heights, values = {}, {}
    for height, value in viewers:gmatch('height="([%d.]+)" rx="2"><title>%d+: (%d+)</title>') do
      heights[#heights + 1], values[#values + 1] = tonumber(height), tonumber(value)
    end
    assert.same({ 45, 55, 60, 65 }, values)
    for index, height in ipairs(heights) do
      assert.is_true(math.abs(height / heights[1] - values[index] / values[1]) < 0.01)
    end
  end)

  it("keeps what is drawn inside of a chart, and cuts names that are too long", function()
    local rows = { { name = ("李"):rep(40), value = 5 }, { name = ("w"):rep(99), value = 1e9 } }
    local given = { id = "i", title = "T", text = "D", rows = rows, format = tostring }
    local picture, height = chart.rows(given)
    for _, element in ipairs(assert(xml.read(picture))) do
      if element.name == "rect" then
        local at = element.attributes
        assert.is_true(at.x + at.width <= chart.WIDTH and at.y + at.height <= height)
      end
    end
    assert.truthy(picture:find(">" .. ("李"):rep(7) .. "…<", 1, true))
    assert.truthy(picture:find(">" .. ("w"):rep(10) .. "…<", 1, true))
  end)

  it("has text and columns with enough contrast, by day and by night", function()
    local schemes = 0
    for declared in (html:match("<style>(.-)</style>")):gmatch("{([^{}]*%-%-ground: #[^{}]*)}") do
      local colours = {}
      for name, colour in declared:gmatch("%-%-(%l+): (#%x+);") do
        colours[name] = colour
      end
      for name, least in pairs({ ink = 7, soft = 4.5, mark = 3 }) do
        local colour = colours[name] or colours.ink
        assert.is_true(contrast.ratio(colour, colours.ground) >= least, name)
      end
      schemes = schemes + 1
    end
    assert.equal(4, schemes)
  end)

  it("draws an axis for nothing, for one, and for very much", function()
    for largest, expected in pairs({ [0] = 1, [1] = 1, [9] = 10, [4001] = 6000, [1e9] = 1e9 }) do
      local given = { id = "i", title = "T", text = "D", values = { 0, largest } }
      local top = 0
      function given.format(value)
        top = math.max(top, value)
        return ("%d"):format(value)
      end
      assert(xml.read((chart.days(given))))
      assert.equal(expected, top)
    end
  end)

  it("has no character in it that XML has not", function()
    local text = chart.escape('a\0b\27c\239\191\190<\239\191\189\n"&')
    assert.equal("a?b?c?&lt;\239\191\189\n&quot;&amp;", text)
  end)

  it("is the same although answers get lost, are late, or say 429 and 503", function()
    local it_runs = example.start({ emulator = { start_time = scenes.START } })
    it_runs:hold_class(1e9)
    local expected = it_runs:check("report/report.lua 2027-01")
    assert.truthy(expected:find("<dt>Recordings</dt><dd>1.0 GB</dd>", 1, true), expected)
    for _, fault in ipairs({
      { kind = "close", operation = "GET /analytics/daywise" },
      { kind = "status", status = 503, operation = "GET /sessions" },
      { kind = "rate_limit", retry_after = 0, operation = "GET /recordings" },
      { kind = "truncate", operation = "GET /sessions/{session_id}/participants" },
      { kind = "latency", delay = 0.2, operation = "GET /analytics/livestreams/daywise" },
    }) do
      it_runs:tell("faults", fault)
    end
    assert.equal(expected, it_runs:check("report/report.lua 2027-01"))
    it_runs:stop()
  end)

  it("exits with 1 and the message for a failure, and with 2 for wrong usage", function()
    local it_runs = example.start()
    -- Of the pages that are asked for at once, the first is not the first to come.
    local fault = { kind = "status", status = 403, operation = "GET /recordings", times = 9 }
    it_runs:tell("faults", fault)
    local output, status = it_runs:run("report/report.lua 2027-01")
    assert.equal(1, status)
    assert.matches("^[^\n]*HTTP 403[^\n]*$", output)
    for _, arguments in ipairs({ "", "2027", "2027-13", "2027-01 --pdf" }) do
      output, status = it_runs:run("report/report.lua " .. arguments)
      assert.equal(2, status, output)
      assert.matches("^usage: ", output)
    end
    it_runs:stop()
  end)

  it("has no session, and says so in numbers, for an empty month", function()
    local it_runs = example.start()
    local text = it_runs:check("report/report.lua 2027-02")
    it_runs:stop()
    assert(xml.read(text))
    assert.truthy(text:find("<dt>Sessions</dt><dd>0</dd>", 1, true))
    assert.equal(28, #column(text, "By day", 1))
  end)
end)
