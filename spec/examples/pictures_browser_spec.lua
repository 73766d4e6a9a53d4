-- SPDX-License-Identifier: MIT
-- The pictures and the report of examples/ as Chromium lays them out.

package.path = "examples/report/?.lua;" .. package.path

local browser = require("spec.support.servers.browser")
local page = require("page")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

-- The browser does not depend on the Lua that runs the specs.
if shell.lua() ~= "luajit" then return end

-- Writes into the page what is wrong with its texts: two that meet, or one outside of its picture.
local SCRIPT = [[
<pre id="found"></pre>
<script>
const found = [];
const meets = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
  && a.top < b.bottom - 3 && b.top < a.bottom - 3;
for (const svg of document.querySelectorAll("svg")) {
  const own = [...svg.querySelectorAll("text")].filter((text) => text.closest("svg") === svg);
  const ground = svg.getBoundingClientRect();
  const boxes = own.map((text) => [text.textContent, text.getBoundingClientRect()]);
  boxes.forEach(([text, box], index) => {
    if (box.left < ground.left - 1 || box.right > ground.right + 1
      || box.top < ground.top - 1 || box.bottom > ground.bottom + 1) found.push("outside: " + text);
    for (const [other, place] of boxes.slice(index + 1)) {
      if (meets(box, place)) found.push(text + " meets " + other);
    }
  });
}
if (document.documentElement.scrollWidth > innerWidth) found.push("the page is too wide");
found.push(document.querySelectorAll("svg text").length + " texts");
document.getElementById("found").textContent = found.join("\n");
</script>]]

describe("in Chromium", function()
  local directory

  setup(function()
    directory = workdir.new()
  end)

  teardown(function()
    workdir.remove(directory)
  end)

  -- What the script finds in a page.
  local function findings(html)
    local path = directory .. "/page.html"
    workdir.write(path, html .. SCRIPT)
    local text = browser.dump("file://" .. path):match('<pre id="found">(.-)</pre>')
    return shell.split(assert(text, "the script did not run"))
  end

  local function assert_clean(html, least)
    local found = findings(html)
    assert.is_true(tonumber(found[#found]:match("^(%d+) texts$")) >= least, found[#found])
    assert.same({ found[#found] }, found)
  end

  it("no text of a terminal's picture meets another or is outside", function()
    local parts = { "<!DOCTYPE html>" }
    for _, path in ipairs(shell.lines("ls examples/pictures/*.svg")) do
      if not path:find("report", 1, true) then parts[#parts + 1] = shell.read(path) end
    end
    assert_clean(table.concat(parts, "\n"), 150)
  end)

  it("no text of the report's picture meets another or is outside", function()
    assert_clean("<!DOCTYPE html>" .. shell.read("examples/pictures/report.svg"), 60)
  end)

  it("no text of the report meets another, however large its figures are", function()
    local figures = { days = {}, people = {} }
    for day = 1, 31 do
      figures.days[day] = {
        sessions = 33333 * (day % 4),
        minutes = 1e6,
        recordings = 5000,
        bytes = 9.9e13,
        stream_seconds = 86400,
        viewer_seconds = 86400 * 99999,
      }
    end
    for index, letter in ipairs({ "W", "李", "i", "Ж", "🎓" }) do
      figures.people[index] = { name = letter:rep(60), value = 1234567 / index }
    end
    local html = page.html(figures, rtk.time("2027-01-01"))
    assert_clean((html:gsub("</body></html>", "")), 40)
  end)

  it("the search finds what meets and what is outside", function()
    local found = findings(
      '<!DOCTYPE html><svg width="90" height="50"><text x="5" y="20">one</text>'
        .. '<text x="10" y="20">two</text><text x="80" y="40">three</text></svg>'
    )
    assert.same({ "one meets two", "outside: three", "3 texts" }, found)
  end)
end)
