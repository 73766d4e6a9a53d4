-- SPDX-License-Identifier: MIT
local time = require("rtk.time")

describe("rtk.time", function()
  it("reads every form of date that the API has", function()
    for text, seconds in pairs({
      ["2023-04-14T04:46:08.306Z"] = 1681447568.306,
      ["2023-04-14T04:46:08Z"] = 1681447568,
      ["2023-04-14 04:46:08.306221Z"] = 1681447568.306221,
      ["2023-04-14 04:46:08"] = 1681447568,
      ["2023-04-14T06:46:08.5+02:00"] = 1681447568.5,
      ["2023-04-13T23:16:08-0530"] = 1681447568,
      ["2023-04-14"] = 1681430400,
      ["1970-01-01T00:00:00Z"] = 0,
      ["1969-12-31T23:59:59.5Z"] = -0.5,
      ["2000-02-29"] = 951782400,
      ["2016-12-31T23:59:60Z"] = 1483228800,
      ["9999-12-31T23:59:59Z"] = 253402300799,
    }) do
      assert.is_near(seconds, time.parse(text), 1e-6, text)
    end
  end)

  it("gives an integer when there is no fraction, where the Lua has integers", function()
    local kind = rawget(math, "type") or type
    assert.equal(kind(0), kind(time.parse("2023-04-14T04:46:08Z")))
    assert.equal("1681447568", ("%d"):format(time.parse("2023-04-14T04:46:08Z")))
  end)

  it("refuses what is no date", function()
    for _, text in ipairs({
      "",
      "now",
      "2023-4-14",
      "2023-13-01",
      "2023-00-10",
      "2023-01-32",
      "2023-04-14T",
      "2023-04-14T04:46",
      "2023-04-14T24:00:00Z",
      "2023-04-14T04:60:00Z",
      "2023-04-14T04:46:61Z",
      "2023-04-14T04:46:08.Z",
      "2023-04-14T04:46:08+2",
      "2023-04-14T04:46:08+99:00",
      "2023-04-14T04:46:08Z and more",
      "x2023-04-14",
    }) do
      assert.is_nil(time.parse(text), text)
    end
  end)

  it("writes what it reads", function()
    for _, text in ipairs({
      "2023-04-14T04:46:08Z",
      "2023-04-14T04:46:08.306Z",
      "1969-12-31T23:59:59.500Z",
      "2000-02-29T12:00:00Z",
      "2038-01-19T03:14:08Z",
      "0000-01-01T00:00:00Z",
      "9999-12-31T23:59:59Z",
    }) do
      assert.equal(text, time.format(time.parse(text)))
      assert.equal(text:sub(1, 10), time.format_day(time.parse(text)))
    end
    assert.equal("2023-04-14T04:46:09Z", time.format(1681447568.9999))
  end)

  it("writes the day that it reads, in all years", function()
    for day = -719528, 2932896, 97 do
      local text = time.format_day(day * 86400)
      if time.parse(text) ~= day * 86400 then assert.equal(day, text) end
    end
  end)
end)
