-- SPDX-License-Identifier: MIT
-- What becomes of fields that are new or odd.

local rows = require("rtk.rows")

local function first(kind, text)
  local is_given = false
  local row, message = rows.read(kind, function()
    if is_given then return nil end
    is_given = true
    return text
  end)()
  return assert(row, message)
end

describe("rtk.rows.fields", function()
  it("keeps fields that are not known, by their names or their columns", function()
    assert.same(
      { replyTo = "m0", ["Mood of it"] = "" },
      first("chat", "id,replyTo, Mood of it ,payload\nm1,m0,,hi\n").other
    )
    assert.same(
      { reply = { id = "m0" } },
      first("chat", '[{"payload":"","reply":{"id":"m0"}}]').other
    )
    assert.same({ [7] = "x", [8] = "" }, first("transcript", "1,e,u,c,Ann,hi,x,\n").other)
    assert.same(
      { peerData = { mood = 1 }, lang = "en" },
      first("transcript", '[{"startTime":1,"lang":"en","peerData":{"id":"e","mood":1}}]').other
    )
    assert.is_nil(first("chat", "id,payload\nm1,hi\n").other)
  end)

  it("writes as JSON what stands in the place of a text", function()
    assert.equal('{"link":"l"}', first("chat", '[{"payload":{"link":"l"}}]').payload)
    assert.equal("12", first("chat", '[{"id":12,"payload":"hi"}]').id)
    assert.equal("", first("chat", '[{"createdAt":12,"payload":null}]').payload)
  end)

  it("takes for true what says so", function()
    local values = { ["true"] = true, ["1"] = true, ['"True"'] = true, ["0"] = false }
    for text, expected in pairs(values) do
      assert.equal(expected, first("chat", '[{"payload":"","pinned":' .. text .. "}]").pinned)
    end
    assert.is_false(first("chat", '[{"payload":""}]').pinned)
  end)

  it("gives times as seconds, whatever they are in", function()
    for text, expected in pairs({
      ["0"] = { 0, false },
      ["1"] = { 0.001, false },
      ['"1500"'] = { 1.5, false },
      ['" 1500.5 "'] = { 1.5005, false },
      ["1700000000000"] = { 1700000000, true },
      ['"2023-11-14T23:13:20+01:00"'] = { 1700000000, true },
      ['"2023-11-14"'] = { 1699920000, true },
    }) do
      local row = first("transcript", '[{"startTime":' .. text .. "}]")
      assert.same(expected, { row.start_time, row.is_dated }, text)
    end
  end)
end)
