-- SPDX-License-Identifier: MIT
-- Files that cannot be read, or not to their end.

local mutate = require("spec.support.data.mutate")
local random = require("spec.support.data.random")
local row_files = require("spec.support.data.row_files")
local rows = require("rtk.rows")

-- The rows of a file before what is wrong with it, and that.
local function read(kind, text, size)
  local position, found = 1, 0
  local next_row = rows.read(kind, function()
    if position > #text then return nil end
    local chunk = text:sub(position, position + size - 1)
    position = position + size
    return chunk
  end)
  while true do
    local row, message, row_no = next_row()
    if message then
      assert.equal(found + 1, row_no)
      return found, message
    end
    if not row then return found end
    found = found + 1
  end
end

local CSV_ROW = '"1002","e1","u1","c1","Ann","secret"\n'
local CUE = "00:00:01,000 --> 00:00:02,000\nAnn: secret\n\n"
local OBJECT = '{"startTime":1,"sentence":"secret"}'

-- A transcript, the rows that it begins with, and what is wrong with the next one.
local BROKEN = {
  { CSV_ROW .. '"2002","e1","sec', 1, "a quote is not closed before the end of the file" },
  { CSV_ROW .. '"2002"x,"e1"\n', 1, "there is text after a quote that ends a field" },
  { CSV_ROW .. '"2002","e1"\n', 1, "it has 2 fields in place of 6" },
  { CSV_ROW .. "2002,e1", 1, "it has 2 fields in place of 6" },
  { "secret\n", 0, "it has 1 field in place of 6" },
  { CSV_ROW .. "secret,e1,u1,c1,Ann,hi\n", 1, "its start is no time" },
  { CSV_ROW .. ",e1,u1,c1,Ann,hi\n", 1, "it has no start" },
  { "timestamp,transcript\n1,a\n2,b,c\n", 1, "it has 3 fields in place of 2" },
  { "[" .. OBJECT, 1, "the file ends in the middle" },
  { "[" .. OBJECT .. ',{"startTime":1', 1, "the file ends in the middle" },
  { "[" .. OBJECT .. OBJECT .. "]", 1, "there is no comma before it" },
  { "[" .. OBJECT .. ",]", 1, "it is no JSON object" },
  { "[" .. OBJECT .. ',"secret"]', 1, "it is no JSON object" },
  { "[" .. OBJECT .. ',{"startTime":secret}]', 1, "it is not valid JSON, at byte 14 of it" },
  { "[" .. OBJECT .. "] secret", 1, "there is text after the end of the JSON" },
  { "[" .. OBJECT .. ',{"sentence":"secret"}]', 1, "it has no start" },
  { '[{"startTime":1,"endTime":"secret"}]', 0, "its end is no time" },
  { '{"error":"secret"}', 0, "there is no array of objects in the file" },
  { '{"error":["secret"]}', 0, "there is no array of objects in the file" },
  { '{"a":[' .. OBJECT .. "]", 1, "the file ends in the middle" },
  { '{"error":1]', 0, "a bracket is closed that is not open" },
  { "1\n" .. CUE .. "2\nsecret\n", 1, "it has no times" },
  { "1\n" .. CUE .. "2", 1, "it has no times" },
  { "1\n" .. CUE .. "2\n00:00:03,000 --> 00:00:\n", 1, "its times cannot be read" },
  { "1\n" .. CUE .. "2\n00:61:03,000 --> 00:62:00,000\n", 1, "its times cannot be read" },
  { "1\n" .. CUE .. "00:00:03,1 --> 00:00:04," .. ("1"):rep(400), 1, "its times cannot be read" },
  { '[{"startTime":"' .. ("1"):rep(400) .. '"}]', 0, "its start is no time" },
  { ("1"):rep(400) .. ",e1,u1,c1,Ann,hi", 0, "its start is no time" },
  { "1\n00:00:01 --> secret\n", 0, "its times cannot be read" },
  { "WEBVTT\n\n" .. CUE .. "secret\nsecret\n", 1, "it has no times" },
  { "WEBVTT\n\nsecret\n\n" .. CUE, 0, "it has no times" },
}

describe("rtk.rows of a broken file", function()
  it("says which row cannot be read and why, after the rows before it", function()
    for _, case in ipairs(BROKEN) do
      local text, count, reason = case[1], case[2], case[3]
      local expected = ("row %d of the transcript cannot be read: %s"):format(count + 1, reason)
      for _, size in ipairs({ #text, 1, 7 }) do
        assert.same({ count, expected }, { read("transcript", text, size) }, text)
      end
    end
  end)

  it("says of a chat what is no date, and what is no message", function()
    local header = "id,payload,createdAt\n"
    assert.same(
      { 1, "row 2 of the chat cannot be read: its createdAt is no date" },
      { read("chat", header .. "m1,a,\nm2,b,secret\n", 100) }
    )
    assert.same(
      { 0, "row 1 of the chat cannot be read: it has no field of a chat message" },
      { read("chat", '{"people":[{"id":"p1","displayName":"secret"}],"messages":[]}', 100) }
    )
  end)

  it("is refused when it is another kind of file", function()
    for text, expected in pairs({
      ["<?xml version='1.0'?><Error/>"] = "the chat cannot be read: it is HTML or XML",
      ["\n<!doctype html>"] = "the chat cannot be read: it is HTML or XML",
      ["\255\254i\0d\0"] = "the chat cannot be read: it is UTF-16, not UTF-8",
      ["1\n" .. CUE] = "row 1 of the chat cannot be read: it has 1 field in place of 10",
    }) do
      assert.same({ 0, expected }, { read("chat", text, 3) })
    end
  end)

  it("ends where one row is longer than any can be, before it is all in memory", function()
    local mebibyte = ("x"):rep(2 ^ 20)
    for _, start in ipairs({
      '"1","',
      "secret",
      '[{"startTime":1,"sentence":"',
      "1\n00:00:01,000 --> 00:00:02,000\n",
    }) do
      local given = 0
      local next_row = rows.read("transcript", function()
        given = given + 1
        return given == 1 and start or mebibyte
      end)
      local row, message = next_row()
      assert.is_nil(row)
      assert.equal("row 1 of the transcript cannot be read: it is longer than 4 MiB", message)
      assert.is_true(given < 8, given)
    end
  end)

  it("never raises, and never says what is in it", function()
    local reasons = {}
    for _, case in ipairs(BROKEN) do
      reasons[case[3]:gsub("[0-9]+", "N"):gsub("N field ", "N fields ")] = true
    end
    local generator = random.new(20)
    for _ = 1, 1000 do
      local kind = generator:pick({ "chat", "transcript" })
      local text = generator:pick(row_files[kind]).text
      for _ = 1, generator:below(4) do
        text = text == "" and "[" or mutate(generator, text)
      end
      local _, message = read(kind, text, 50)
      local reason = message and message:match("cannot be read: (.*)$")
        or "its times cannot be read"
      reason = reason:gsub("[0-9]+", "N"):gsub("N field ", "N fields ")
      local is_known = reasons[reason] or reason:find("^its createdAt is no date$")
      assert.is_truthy(is_known, reason)
    end
  end)
end)
