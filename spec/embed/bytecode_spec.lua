-- SPDX-License-Identifier: MIT
-- Where the Lua layer comes from: the bytecode or the texts in rtk.so, or files.

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local LIBRARY = ("build/%s/rtk.so"):format(shell.lua())

-- What tostring shows of a client: in the bytecode it stands without quotes.
local SHOWN, IN_BYTECODE, IN_FILES = "rtk.Client (", "BYTECODE!! (", "edited     ("

local SHOW = 'print(require("rtk").new({ api_token = "t", account_id = "a", app_id = "b" }))\n'

local needs_loop = { cqueues = true, luv = true, neovim = true, nginx = true }

-- Loads every module and asks a client for every resource.
local USE_ALL = [[
  local rtk = require("rtk")
  local client = rtk.new({ api_token = "t", account_id = "a", app_id = "b" })
  %s
  local schema = require("rtk.schema")
  for _, name in ipairs(schema.resources) do
    assert(rtk.help(client[name]):find("client." .. name .. ":", 1, true), name)
  end
  for _, key in ipairs(schema.keys()) do
    assert(schema.operation(key:match("^(%%S+) (.+)$")), key)
  end
  for file in ([=[%s]=]):gmatch("[^\n]+") do
    require((file:gsub("%%.lua$", ""):gsub("/init$", ""):gsub("/", ".")))
  end
  print("all are loaded from " .. debug.getinfo(schema.keys, "S").source)
]]

