-- SPDX-License-Identifier: MIT
local retry_after = require("rtk.retry_after")

describe("rtk.retry_after", function()
  local function seconds(value, date)
    return retry_after.seconds({ ["retry-after"] = value, date = date })
  end

  it("reads seconds, with or without a fraction", function()
    assert.equal(17, seconds("17"))
    assert.equal(0, seconds("0"))
    assert.equal(1.5, seconds("1.5"))
    assert.equal(86400, seconds("86400"))
    assert.equal(1e20, seconds("100000000000000000000"))
  end)

  it("reads a date, against the date of the reply", function()
    local date = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert.equal(37, seconds(date, "Sun, 06 Nov 1994 08:49:00 GMT"))
    assert.equal(0, seconds(date, "Sun, 06 Nov 1994 08:50:00 GMT"))
    assert.equal(
      366 * 86400,
      seconds("Thu, 01 Mar 2001 00:00:00 GMT", "Tue, 29 Feb 2000 00:00:00 GMT")
    )
  end)

  it("reads a date against this machine's clock when the reply has none", function()
    local soon = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + 1000)
    for _, date in ipairs({ false, "yesterday" }) do
      local wait = seconds(soon, date or nil)
      assert.is_true(wait > 900 and wait <= 1000, wait)
    end
    assert.equal(0, seconds("Sun, 06 Nov 1994 08:49:37 GMT"))
  end)

  it("takes everything else for absent", function()
    assert.is_nil(seconds(nil))
    for _, garbage in ipairs({
      "",
      "soon",
      "-5",
      "+5",
      "1e9",
      "0x10",
      "nan",
      "inf",
      "5, 10",
      "1.2.3",
      ".5",
      ("9"):rep(400),
      "Sun, 06 Foo 1994 08:49:37 GMT",
      "Sun, 06 anF 1994 08:49:37 GMT",
      "Sun, 00 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:49:37",
      "Sunday, 06-Nov-94 08:49:37 GMT",
    }) do
      assert.is_nil(seconds(garbage), garbage)
    end
  end)
end)
