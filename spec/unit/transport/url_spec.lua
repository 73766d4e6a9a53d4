-- SPDX-License-Identifier: MIT
-- Of a URL with the same host as the one before, path and query alone are taken. What is sent does
-- not depend on it.

local call = require("spec.support.clients.call")
local rawserver = require("spec.support.servers.rawserver")

local REPLY = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"

-- What follows the host in a URL, and what is asked for, its path in_upper_case.
local TARGETS = {
  { "/meetings", "/meetings" },
  { "/meetings?page_no=2&per_page=100", "/meetings?page_no=2&per_page=100" },
  { "/meetings/7a1c-42", "/meetings/7a1c-42" },
  { "", "/" },
  { "?page_no=2", "/?page_no=2" },
  { "/", "/" },
  { "/a/../b", "/b" },
  { "/a/./b/..", "/a/" },
  { "/a.b/c..d/e~f_g", "/a.b/c..d/e~f_g" },
  { "/a%2Fb%2e%2E?c=%2f%2F", "/a%2Fb%2E%2E?c=%2f%2F" },
  { "/a+b:c,d;e?f=g+h", "/a+b:c,d;e?f=g+h" },
  { "/a?b?c=/d/../e", "/a?b?c=/d/../e" },
  { "//a//b", "//a//b" },
  { "/a#b", "/a" },
  { "/a?b#c?d", "/a?b" },
}

local function lines_of(order)
  local lines = {}
  for i, target in ipairs(order) do
    lines[i] = ("conn 1 request %d GET %s HTTP/1.1"):format(i, target[2])
  end
  return lines
end

-- libcurl 8.20 and newer write %2f in a path as %2F, which means the same (RFC 3986, 6.2.2.1), and
-- leave the query, with its signature, as it is.
local function in_upper_case(line)
  return (line:gsub("^[^?]*", function(path)
    return (path:gsub("%%%x%x", string.upper))
  end))
end

-- The lines of requests with their paths in upper case, after a look that each target was always
-- asked for by the same bytes.
local function normalize(order, requests)
  local lines, sent = {}, {}
  for i, line in ipairs(requests) do
    local target = assert(order[i])
    sent[target] = sent[target] or line:match("GET .*")
    assert.equal(sent[target], line:match("GET .*"))
    lines[i] = in_upper_case(line)
  end
  return lines
end

-- Each target after each other one.
local function all_pairs()
  local order = {}
  for _, one in ipairs(TARGETS) do
    for _, other in ipairs(TARGETS) do
      order[#order + 1] = one
      order[#order + 1] = other
    end
  end
  return order
end

describe("the URL of a request", function()
  local serve = rawserver.around()
  local transport

  call.around(function(opened)
    transport = opened
  end)

  it("is sent the same whichever was sent before over the connection", function()
    local server = serve({ "read", "send", REPLY, "again" })
    local order = all_pairs()
    for _, target in ipairs(order) do
      assert.equal(200, call.one(transport, server.url .. target[1]).status)
    end
    assert.same(lines_of(order), normalize(order, server:requests()))
  end)

  it("leads to its own host, whichever the one before led to", function()
    local one, other =
      serve({ "read", "send", REPLY, "again" }), serve({ "read", "send", REPLY, "again" })
    local name = "http://localhost:" .. other.port
    for _ = 1, 2 do
      call.one(transport, one.url .. "/1?a=1")
      call.one(transport, other.url .. "/2")
      call.one(transport, name .. "/3")
      call.one(transport, name .. "/4?b=2#c")
      call.one(transport, name .. "/5")
    end
    local function paths(server)
      local text = table.concat(server:requests(), "\n")
      return text:gsub("conn %d+ request %d+ GET ", ""):gsub(" HTTP/1.1", "")
    end
    assert.equal("/1?a=1\n/1?a=1", paths(one))
    assert.equal("/2\n/3\n/4?b=2\n/5\n/2\n/3\n/4?b=2\n/5", paths(other))
    local _, named = other:received():gsub("Host: localhost:" .. other.port .. "\r\n", "")
    local _, numbered = other:received():gsub("Host: 127%.0%.0%.1:" .. other.port .. "\r\n", "")
    assert.same({ 6, 2 }, { named, numbered })
  end)

  it("is refused when it is malformed, and the next is sent", function()
    local server = serve({ "read", "send", REPLY, "again" })
    for _, url in ipairs({ "http://127.0.0.1:99999999/a", server.url .. "0000/a" }) do
      call.one(transport, server.url .. "/a")
      local ok, message = pcall(call.submit, transport, url)
      assert.is_false(ok)
      assert.matches("field 'url' is malformed", message)
      assert.equal(200, call.one(transport, server.url .. "/b").status)
    end
  end)
end)
