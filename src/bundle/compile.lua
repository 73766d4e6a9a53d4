-- SPDX-License-Identifier: MIT
-- Writes the Lua layer as bytecode of the Lua that runs this, for archive.h; the build runs it.
--
--   lua5.4 src/bundle/compile.lua output file...
--
-- A chunk's bytecode begins with the name of the chunk, which is known only when it is loaded: what
-- follows the name is written. Lua 5.2 and 5.5 also have the name, or what depends on its length,
-- elsewhere: for them nothing is written, and rtk loads its texts.

local luajit = dofile("src/bundle/luajit.lua")
local compile = rawget(_G, "loadstring") or load

local function read(name)
  local file = assert(io.open(name, "rb"))
  local text = assert(file:read("*a"))
  file:close()
  return text
end

local function dump(text, name)
  local bytecode = string.dump(assert(compile(text, name)))
  return rawget(_G, "jit") and luajit.with_keys(bytecode) or bytecode
end

-- The bytecode behind the name of its chunk.
local function behind(bytecode, name)
  local _, stop = bytecode:find(name, 1, true)
  return stop and bytecode:sub(stop + 1)
end

local function tail(text, name)
  local short, long = "@" .. name, "@/usr/share/lua/" .. name
  local found = behind(dump(text, short), short)
  return found and found == behind(dump(text, long), long) and found
end

-- All parts; nil if this Lua has the name elsewhere, too.
local function parts_of(files)
  local probe = read("src/bundle/probe.lua")
  local parts = { probe, dump(probe, "=probe") }
  for _, file in ipairs(files) do
    local part = tail(read("lua/" .. file), file)
    if not part then return nil end
    parts[#parts + 1] = part
  end
  return parts
end

-- The number of parts, where each of them ends, and all of them.
local function format(parts)
  local column, size = { ("%9d\n"):format(#parts) }, 0
  for _, part in ipairs(parts) do
    size = size + #part
    column[#column + 1] = ("%9d\n"):format(size)
  end
  return table.concat(column) .. table.concat(parts)
end

local output = table.remove(arg, 1)
local parts = parts_of(arg)
local file = assert(io.open(output, "wb"))
assert(file:write(parts and format(parts) or ""))
assert(file:close())
