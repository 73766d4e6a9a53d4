-- SPDX-License-Identifier: MIT
local clock = require("rtk.emulator.state.clock")

local DAY = 86400 * 1000

describe("rtk.emulator.state.clock", function()
  it("stands still until it is advanced", function()
    local time = clock.new(1700000000)
    assert.equal(1700000000000, time:now())
    assert.equal(1700000000000, time:now())
  end)

  it("ticks by a millisecond", function()
    local time = clock.new(1)
    assert.equal(1001, time:tick())
    assert.equal(1001, time:now())
  end)

  it("advances by seconds and fractions of them", function()
    local time = clock.new(0)
    time:set(time:now() + 90000)
    time:set(time:now() + 250)
    assert.equal(90250, time:now())
  end)

  it("ends with the year 9999", function()
    assert.equal("9999-12-31T23:59:59.000Z", clock.format(clock.limited(1e300)))
    assert.equal(5, clock.limited(5))
    assert.is_true(clock.shows(253402300799))
    for _, seconds in ipairs({ 253402300800, -1, 1e300, 0 / 0 }) do
      assert.is_false(clock.shows(seconds))
    end
  end)

  it("writes times in ISO 8601 with milliseconds", function()
    assert.equal("1970-01-01T00:00:00.000Z", clock.format(0))
    assert.equal("2023-11-14T22:13:20.007Z", clock.format(1700000000007))
  end)

  it("reads dates and times, with and without offsets", function()
    assert.equal(0, clock.parse("1970-01-01"))
    assert.equal(0, clock.parse("1970-01-01T00:00Z"))
    assert.equal(1577470279117, clock.parse("2019-12-27T18:11:19.117Z"))
    assert.equal(1577470279000, clock.parse("2019-12-27T18:11:19"))
    assert.equal(1577470279500, clock.parse("2019-12-27 19:11:19.5+01:00"))
    assert.equal(1577470279000, clock.parse("2019-12-27T13:41:19-0430"))
  end)

  it("knows leap years", function()
    assert.equal(DAY, clock.parse("2000-03-01") - clock.parse("2000-02-29"))
    assert.equal(DAY, clock.parse("1900-03-01") - clock.parse("1900-02-28"))
    assert.equal(366 * DAY, clock.parse("2025-01-01") - clock.parse("2024-01-01"))
  end)

  it("reads back what it writes", function()
    for _, milliseconds in ipairs({ 0, 951782400000, 1700000000123, 4102444800999 }) do
      assert.equal(milliseconds, clock.parse(clock.format(milliseconds)))
    end
  end)

  it("counts minutes with four decimals", function()
    assert.equal(0, clock.minutes(0))
    assert.equal(5.8097, clock.minutes(348582))
    assert.equal(1, clock.minutes(60002))
  end)

  it("refuses what is no time", function()
    local wrong = {
      "",
      "now",
      "2024",
      "2024-13-01",
      "2024-00-10",
      "2024-01-32",
      "2024-01-01T",
      "2024-01-01T25:00Z",
      "2024-01-01T10:61Z",
      "2024-01-01T10:00:00X",
      "1700000000",
    }
    for _, text in ipairs(wrong) do
      assert.is_nil(clock.parse(text))
    end
  end)
end)
