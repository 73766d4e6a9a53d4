-- SPDX-License-Identifier: MIT
-- Files are never in memory as a whole.

local rows = require("rtk.rows")

local ROWS = 5000

-- Rows of about 240 bytes, by format.
local TEXT = ("lorem ipsum "):rep(15)
local formats = {
  CSV = { row = '"%d","e1","u1","c1","Ann","' .. TEXT .. '"\n' },
  JSON = {
    first = "[",
    row = '{"startTime":%d,"sentence":"' .. TEXT .. '","peerData":{"id":"e1"}}',
    between = ",",
    last = "]",
  },
  SRT = { row = "1\n00:00:00,%03d --> 00:00:01,000\nAnn: " .. TEXT .. "\n\n" },
  VTT = { first = "WEBVTT\n\n", row = "00:00.%03d --> 00:01.000\nAnn: " .. TEXT .. "\n\n" },
}

-- The chunks of a file, with a hundred rows each.
local function chunks(format)
  local given = 0
  return function()
    if given == ROWS then
      given = given + 1
      return format.last
    end
    if given > ROWS then return nil end
    local parts = {}
    for index = 1, 100 do
      parts[index] = format.row:format((given + index) % 1000)
    end
    local start = given == 0 and format.first or format.between or ""
    given = given + 100
    return start .. table.concat(parts, format.between or "")
  end
end

describe("rtk.rows of a long file", function()
  for name, format in pairs(formats) do
    it("keeps one chunk of it in memory, of " .. name, function()
      local next_row, count, most, start = rows.read("transcript", chunks(format)), 0, 0, nil
      for row in next_row do
        count = count + 1
        assert(row.text:sub(-5) == "psum ", count)
        if count % 1000 == 1 then
          collectgarbage()
          start = start or collectgarbage("count")
          most = math.max(most, collectgarbage("count") - start)
        end
      end
      assert.equal(ROWS, count)
      -- The file has a megabyte.
      assert.is_true(most < 100, most .. " KiB")
    end)
  end
end)
