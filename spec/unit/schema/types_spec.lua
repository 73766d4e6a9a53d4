-- SPDX-License-Identifier: MIT
-- lua/rtk/types.lua is what the schema makes it, and the annotations in lua/ fit
-- together: no language server runs here, so this looks for what one would refuse.

local generate = require("spec.support.programs.generate_types").generate

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

local function lua_files()
  local list = assert(io.popen("find lua -name '*.lua'"))
  local paths = {}
  for path in list:lines() do
    paths[#paths + 1] = path
  end
  list:close()
  return paths
end

-- All lines that are annotations, with the place they stand at.
local function annotations()
  local found = {}
  for _, path in ipairs(lua_files()) do
    for line in read(path):gmatch("[^\n]+") do
      local text = line:match("^%s*(%-%-%-[@|].*)$")
      if text then found[#found + 1] = { path = path, text = text } end
    end
  end
  return found
end

local forms = {
  "^%-%-%-@meta$",
  "^%-%-%-@class rtk%.%u%w*$",
  "^%-%-%-@class rtk%.%u%w*: rtk%.%u%w*$",
  "^%-%-%-@alias rtk%.%u%w*$",
  '^%-%-%-| "[^"]+"$',
  "^%-%-%-| rtk%.%u%w*$",
  "^%-%-%-| string$",
  "^%-%-%-| lightuserdata$",
  "^%-%-%-@field [%a_][%w_]*%?? (%S.*)$",
  '^%-%-%-@field %["[%w_]+"%] (%S.*)$',
}

local function form_of(line)
  for _, form in ipairs(forms) do
    local type_text = line:match(form)
    if type_text then return form, type_text end
  end
end

-- Whether a type is built from known names, literals, arrays, maps and alternatives.
local function is_type(text)
  text = text:gsub(" # .*$", ""):gsub('"[^"]*"', "L"):gsub("rtk%.%u%w*", "L")
  for _, name in ipairs({ "string", "integer", "number", "boolean", "any" }) do
    text = text:gsub("%f[%w_]" .. name .. "%f[^%w_]", "L")
  end
  text = text:gsub("table<L, L>", "L"):gsub("L%[%]", "L")
  text = text:gsub("L|[L|]+", "L"):gsub("%(L%)", "L"):gsub("L%[%]", "L"):gsub("L%?$", "L")
  return text == "L"
end

describe("types", function()
  it("are what the schema makes them", function()
    assert.equal(generate(), read("lua/rtk/types.lua"))
  end)

  it("are made the same every time", function()
    assert.equal(generate(), generate())
  end)

  it("consist of well-formed annotations", function()
    local count = 0
    for line in generate():gmatch("[^\n]+") do
      if line:find("^%-%-%-[@|]") then
        local form, type_text = form_of(line)
        assert.is_truthy(form, line)
        if form:find("@field", 1, true) then assert.is_true(is_type(type_text), line) end
        count = count + 1
      else
        assert.is_truthy(line:find("^%-%- ") or line:find("^%-%-%- ") or line == "--", line)
      end
    end
    assert.is_true(count > 1000)
  end)

  it("refer only to classes that are declared somewhere", function()
    local declared, problems = {}, {}
    for _, line in ipairs(annotations()) do
      local name = line.text:match("^%-%-%-@%a+ (rtk%.%u%w*)")
      local is_declaration = line.text:find("^%-%-%-@class") or line.text:find("^%-%-%-@alias")
      if is_declaration and name then declared[name] = true end
    end
    for _, line in ipairs(annotations()) do
      for name in line.text:gmatch("%f[%w]rtk%.%u%w*") do
        if not declared[name] then problems[#problems + 1] = line.path .. ": " .. name end
      end
    end
    assert.same({}, problems)
  end)

  it("declare a field of a class once", function()
    local seen, class, fields = {}, nil, 0
    for _, line in ipairs(annotations()) do
      local word, rest = line.text:match("^%-%-%-@(%a+) ?(.*)$")
      if word == "class" then
        class = line.path .. rest
        class = rest:match("^rtk%.[%w.]+") or class
      elseif word == "field" and class then
        rest = rest:gsub("^private ", ""):gsub("^protected ", ""):gsub("^package ", "")
        local id = class .. " " .. rest:match("^%S+"):gsub("%?$", "")
        assert.is_nil(seen[id], id)
        seen[id], fields = true, fields + 1
      end
    end
    assert.is_true(fields > 700)
  end)

  it("keep words that mean visibility from being read as such", function()
    local text = generate()
    assert.is_truthy(text:find('["private"] rtk.PrivateChatPermissions', 1, true))
    assert.is_nil(text:find("@field private ", 1, true))
  end)
end)
