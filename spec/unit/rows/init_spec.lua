-- SPDX-License-Identifier: MIT
-- The rows of every kind of file, cut into chunks of every size.

local row_files = require("spec.support.data.row_files")
local rows = require("rtk.rows")

-- The chunks of a text, each of so many bytes.
local function cut(text, size)
  local position = 1
  return function()
    if position > #text then return nil end
    local chunk = text:sub(position, position + size - 1)
    position = position + size
    return chunk
  end
end

local function read(kind, text, size)
  local found = {}
  local next_row = rows.read(kind, cut(text, size or #text))
  while true do
    local row, message = next_row()
    if message then return found, message end
    if not row then return found end
    found[#found + 1] = row
  end
end

describe("rtk.rows", function()
  for _, kind in ipairs({ "chat", "transcript" }) do
    for _, file in ipairs(row_files[kind]) do
      it(("reads a %s from %s"):format(kind, file.name), function()
        assert.same({ file.rows }, { read(kind, file.text, math.max(1, #file.text)) })
      end)
    end

    it(("reads the same %s from chunks of every size"):format(kind), function()
      for _, file in ipairs(row_files[kind]) do
        for size = 1, #file.text - 1 do
          assert.same({ file.rows }, { read(kind, file.text, size) }, file.name .. " by " .. size)
        end
      end
    end)

    -- Whatever is left of a file, its rows are rows of the whole, up to the last one.
    it(("finds no wrong %s in what is left of a file that was cut off"):format(kind), function()
      for _, file in ipairs(row_files[kind]) do
        for length = 0, #file.text - 1 do
          local found = read(kind, file.text:sub(1, length), length)
          found[#found] = nil
          for index, row in ipairs(found) do
            assert.same(file.rows[index], row, file.name .. " up to " .. length)
          end
        end
      end
    end)
  end
end)
