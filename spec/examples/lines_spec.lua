-- SPDX-License-Identifier: MIT
-- The table in examples/README.md that compares the lines of the programs.

local shell = require("spec.support.servers.shell")

describe("the table of examples", function()
  local rows = {}

  setup(function()
    local text = shell.read("examples/README.md")
    for cells, lines, by_hand in text:gmatch("\n(|[^\n]*) | (%d+) | (%d*) ?|%f[\n]") do
      rows[#rows + 1] = { cells = cells, lines = tonumber(lines), by_hand = tonumber(by_hand) }
    end
    assert.is_true(#rows > 0)
  end)

  it("counts the lines that the programs have", function()
    for _, row in ipairs(rows) do
      local lines = 0
      for path in row.cells:gmatch("%]%(([^)]+)%)") do
        lines = lines + select(2, shell.read("examples/" .. path):gsub("\n", ""))
      end
      assert.equal(lines, row.lines, row.cells)
    end
  end)

  it("has fewer lines than the same by hand", function()
    for _, row in ipairs(rows) do
      if row.by_hand then assert.is_true(row.lines < row.by_hand, row.cells) end
    end
  end)

  it("has every program that stands in the folder", function()
    local text = shell.read("examples/README.md")
    for _, path in ipairs(shell.lines("ls examples/*.lua")) do
      local name = path:match("[^/]+$")
      assert.truthy(text:find("`" .. name .. "`", 1, true) or text:find(name, 1, true), name)
    end
  end)
end)
