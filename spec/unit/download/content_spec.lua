-- SPDX-License-Identifier: MIT
-- What identifies a content, read from the headers of a response.

local content = require("rtk.download.content")

local function of(status, lines)
  local headers = "HTTP/1.1 " .. status .. " X\r\n" .. table.concat(lines, "\r\n") .. "\r\n\r\n"
  return content.of({ status = status, headers = headers })
end

describe("a content", function()
  it("has a length, a type, a date and a strong ETag", function()
    local found = of(200, {
      'ETag: "a"',
      "Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT",
      "Content-Length: 12",
      "Content-Type: text/csv",
      "Content-Encoding: gzip",
    })
    assert.same({
      etag = '"a"',
      last_modified = "Thu, 01 Jan 1970 00:00:00 GMT",
      total = 12,
      first = 0,
      type = "text/csv",
      encoding = "gzip",
    }, found)
    assert.is_nil(of(200, { 'ETag: W/"a"' }).etag)
    assert.equal('"a"', content.validator(found))
    assert.equal("x", content.validator({ last_modified = "x" }))
  end)

  it("of a part has the length of the whole, and where the part begins", function()
    local found = of(206, { "Content-Range: bytes 5-9/100", "Content-Length: 5" })
    assert.same({ 5, 100 }, { found.first, found.total })
    found = of(206, { "Content-Range: bytes 5-9/*" })
    assert.same({ 5, nil }, { found.first, found.total })
    for _, range in ipairs({ "", "bytes */100", "bytes x-9/100", "lines 5-9/100", "bytes 5-9" }) do
      assert.is_nil(of(206, { "Content-Range: " .. range }).first, range)
    end
    assert.equal(100, of(416, { "Content-Range: bytes */100" }).total)
    assert.is_nil(of(200, { "Content-Length: 99999999999999999999" }).total)
  end)

  it("may be that of another response unless something is against it", function()
    local known = { etag = '"a"', last_modified = "x", total = 3 }
    assert.is_true(content.may_be_same(known, {}))
    assert.is_true(content.may_be_same(known, { etag = '"a"', total = 3 }))
    for _, other in ipairs({ { etag = '"b"' }, { last_modified = "y" }, { total = 4 } }) do
      assert.is_false(content.may_be_same(known, other))
    end
  end)

  it("is noted for a later process, and nothing else is taken for one", function()
    local known = { etag = '"a"', last_modified = "x", total = 3 }
    assert.same(known, content.decode(content.encode(known)))
    for _, text in ipairs({
      "",
      "{",
      "[]",
      "3",
      "{}",
      '{"total":3}',
      '{"etag":1}',
      '{"etag":"a\\r\\nRange: b"}',
      '{"etag":"a","total":"3"}',
    }) do
      assert.is_nil(content.decode(text), text)
    end
    assert.is_nil(content.decode(nil))
  end)
end)