-- The text with its only match of a plain text replaced by one of the same length.
local function replace(text, before, after, from)
  local start, stop = text:find(before, from or 1, true)
  assert(start and #before == #after, before)
  return text:sub(1, start - 1) .. after .. text:sub(stop + 1), stop
end

describe("the Lua layer", function()
  local directory, bytes, files

  setup(function()
    bytes = shell.read(LIBRARY)
    local list = {}
    for file in shell.read("src/bundle_data.S"):gmatch('\n%s+file "([^"]+)"') do
      -- Some are for programs alone that have an event loop.
      local of_loop = file:match("^rtk/runtime/(%l+)")
      if not needs_loop[of_loop] then list[#list + 1] = file end
    end
    files = table.concat(list, "\n")
  end)

  before_each(function()
    directory = workdir.new()
  end)

  after_each(function()
    workdir.remove(directory)
  end)

  -- A library whose bytecode shows clients otherwise than its texts do.
  local function marked()
    local position = bytes:find('[^"]' .. SHOWN:gsub("%p", "%%%0"))
    assert(position, "the bytecode is not there")
    return bytes:sub(1, position) .. IN_BYTECODE .. bytes:sub(position + 1 + #SHOWN)
  end

  local function copy_files()
    shell.check(("cp -R lua %s/lua && rm -r %s/lua/rtk/emulator"):format(directory, directory))
  end

  -- Runs a script with a library, and with files if they were copied.
  local function run(library, script, before)
    workdir.write(directory .. "/rtk.so", library)
    workdir.write(directory .. "/script.lua", script)
    local command =
      "cd %s && LUA_PATH='%s/lua/?.lua;%s/lua/?/init.lua' LUA_CPATH='%s/?.so' %s %s script.lua"
    local lua = shell.interpreter()
    if lua:find("/", 1, true) then lua = shell.check("realpath " .. lua) end
    return shell.run(command:format(directory, directory, directory, directory, before or "", lua))
  end

  it("is loaded as bytecode", function()
    assert.equal(IN_BYTECODE, run(marked(), SHOW):sub(1, #IN_BYTECODE))
    copy_files()
    assert.equal(IN_BYTECODE, run(marked(), SHOW):sub(1, #IN_BYTECODE))
  end)

  it("is loaded from files where one of them was edited", function()
    copy_files()
    local file = directory .. "/lua/rtk/client.lua"
    workdir.write(file, (replace(shell.read(file), SHOWN, IN_FILES)))
    assert.equal(IN_FILES, run(marked(), SHOW):sub(1, #IN_FILES))
    -- Another one is enough.
    workdir.write(file, shell.read("lua/rtk/client.lua"))
    workdir.write(directory .. "/lua/rtk/time.lua", shell.read("lua/rtk/time.lua") .. "\n")
    assert.equal(SHOWN, run(marked(), SHOW):sub(1, #SHOWN))
  end)

  it("is loaded as text where Lua makes another bytecode of the probe", function()
    local words = "only one, because LuaJIT's order"
    local library = marked()
    local _, stop = library:find(words, 1, true)
    library = replace(library, words, words:upper(), stop)
    assert.equal(SHOWN, run(library, SHOW):sub(1, #SHOWN))
  end)

  it("is loaded as text where bytecode is cut off", function()
    local library = marked()
    -- The last number says where the last file ends.
    local start = library:find("-- SPDX-License-Identifier: MIT\n-- Everything that the", 1, true)
    local ending = tonumber(library:sub(start - 10, start - 2))
    library = library:sub(1, start - 11) .. ("%9d"):format(ending - 40) .. library:sub(start - 1)
    local script = 'print(require("rtk") and type(require("rtk.webhook.sign").headers))'
    assert.equal("function", run(library, script))
    assert.equal(IN_BYTECODE, run(library, SHOW):sub(1, #IN_BYTECODE))
  end)

  it("has the names of its files and their lines in errors", function()
    local script = [[
      local client = require("rtk").new({ api_token = "t", account_id = "a", app_id = "b" })
      local _, trace = xpcall(client.meetings.get, debug.traceback, client.meetings, nil)
      print(trace)
    ]]
    local function line_of(file, text)
      local before = shell.read("lua/" .. file):match("^(.*)" .. text:gsub("%p", "%%%0"))
      return select(2, before:gsub("\n", "")) + 1
    end
    local line = line_of("rtk/misuse.lua", "error(message, level)")
    assert.truthy(run(marked(), script):find(("[rtk]/misuse.lua:%d: in"):format(line), 1, true))
    copy_files()
    local trace = run(marked(), script)
    local place = ("%s/lua/rtk/misuse.lua:%d: in"):format(directory, line)
    assert.truthy(trace:gsub("%.%.%.[^ ]*/lua/", directory .. "/lua/"):find(place, 1, true), trace)
  end)

  it("is loaded in an empty directory", function()
    assert.equal(
      "all are loaded from @[rtk]/schema/init.lua",
      run(bytes, USE_ALL:format("", files))
    )
  end)

  it("is in the memory of the process only while modules are loaded", function()
    local script = [[
      require("rtk").new({ api_token = "t", account_id = "a", app_id = "b" })
      local resident, is_library = 0, false
      for line in io.lines("/proc/self/smaps") do
        local permissions = line:match("^%x+%-%x+ (%S+)")
        if permissions then is_library = permissions == "r--p" and line:find("rtk%.so$") ~= nil end
        local kilobytes = line:match("^Rss:%s*(%d+)")
        if is_library and kilobytes then resident = resident + tonumber(kilobytes) end
      end
      print(resident)
    ]]
    local size = 0
    for file in files:gmatch("[^\n]+") do
      size = size + #shell.read("lua/" .. file)
    end
    local alone = run(bytes, script)
    copy_files()
    local with_files = run(bytes, script)
    assert.is_true(tonumber(alone) * 1024 < size / 4, alone)
    assert.is_true(tonumber(with_files) * 1024 < size / 4, with_files)
  end)

  it("is loaded when its files are gone", function()
    local gone = ('assert(os.rename("%s/lua", "%s/gone"))'):format(directory, directory)
    copy_files()
    local printed = run(bytes, USE_ALL:format(gone, files))
    local own = "all are loaded from @" .. directory .. "/lua/rtk/schema/init.lua"
    assert.equal(own, printed)
    shell.check(("mv %s/gone %s/lua"):format(directory, directory))
    workdir.write(directory .. "/lua/rtk/time.lua", shell.read("lua/rtk/time.lua") .. "\n")
    assert.equal(own, run(bytes, USE_ALL:format(gone, files)))
  end)

  it("is loaded after a chroot to an empty directory", function()
    shell.check(
      ("mkdir %s/root && cp build/%s/spec_process.so %s"):format(directory, shell.lua(), directory)
    )
    local change = ('process.chroot("%s/root")'):format(directory)
    local script = 'local process = require("spec_process")\n' .. USE_ALL:format(change, files)
    copy_files()
    -- After a chroot the leak checker would not find what it needs.
    local printed = run(bytes, script, "ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0")
    assert.equal("all are loaded from @" .. directory .. "/lua/rtk/schema/init.lua", printed)
  end)

  it("stays what it is when other files are put in the place of its own", function()
    copy_files()
    local change = [[for file in ([=[%s]=]):gmatch("[^\n]+") do
      io.open("%s/lua/" .. file, "w"):close()
    end]]
    change = change:format(files, directory)
    local printed = run(bytes, USE_ALL:format(change, files))
    assert.equal("all are loaded from @" .. directory .. "/lua/rtk/schema/init.lua", printed)
  end)

  -- LuaJIT's own has only the keys of constant values, and tables would grow while they are filled.
  if rawget(_G, "jit") then
    it("has all keys of table constructors in its bytecode", function()
      local with_keys = dofile("src/bundle/luajit.lua").with_keys
      local function make(a, b)
        local made = { first = a, second = b and 3, third = { a, b, fourth = a }, fifth = 5 }
        made.sixth = a
        return made
      end
      local bytecode = with_keys(string.dump(make))
      for key in ("first second third fourth fifth sixth"):gmatch("%a+") do
        -- One for the instruction, one in the constructor.
        assert.equal(key == "fifth" and 1 or 2, select(2, bytecode:gsub(key, "")), key)
      end
      assert.equal(bytecode, with_keys(bytecode))
      local loaded = loadstring(bytecode) -- luacheck: ignore 113
      assert.same(make(1, 2), loaded(1, 2))
      assert.same({ third = {}, fifth = 5 }, loaded())
    end)
  end
end)
