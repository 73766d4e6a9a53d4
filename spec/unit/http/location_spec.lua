-- SPDX-License-Identifier: MIT
local location = require("rtk.http.location")

describe("rtk.http.location", function()
  local function describe_location(value)
    return location.describe(value, function(text)
      return (text:gsub("s3cret", "[redacted]"))
    end)
  end

  it("shows scheme, host and path", function()
    for value, shown in pairs({
      ["https://a.example/login?token=x"] = "https://a.example/login",
      ["https://a.example/login#token=x"] = "https://a.example/login",
      ["HTTP://user:pass@a.example:8080/b@c"] = "HTTP://a.example:8080/b@c",
      ["https://a@b:c@a.example?x"] = "https://a.example",
      ["//user@a.example/b"] = "//a.example/b",
      ["/login;jsessionid=x?y"] = "/login",
      ["../login"] = "../login",
      ["https:\\\\user:pass@a.example\\b"] = "https:\\\\a.example\\b",
      ["data:text/html,x"] = "data:...",
      ["mailto:a@example.com"] = "mailto:...",
      ["/s3cret/eyJhbGciOiJIUzI1NiJ9.eyJ9.x"] = "/[redacted]/[redacted]",
    }) do
      assert.equal(shown, describe_location(value))
    end
  end)

  it("is nothing where the header says nothing of a place", function()
    assert.is_nil(describe_location(nil))
    assert.is_nil(describe_location(""))
    assert.is_nil(describe_location("?token=x"))
  end)

  it("is one line of bounded length", function()
    local shown = describe_location("https://a.example/\27[31m\226\128\174" .. ("x"):rep(9999))
    assert.truthy(shown:find("^https://a.example/ %[31m x+%.%.%.$"), shown)
    assert.is_true(#shown <= 303)
  end)
end)
