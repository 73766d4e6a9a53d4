-- SPDX-License-Identifier: MIT
-- The annotations in lua/ against the code that they stand on. No language server runs here, so
-- this checks what one would report first.
local annotations = require("spec.support.data.annotations")
local shell = require("spec.support.servers.shell")

local paths = shell.lines("find lua -name '*.lua' | LC_ALL=C sort")
local functions = annotations.functions(paths)
local classes = annotations.classes(paths)

-- The values of a return statement, without those in parentheses, brackets and strings.
local function count_values(statement)
  local flat = statement:gsub("%b()", ""):gsub("%b{}", "{}"):gsub("%b[]", ""):gsub('"[^"]*"', "")
  return select(2, flat:gsub(",", "")) + 1
end

-- The return statements of a function that are complete on one line, without those of functions
-- in it, which are indented deeper than some function within.
local function returned(body)
  local most, returns_something, inner = 0, false, nil
  for _, line in ipairs(body) do
    local indentation = line:match("^ *")
    if inner then
      if line:find("^" .. inner .. "end") then inner = nil end
    else
      local values = line:match("^%s*return (.+)$") or line:match("then return (.+) end$")
      if values then
        returns_something = true
        local is_whole = not values:find("[({]$") and not values:find("function", 1, true)
        if is_whole then most = math.max(most, count_values(values)) end
      end
      if line:find("%f[%w_]function%f[^%w_] *[%w_.:]*%([^)]*%)$") then inner = indentation end
    end
  end
  return returns_something, most
end

-- Several values may be declared on one line: "rtk.Page? page, string? message, rtk.Error? err".
local function declared(returns)
  local count, is_open = 0, false
  for _, line in ipairs(returns) do
    local flat = line:gsub("fun%b()", "fun"):gsub("%b()", ""):gsub("%b{}", ""):gsub("%b<>", "")
    -- A remark follows the name.
    local values = 1
    for _ in flat:gmatch(", [%w_.]+%?? ?[%w_]*") do
      values = values + 1
    end
    count = count + values
    is_open = is_open or line:find("%.%.%.") ~= nil or line:find("^any") ~= nil
  end
  return count, is_open
end

describe("the annotations", function()
  it("are on enough functions to mean something", function()
    local count = 0
    for _, f in ipairs(functions) do
      if f.has_comment then count = count + 1 end
    end
    assert.is_true(count > 400, count .. " functions")
  end)

  it("name the parameters of each function, in order", function()
    local problems = {}
    for _, f in ipairs(functions) do
      local expected, found = {}, {}
      for _, name in ipairs(f.parameters) do
        if name ~= "_" then expected[#expected + 1] = name end
      end
      for _, parameter in ipairs(f.documented) do
        local name = parameter.name:gsub("%?$", "")
        if name ~= "_" then found[#found + 1] = name end
      end
      if #found > 0 and table.concat(expected, ", ") ~= table.concat(found, ", ") then
        problems[#problems + 1] = ("%s: (%s) is annotated as (%s)"):format(
          f.place,
          table.concat(expected, ", "),
          table.concat(found, ", ")
        )
      end
    end
    assert.same({}, problems)
  end)

  it("declare as many results as a function returns", function()
    local problems = {}
    for _, f in ipairs(functions) do
      local returns_something, most = returned(f.body)
      local count, is_open = declared(f.returns)
      if #f.returns > 0 and not returns_something then
        problems[#problems + 1] = f.place .. ": returns nothing"
      elseif #f.returns > 0 and not is_open and most > count then
        problems[#problems + 1] = ("%s: returns %d values, %d are annotated"):format(
          f.place,
          most,
          count
        )
      end
    end
    assert.same({}, problems)
  end)

  it("declare every field that is read of an annotated parameter", function()
    local problems, checked = {}, 0
    for _, f in ipairs(functions) do
      for _, parameter in ipairs(f.documented) do
        local name, class = parameter.name:gsub("%?$", ""), parameter.type:match("^(rtk%.[%w.]+)")
        local is_plain = class and not parameter.type:sub(#class + 1):find("^[%[|<]")
        if is_plain and classes[class] and next(classes[class].fields) then
          for _, line in ipairs(f.body) do
            local code = line:gsub('"[^"]*"', "")
            for field in code:gmatch("%f[%w_.]" .. name .. "[.:]([%a_][%w_]*)") do
              checked = checked + 1
              if not annotations.field(classes, class, field) then
                problems[#problems + 1] = ("%s: %s has no field %s"):format(f.place, class, field)
              end
            end
          end
        end
      end
    end
    assert.same({}, problems)
    assert.is_true(checked > 200, checked .. " fields")
  end)

  it("let the options of client:request stand where those of a call are expected", function()
    local base = classes["rtk.CallOptions"]
    assert.same({ "rtk.CallOptions" }, classes["rtk.RequestOptions"].bases)
    assert.is_truthy(next(base.fields))
  end)

  it("let a client be used without a check for nil", function()
    local found = {}
    for _, f in ipairs(functions) do
      if f.place:find("^lua/rtk/init%.lua") and f.owner == "rtk" then
        for _, line in ipairs(f.returns) do
          found[#found + 1] = line:match("^(rtk%.Client%??) ")
        end
      end
    end
    assert.same({ "rtk.Client" }, found)
  end)
end)
