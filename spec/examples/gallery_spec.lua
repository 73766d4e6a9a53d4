-- SPDX-License-Identifier: MIT
-- `make example` and the pictures of examples/README.md.

package.path = "examples/gallery/?.lua;" .. package.path

local contrast = require("spec.support.asserts.contrast")
local list = require("list")
local pictures = require("pictures")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local terminal_picture = require("terminal_picture")
local xml = require("spec.support.examples.xml")

describe("the gallery", function()
  local function run(arguments, before)
    local line = "%s %s examples/gallery/run.lua %s"
    return shell.run(line:format(before or "", shell.lua(), arguments))
  end

  it("lists its examples, one line each", function()
    local output, status = run("")
    assert.equal(0, status)
    local lines = shell.split(output)
    assert.equal(#list + 1, #lines)
    for index, example in ipairs(list) do
      assert.equal(("  %-11s %s"):format(example.name, example.what), lines[index + 1])
      assert.is_true(#lines[index + 1] < 100)
    end
  end)

  it("names the nearest example and all others where one does not exist", function()
    local output, status = run("dashbord")
    assert.equal(2, status)
    assert.truthy(output:find('no example "dashbord"; did you mean "dashboard"?', 1, true), output)
    assert.equal(#list + 1, #shell.split(output))
  end)

  it("has a picture of each example, and shows it", function()
    local text = shell.read("examples/README.md")
    for _, example in ipairs(list) do
      local path = pictures.path(example)
      assert.truthy(text:find("](" .. path:gsub("^examples/", "") .. ")", 1, true), path)
      assert.is_true(#shell.read(path) < 60000, path)
    end
    local files = shell.lines("ls examples/pictures")
    assert.equal(#list, #files)
  end)

  it("has pictures that are well-formed, with a title, and no script or link", function()
    for _, example in ipairs(list) do
      local text = shell.read(pictures.path(example))
      if example.has_screenshot then
        assert.equal("\137PNG\r\n\26\n", text:sub(1, 8))
      else
        local elements = assert(xml.read(text))
        assert.equal("svg", elements[1].name)
        assert.equal("title", elements[2].name)
        for _, element in ipairs(elements) do
          assert.falsy(element.name == "script" or element.attributes.href, example.name)
        end
      end
    end
  end)

  for _, example in ipairs(list) do
    -- The specs of the other Lua may run at the same time, with the same files and ports.
    local is_for_one = example.needs_server or pictures.has_files(example)
    if not example.has_screenshot and (shell.lua() == "lua5.4" or not is_for_one) then
      it("draws the picture of " .. example.name .. " again, to the same bytes", function()
        local port = process.free_ports(1)[1]
        assert.equal(shell.read(pictures.path(example)), (pictures.draw(example, port)))
      end)
    end
  end

  -- Once is enough: the programs have specs on both Luas.
  if shell.lua() == "lua5.4" then
    for _, example in ipairs(list) do
      if example.commands then
        it("runs " .. example.name .. " with an emulator, which it stops", function()
          local port = process.free_ports(1)[1]
          local output, status = run(example.name, "PORT=" .. port)
          assert.equal(0, status, output)
          assert.truthy(output:find("$\27[0m ", 1, true), output)
          local left = "grep -lsa 'build/[e]xample-%s' /proc/[0-9]*/cmdline || true"
          assert.equal("", shell.check(left:format(example.name)))
        end)
      end
    end
  end
end)

describe("a picture of a terminal", function()
  it("has colours with enough contrast", function()
    local picture = terminal_picture.draw("", { columns = 9, title = "T", text = "D" })
    local ground = picture:match('<rect [^>]*fill="(#%x+)"')
    local colours = 0
    for colour in picture:match("<style>.-</style>"):gmatch("fill: (#%x+);") do
      assert.is_true(contrast.ratio(colour, ground) >= 4.5, colour)
      colours = colours + 1
    end
    assert.equal(7, colours)
  end)

  local function texts(text, columns)
    local found = {}
    local given = { columns = columns or 20, title = "T & <t>", text = "D" }
    for _, element in ipairs(assert(xml.read(terminal_picture.draw(text, given)))) do
      local attributes = element.attributes
      if element.name == "text" and attributes.textLength then
        found[#found + 1] =
          { xml.unescape(element.text), attributes.x, attributes.y, attributes.class }
      end
    end
    return found
  end

  it("has each run of characters at its column, and colours", function()
    assert.same({
      { "a <b>", "16", "62" },
      { "c", "74.8", "62" },
      { "red", "16", "82", "c31" },
    }, texts("a <b>  c\n\27[31mred\27[0m\n"))
  end)

  it("has wide characters in two columns, and tab stops every eight", function()
    assert.same({
      { "李小", "16", "62" },
      { "x", "83.2", "62" },
      { "ab", "16", "82" },
      { "x", "83.2", "82" },
    }, texts("李小\tx\nab\tx\n"))
  end)

  it("cuts lines where a terminal would", function()
    assert.same({ { "abcd", "16", "62" }, { "ef", "16", "82" } }, texts("abcdef\n", 4))
    assert.same({ { "李", "16", "62" }, { "李", "16", "82" } }, texts("李李\n", 3))
  end)
end)
