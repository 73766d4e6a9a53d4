-- SPDX-License-Identifier: MIT
-- The in-process transport, with lua-cjson in the place of rtk.core, which may not be built yet.
local cjson = require("cjson").new()
local emulator = require("rtk.emulator")
local transport = require("rtk.emulator.transport")

local fake_core = {
  decode = function(text)
    local ok, value = pcall(cjson.decode, text)
    if ok then return value end
    return nil, value
  end,
  now = os.clock,
}

describe("rtk.emulator.transport", function()
  local emu, wire, base, real_core

  setup(function()
    real_core = package.loaded["rtk.core"]
    package.loaded["rtk.core"] = fake_core
  end)

  teardown(function()
    package.loaded["rtk.core"] = real_core
  end)

  before_each(function()
    emu = emulator.new()
    wire = transport.new(emu)
    local path = "/client/v4/accounts/a/realtime/kit/"
    base = "http://127.0.0.1" .. path .. emu.app_id
  end)

  local function request(overrides)
    local given = {
      method = "GET",
      url = base .. "/meetings",
      headers = { "Authorization: Bearer x", "content-type:application/json" },
      timeout = 60,
    }
    for name, value in pairs(overrides or {}) do
      given[name] = value
    end
    return given
  end

  local function perform(overrides)
    wire:submit(request(overrides))
    return wire:step(1)[1]
  end

  it("answers with status, decoded value and header block", function()
    local result = perform({ method = "POST", body = '{"title":"x"}' })
    assert.equal(201, result.status)
    assert.equal("x", result.value.data.title)
    assert.is_nil(result.text)
    assert.matches("^HTTP/1%.1 201 Created\r\n", result.headers)
    assert.matches("\r\ncontent%-type: application/json\r\ndate: [^\r]+\r\n$", result.headers)
    assert.matches("\r\ncf%-ray: [^\r\n]+\r\n", result.headers)
    assert.equal(0, result.elapsed)
  end)

  it("reads path and query out of the URL", function()
    perform({ method = "POST", body = '{"title":"a b"}' })
    local result = perform({ url = base .. "/meetings?search=a%20b&page_no=1#x" })
    assert.equal(1, #result.value.data)
    assert.equal(404, perform({ url = "http://127.0.0.1" }).status)
  end)

  it("gives the text instead of the value for a raw request", function()
    local result = perform({ raw = true })
    assert.is_nil(result.value)
    assert.matches('^{"data":%[%]', result.text)
  end)

  it("gives text and message when a body cannot be decoded", function()
    emu.handle = function()
      return { status = 502, headers = {}, body = "<html>" }
    end
    local result = perform()
    assert.is_nil(result.value)
    assert.equal("<html>", result.text)
    assert.is_string(result.message)
    assert.equal("HTTP/1.1 502 \r\n", result.headers)
  end)

  it("gives neither value nor text for an empty body, unless raw", function()
    emu.handle = function()
      return { status = 200, headers = {}, body = "" }
    end
    local result = perform()
    assert.is_nil(result.value)
    assert.is_nil(result.text)
    assert.is_nil(result.message)
    assert.equal("", perform({ raw = true }).text)
  end)

  it("answers everything that was submitted, in order and with its id", function()
    local first, second = wire:submit(request()), wire:submit(request({ method = "PUT" }))
    assert.not_equal(first, second)
    assert.equal(2, wire:pending())
    local results = wire:step(0)
    assert.same({ first, second }, { results[1].id, results[2].id })
    assert.same({ 200, 404 }, { results[1].status, results[2].status })
    assert.equal(0, wire:pending())
    assert.same({}, wire:step(0))
  end)

  it("does not do what was cancelled in time", function()
    local id = wire:submit(request({ method = "POST", body = "{}" }))
    assert.same({ true, false }, { wire:cancel(id) })
    assert.same({ false }, { wire:cancel(id) })
    assert.same({}, wire:step(0))
    assert.same({}, perform().value.data)
  end)

  it("takes nothing after it was closed", function()
    wire:submit(request())
    wire:close()
    assert.equal(0, wire:pending())
    assert.has_error(function()
      wire:submit(request())
    end)
  end)

  it("does not change the caller's request", function()
    local given = request()
    wire:submit(given)
    assert.is_nil(given.id)
  end)

  describe("as a client's", function()
    local real_rtk, seen

    before_each(function()
      real_rtk = package.loaded["rtk"]
      package.loaded["rtk"] = {
        new = function(options)
          seen = options
          return "client"
        end,
      }
    end)

    after_each(function()
      package.loaded["rtk"] = real_rtk
    end)

    it("comes with credentials that are good and an app that exists", function()
      assert.equal("client", emu:client())
      assert.same(
        { emu.api_token, emu.account_id, emu.app_id },
        { seen.api_token, seen.account_id, seen.app_id }
      )
      seen.transport:submit(request({
        url = table.concat(
          { seen.base_url, "accounts", seen.account_id, "realtime/kit/apps" },
          "/"
        ),
        headers = { "authorization: Bearer " .. seen.api_token },
      }))
      local result = seen.transport:step(0)[1]
      assert.equal(seen.app_id, result.value.data[1].id)
    end)

    it("gives way to what the caller says", function()
      emu:client({ api_token = "other", max_retries = 0 })
      assert.equal("other", seen.api_token)
      assert.equal(0, seen.max_retries)
      assert.equal(emu.app_id, seen.app_id)
    end)
  end)
end)
