-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local option = require("rtk.config.options")

describe("rtk.config.options", function()
  local function refusal(options)
    return clients.misuse_of(option.check_client, options)
  end

  it("names an unknown option and the nearest known one", function()
    local message = refusal({ time_out = 5 })
    assert.truthy(message:find("unknown option time_out", 1, true), message)
    assert.truthy(message:find('did you mean "timeout"?', 1, true), message)
    assert.truthy(refusal({ apiToken = "x" }):find('did you mean "api_token"?', 1, true))
  end)

  it("names the nearest member of basic", function()
    local message = refusal({ basic = { organisation_id = "o", api_key = "k" } })
    local expected = 'unknown option organisation_id in basic; did you mean "organization_id"?'
    assert.truthy(message:find(expected, 1, true), message)
    option.check_client({ basic = { "o", "k" } })
  end)

  it("says that an option in the place of a query comes after it", function()
    local meetings = clients.fake({ {} }).meetings
    for _, name in ipairs({ "timeout", "max_items", "max_pages", "prefetch" }) do
      local message = clients.misuse_of(meetings.each, meetings, { [name] = 5 })
      local expected = "it is an option: options come after the query"
      assert.truthy(message:find(expected, 1, true), message)
    end
  end)

  it("names an option with the wrong type or range", function()
    for name, value in pairs({
      timeout = "5",
      connect_timeout = 0,
      max_retries = -1,
      max_retry_wait = -1,
      total_timeout = 0,
      max_response_bytes = 1.5,
      headers = "x",
      ca_file = 1,
      ca_pem = {},
      proxy = 8080,
      on_event = {},
      api_token = 5,
      account_id = {},
      app_id = 7,
      transport = { submit = print },
      runtime = {},
    }) do
      assert.truthy(refusal({ [name] = value }):find(name .. " must be", 1, true), name)
    end
  end)

  it("takes for a limiter only what has the methods of one", function()
    local function nothing() end
    for _, wrong in ipairs({ "x", {}, { admit = nothing }, { observe = nothing } }) do
      local message = refusal({ rate_limit = wrong })
      assert.truthy(message:find("rate_limit must be a limiter", 1, true), message)
      assert.truthy(message:find("rtk.rate_limit.memory{}", 1, true), message)
    end
    local limiter = setmetatable({}, { __index = { admit = nothing, observe = nothing } })
    assert.equal(limiter, option.check_client({ rate_limit = limiter }).rate_limit)
  end)

  it("names an option of a call with the wrong type or range", function()
    for name, value in pairs({ total_timeout = -1, priority = 1, reconcile = {} }) do
      local message = clients.misuse_of(option.check_call, { [name] = value })
      assert.truthy(message:find(name .. " must be", 1, true), message)
    end
  end)

  it("refuses headers that would break out of their line", function()
    for _, headers in ipairs({
      { ["X-A"] = "a\r\nb: c" },
      { ["X-A"] = "a\0" },
      { ["X A"] = "a" },
      { ["X:A"] = "a" },
      { ["X\nA"] = "a" },
      { "X-A: b" },
      { ["X-A"] = 5 },
    }) do
      assert.truthy(refusal({ headers = headers }):find("headers", 1, true))
    end
  end)

  it("names an unknown option of a call", function()
    local message = clients.misuse_of(option.check_call, { retries = 1 })
    assert.truthy(message:find('did you mean "max_retries"?', 1, true), message)
    message = clients.misuse_of(option.check_call, { pat = 1 }, { path = "string" })
    assert.truthy(message:find('did you mean "path"?', 1, true), message)
  end)

  it("says where an option of each belongs", function()
    local message = clients.misuse_of(option.check_call, { prefetch = 8 })
    assert.matches("unknown option prefetch in options; it is an option of each$", message)
    option.check_call({ prefetch = 8, timeout = 1 }, option.each)
    message = clients.misuse_of(option.check_call, { prefetch = 1001 }, option.each)
    assert.matches("prefetch must be 1000 at most", message)
    option.check_call({ prefetch = 1000 }, option.each)
  end)
end)
