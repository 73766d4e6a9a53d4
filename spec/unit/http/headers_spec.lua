-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local headers = require("rtk.http.headers")

describe("rtk.http.headers", function()
  it("ignores the case of names", function()
    local fields = headers.parse("HTTP/1.1 200 OK\r\nCF-Ray: abc\r\ncontent-type:text/x\r\n\r\n")
    assert.equal("abc", fields["cf-ray"])
    assert.equal("abc", fields["CF-Ray"])
    assert.equal("text/x", fields["Content-Type"])
    assert.is_nil(fields["x-none"])
  end)

  it("joins repeated headers", function()
    local fields = headers.parse("HTTP/2 200\r\nlink: a\r\nLink: b\r\n\r\n")
    assert.equal("a, b", fields.link)
  end)

  it("joins any number of headers in linear time", function()
    local count = 200000
    local fields = headers.parse("HTTP/1.1 500 X\r\n" .. ("a:b\r\n"):rep(count))
    -- Joined one by one these would be 60 GB copied.
    assert.equal(("b, "):rep(count - 1) .. "b", fields.a)
  end)

  it("trims values and keeps empty ones", function()
    local fields = headers.parse("HTTP/1.1 200 OK\r\na: \t x y \t\r\nb:\r\nc: 1\r\n\r\n")
    assert.equal("x y", fields.a)
    assert.equal("", fields.b)
    assert.equal("1", fields.c)
  end)

  it("reads values full of spaces in linear time", function()
    local started = os.clock()
    local value = "x" .. (" "):rep(2 ^ 20) .. "y"
    assert.equal(value, headers.parse("HTTP/1.1 200 OK\r\na: " .. value .. "\r\n\r\n").a)
    -- Anything that grows with the square of the length would take hours.
    assert.is_true(os.clock() - started < 20)
  end)

  it("returns the request id if it looks like one", function()
    local function id_of(value)
      return headers.request_id(headers.parse("HTTP/1.1 200 OK\r\nCF-Ray: " .. value .. "\r\n\r\n"))
    end
    assert.equal("8a1b2c3d4e5f-FRA", id_of("8a1b2c3d4e5f-FRA"))
    for _, odd in ipairs({ "", "a b", "a\27[31mb", "a, b", ("x"):rep(65) }) do
      assert.is_nil(id_of(odd))
    end
  end)

  it("returns no headers for a missing block", function()
    assert.same({}, headers.parse(nil))
  end)

  describe("sent fields", function()
    it("accepts names and values that fit in a line", function()
      headers.check({ ["X-A!#$%&'*+.^_`|~"] = "a\tb é \128", ["X-Empty"] = "" })
    end)

    it(
      "refuses names and values that would break out of the line, without showing values",
      function()
        for _, fields in ipairs({
          { ["X-A"] = "a\r\nb: c" },
          { ["X-A"] = "a\0" },
          { ["X-A"] = "\27[0m" },
          { ["X-A"] = "\127" },
          { ["X-A"] = 5 },
          { ["X A"] = "a" },
          { ["X:A"] = "a" },
          { ["X\nA"] = "a" },
          { [""] = "a" },
          { "X-A: b" },
        }) do
          local message = clients.misuse_of(headers.check, fields)
          assert.truthy(message:find("headers", 1, true), message)
          assert.falsy(message:find("b: c", 1, true), message)
        end
      end
    )

    it("refuses framing headers, and too many headers", function()
      for _, name in ipairs({ "content-length", "Transfer-Encoding", "EXPECT", "Connection" }) do
        local message = clients.misuse_of(headers.check, { [name] = "1" })
        assert.truthy(message:find("headers." .. name, 1, true), message)
      end
      local many = {}
      for index = 1, 201 do
        many["X-" .. index] = "a"
      end
      local message = clients.misuse_of(headers.check, many)
      assert.truthy(message:find("200 at most", 1, true), message)
    end)
  end)
end)
