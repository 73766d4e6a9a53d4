-- SPDX-License-Identifier: MIT
local path = require("rtk.http.path")

describe("rtk.http.path", function()
  it("percent-encodes what has a meaning in a path", function()
    local id = 'a/b?c#d%e f"g\\h é'
    local encoded = "a%2Fb%3Fc%23d%25e%20f%22g%5Ch%20%C3%A9"
    assert.equal(encoded, path.segment("id", id))
  end)

  it("leaves the characters alone that may stand in a segment", function()
    local id = "aZ09-._~!$&'()*+,;=:@"
    assert.equal(id, path.segment("id", id))
  end)

  it("encodes an id that only looks encoded", function()
    assert.equal("%252e%252e", path.segment("id", "%2e%2e"))
  end)

  it("refuses ids that are not usable, naming the argument", function()
    for _, case in ipairs({
      { nil, "meeting_id must be a string, got nothing" },
      { "", "meeting_id must not be empty" },
      { 42, "meeting_id must be a string, got a number" },
      { {}, "meeting_id must be a string, got a table" },
      { true, "meeting_id must be a string, got a boolean" },
      { ".", 'meeting_id must not be "."' },
      { "..", 'meeting_id must not be ".."' },
      { "a\nb", "meeting_id must not contain control characters" },
      { "a\0b", "meeting_id must not contain control characters" },
      { "a\127", "meeting_id must not contain control characters" },
    }) do
      local ok, message = pcall(path.segment, "meeting_id", case[1])
      assert.is_false(ok)
      assert.truthy(message:find(case[2], 1, true), message)
    end
  end)

  it("keeps a path that a user wrote, and encodes what may not stand in it", function()
    assert.equal("/user/tokens/verify", path.check("/user/tokens/verify"))
    assert.equal("/a%20b/c%2Fd/%C3%A9", path.check("/a b/c%2Fd/é"))
  end)

  it("refuses paths that lead elsewhere", function()
    for _, text in ipairs({
      "https://evil.example/x",
      "HTTP://evil.example",
      "//evil.example/x",
      "evil",
      "",
      "/a/../b",
      "/a/%2e%2E/b",
      "/./a",
      "/a?b=c",
      "/a#b",
      "/a\\b",
      "/a/..%2fb",
      "/a%2F%2e",
      "/a%5cb",
      "/a%00",
      "/a%0D%0Ab",
      "/a%7f",
      "/a%",
      "/a%2",
      "/a%zz",
      "/a\r\nHost: b",
      "@evil",
    }) do -- stylua: ignore
      assert.is_false(pcall(path.check, text), text)
    end
    assert.is_false(pcall(path.check, nil))
  end)
end)
