-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local settings = require("rtk.config.settings")
local shell = require("spec.support.servers.shell")

describe("rtk.config.settings", function()
  local function resolve(options)
    local all = { api_token = "t", account_id = "a", base_url = "https://api.example.com" }
    for name, value in pairs(options) do
      all[name] = value
    end
    return settings.resolve(all)
  end

  local function refusal(options)
    return clients.misuse_of(resolve, options)
  end

  it("completes options with defaults", function()
    local resolved = resolve({})
    assert.equal(60, resolved.timeout)
    assert.equal(10, resolved.connect_timeout)
    assert.equal(2, resolved.max_retries)
    assert.equal(60, resolved.max_retry_wait)
    assert.equal(64 * 2 ^ 20, resolved.max_response_bytes)
  end)

  it("does not change the table it was given", function()
    local function options()
      return { api_token = "t", account_id = "a", base_url = "https://api.example.com/" }
    end
    local given = options()
    settings.resolve(given)
    assert.same(options(), given)
  end)

  it("keeps headers as they were when it checked them", function()
    local headers = { ["X-A"] = "one" }
    local resolved = resolve({ headers = headers })
    headers["X-A"], headers["X-B"] = {}, "two"
    assert.same({ ["X-A"] = "one" }, resolved.headers)
  end)

  it("refuses tokens that were not pasted cleanly, without showing them", function()
    for _, token in ipairs({
      "Bearer s3cret",
      "bearer s3cret",
      "s3cret\n",
      " s3cret",
      '"s3cret"',
      "s3cret'",
      "s3\0cret",
      "s3cret\r\nX: y",
      "",
    }) do -- stylua: ignore
      local message = refusal({ api_token = token })
      assert.truthy(message:find("api_token must", 1, true), message)
      assert.falsy(message:find("s3", 1, true), message)
    end
    assert.truthy(refusal({ api_token = "Bearer x" }):find('leave out "Bearer "', 1, true))
  end)

  it("refuses base URLs that would send credentials astray", function()
    for url, reason in pairs({
      ["http://api.example.com"] = "allow_insecure",
      ["ftp://api.example.com"] = "https://",
      ["api.example.com"] = "https://",
      ["https://"] = "host",
      ["https://user:pw@api.example.com"] = "credentials",
      ["https://api.example.com/?a=b"] = "query",
      ["https://api.example.com/#x"] = "fragment",
      ["https://api.example.com\r\n"] = "control",
      ["http://127.0.0.1.evil.example"] = "allow_insecure",
      ["http://localhost.evil.example"] = "allow_insecure",
    }) do
      local message = refusal({ base_url = url })
      assert.truthy(message:find("base_url", 1, true), message)
      assert.truthy(message:find(reason, 1, true), url .. ": " .. message)
    end
  end)

  it("takes plain http to this machine, and elsewhere when told to", function()
    for _, url in ipairs({ "http://localhost:1", "http://127.0.0.1:80/x", "http://[::1]:80" }) do
      assert.equal("", resolve({ base_url = url }).proxy)
    end
    local resolved = resolve({ base_url = "http://api.example.com", allow_insecure = true })
    assert.is_nil(resolved.proxy)
  end)

  it("refuses what only the transport would have refused later", function()
    for name, values in pairs({
      timeout = { 0.0005, -1, 1e9 },
      connect_timeout = { 1e-9 },
      max_response_bytes = { 0 },
      max_connections = { 0 },
      user_agent = { "a\r\nX: y", "\0" },
      ca_file = { "a\0b" },
      proxy = { "http://a\n" },
      headers = { { ["Content-Length"] = "5" } },
    }) do
      for _, value in ipairs(values) do
        assert.truthy(refusal({ [name] = value }):find(name, 1, true), name)
      end
    end
  end)

  it("takes certificates from a file or as a text, not both", function()
    local message = refusal({ ca_file = "ca.pem", ca_pem = "-----BEGIN CERTIFICATE-----" })
    assert.matches("give ca_file or ca_pem, not both$", message)
    assert.equal("text", resolve({ ca_pem = "text" }).ca_pem)
  end)

  it("drops slashes at the end of the base URL", function()
    assert.equal("https://a.example/v4", resolve({ base_url = "https://a.example/v4//" }).base_url)
  end)

  it("refuses ids that cannot be right, and a missing account", function()
    for _, name in ipairs({ "account_id", "app_id" }) do
      for value, words in pairs({
        [""] = "must not be empty",
        [".."] = 'must not be ".."',
        [5] = "a string",
      }) do
        local message = refusal({ [name] = value })
        assert.truthy(message:find(name, 1, true) and message:find(words, 1, true), message)
      end
    end
    assert.matches(
      "account_id is missing",
      clients.misuse_of(settings.resolve, { api_token = "t" })
    )
    local resolved = resolve({ account_id = false, app_id = false })
    assert.is_nil(resolved.account_id)
    assert.is_nil(resolved.app_id)
    assert.is_nil(settings.resolve({ basic = { "org", "key" } }).account_id)
  end)

  it("knows where each setting comes from", function()
    local option = "the options of rtk.new"
    assert.same({ api_token = option, account_id = option, base_url = option }, resolve({}).origins)
    local resolved = settings.resolve({ api_token = "t", account_id = "a", app_id = "b" })
    assert.equal("the default", resolved.origins.base_url)
    assert.equal(option, resolved.origins.app_id)
    local program = [[
      local resolved = require("rtk.config.settings").resolve(%s)
      for _, name in ipairs({ "api_token", "account_id", "app_id", "base_url" }) do
        io.write(tostring(resolved.origins[name]), " ")
      end
      io.write(resolved.base_url, " ", tostring(resolved.app_id))
    ]]
    local function origins(options)
      local environment = "CLOUDFLARE_API_TOKEN=t CLOUDFLARE_ACCOUNT_ID=a REALTIMEKIT_APP_ID=b"
        .. " CLOUDFLARE_BASE_URL=https://b.example/client/v4/ "
      return shell.lua_output(program:format(options), environment)
    end
    assert.equal(
      "$CLOUDFLARE_API_TOKEN $CLOUDFLARE_ACCOUNT_ID $REALTIMEKIT_APP_ID $CLOUDFLARE_BASE_URL"
        .. " https://b.example/client/v4 b",
      origins("{}")
    )
    assert.equal(
      "$CLOUDFLARE_API_TOKEN $CLOUDFLARE_ACCOUNT_ID nil $CLOUDFLARE_BASE_URL"
        .. " https://b.example/client/v4 nil",
      origins("{ app_id = false }")
    )
  end)

  it("takes the base URL of the environment for the older API, too", function()
    local program =
      'io.write(require("rtk.config.settings").resolve({ basic = { "o", "k" } }).base_url)'
    for given, expected in pairs({
      [""] = "https://api.realtime.cloudflare.com/v2",
      ["https://api.cloudflare.com/client/v4"] = "https://api.realtime.cloudflare.com/v2",
      ["http://127.0.0.1:8787/client/v4"] = "http://127.0.0.1:8787/v2",
      ["http://127.0.0.1:8787/client/v4/"] = "http://127.0.0.1:8787/v2",
      ["https://proxy.example/dyte/v2"] = "https://proxy.example/dyte/v2",
    }) do
      assert.equal(expected, shell.lua_output(program, "CLOUDFLARE_BASE_URL=" .. given .. " "))
    end
  end)

  it("takes basic credentials by name or in order", function()
    local expected = { organization_id = "org", api_key = "key" }
    local by_name = settings.resolve({ basic = { organization_id = "org", api_key = "key" } })
    assert.same(expected, by_name.basic)
    assert.same(expected, settings.resolve({ basic = { "org", "key" } }).basic)
    assert.equal("https://api.realtime.cloudflare.com/v2", by_name.base_url)
  end)

  it("refuses basic credentials that cannot be right, without showing them", function()
    local wrong = { {}, { "org" }, { "org", "" }, { "o:g", "k" }, { "org", "s3 cret" } }
    for _, basic in ipairs(wrong) do
      local message = clients.misuse_of(settings.resolve, { basic = basic })
      assert.truthy(message:find("basic.", 1, true), message)
      assert.falsy(message:find("s3", 1, true), message)
    end
    assert.truthy(refusal({ basic = { "a", "b" } }):find("not both", 1, true))
  end)
end)
