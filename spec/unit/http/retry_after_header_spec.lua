-- SPDX-License-Identifier: MIT
local retry_after_header = require("rtk.http.retry_after_header")

describe("rtk.http.retry_after_header", function()
  local function seconds(value, date)
    return retry_after_header.seconds({ ["retry-after"] = value, date = date })
  end

  local SENT = "Sun, 06 Nov 1994 08:49:00 GMT"

  it("reads seconds, with or without a fraction", function()
    assert.equal(17, seconds("17"))
    assert.equal(0, seconds("0"))
    assert.equal(1.5, seconds("1.5"))
    assert.equal(2, seconds("2."))
    assert.equal(0.125, seconds("0.125"))
    assert.is_true(math.abs(seconds("1." .. ("3"):rep(1000)) - 4 / 3) < 1e-6)
    assert.equal(86400, seconds("86400"))
    assert.equal(1e20, seconds("100000000000000000000"))
  end)

  it("reads all three date formats, relative to the Date of the response", function()
    for _, date in ipairs({
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
      "SUN, 06 NOV 1994 08:49:37 gmt",
    }) do
      assert.equal(37, seconds(date, SENT), date)
      assert.equal(0, seconds(date, "Sun, 06 Nov 1994 08:50:00 GMT"), date)
    end
    assert.equal(37, seconds("Sun, 06 Nov 1994 08:49:37 GMT", "Sun Nov  6 08:49:00 1994"))
    assert.equal(37, seconds("Wed Nov 16 00:00:37 1994", "Wednesday, 16-Nov-94 00:00:00 GMT"))
    assert.equal(
      366 * 86400,
      seconds("Thu, 01 Mar 2001 00:00:00 GMT", "Tue, 29 Feb 2000 00:00:00 GMT")
    )
  end)

  it("reads two digits as the latest year that is at most 50 years ahead", function()
    local this_year = tonumber(os.date("!%Y"))
    for _, case in ipairs({ { 0, 0 }, { 49, 49 }, { 51, -49 }, { -1, -1 }, { -40, -40 } }) do
      local written, meant = this_year + case[1], this_year + case[2]
      local date = ("Monday, 10-Jun-%02d 00:00:10 GMT"):format(written % 100)
      local sent = ("Mon, 10 Jun %04d 00:00:00 GMT"):format(meant)
      assert.equal(10, seconds(date, sent), date)
    end
  end)

  it("reads a date relative to this machine's clock when the response has no Date", function()
    local soon = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + 1000)
    for _, date in ipairs({ false, "yesterday", SENT .. ", " .. SENT }) do
      local wait = seconds(soon, date or nil)
      assert.is_true(wait > 900 and wait <= 1000, wait)
    end
    assert.equal(0, seconds("Sun, 06 Nov 1994 08:49:37 GMT"))
  end)

  it("uses this machine's clock when the Date of the response is far off", function()
    local soon = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + 1000)
    for _, date in ipairs({ SENT, "Sat, 06 Nov 2094 08:49:00 GMT" }) do
      local wait = seconds(soon, date)
      assert.is_true(wait > 900 and wait <= 1000, wait)
    end
  end)

  it("uses the longest of several values and ignores garbage", function()
    local date = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert.equal(10, seconds("5, 10"))
    assert.equal(10, seconds("10,5"))
    assert.equal(10, seconds("soon, 10, -20"))
    assert.equal(37, seconds("5, " .. date, SENT))
    assert.equal(40, seconds(date .. ", 40", SENT))
    assert.equal(37, seconds("Sunday, 06-Nov-94 08:49:17 GMT, " .. date .. ", 3", SENT))
    assert.equal(37, seconds("Sun Nov  6 08:49:37 1994, 3", SENT))
  end)

  it("ignores white space around a value", function()
    assert.equal(5, seconds(" 5 "))
    assert.equal(7, seconds("\t5 ,\t7\t"))
    assert.equal(37, seconds("  Sun, 06 Nov 1994 08:49:37 GMT ", SENT))
  end)

  it("ignores everything else", function()
    assert.is_nil(seconds(nil))
    for _, garbage in ipairs({
      "",
      ",",
      "soon",
      "-5",
      "+5",
      "1e9",
      "0x10",
      "nan",
      "inf",
      "5 s",
      "1.2.3",
      ".5",
      ("9"):rep(400),
      "Sun, 06 Foo 1994 08:49:37 GMT",
      "Sun, 06 anF 1994 08:49:37 GMT",
      "Foo, 06 Nov 1994 08:49:37 GMT",
      "Sun, 00 Nov 1994 08:49:37 GMT",
      "Sun, 31 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:60:00 GMT",
      "Sun, 06 Nov 1994 08:49:37",
      "Sun, 06 Nov 1994 08:49:37 CET",
      "06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-1994 08:49:37 GMT",
      "Sun Nov 6 08:49:37 94",
      "S\252n, 06 Nov 1994 08:49:37 GMT",
    }) do
      assert.is_nil(seconds(garbage), garbage)
    end
  end)

  it("reads at most 64 values of a header", function()
    assert.equal(9, seconds(("1, "):rep(63) .. "9"))
    assert.equal(1, seconds(("1, "):rep(64) .. "9"))
    assert.equal(1, seconds(("1, "):rep(80000) .. "9"))
    assert.is_nil(seconds((" "):rep(250000)))
    assert.is_nil(seconds(("Sun, "):rep(50000)))
  end)
end)
