-- SPDX-License-Identifier: MIT
-- What happens before a resource: credentials, routes, accounts and apps, ids and bodies. Covers
-- dispatch, auth, request, response and store.
local calls = require("spec.support.clients.emulator_calls")

local UUID = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

local function codes(reply)
  local found = {}
  for i, err in ipairs(reply.errors) do
    found[i] = err.code
  end
  return found
end

describe("the emulator's gateway", function()
  local api

  before_each(function()
    api = calls.new()
  end)

  it("takes any bearer token and any account id", function()
    assert.equal(200, (api:send("GET", "/meetings")))
    local other = api:below("/client/v4/accounts/another/realtime/kit")
    other.headers = { authorization = "bearer  x" }
    assert.equal(200, (other:send("GET", "/apps")))
  end)

  it("answers 400 and code 6003 to a missing Authorization header", function()
    api.headers = {}
    local status, reply = api:send("GET", "/meetings")
    assert.equal(400, status)
    assert.same({ 6003 }, codes(reply))
    assert.equal("Invalid request headers", reply.errors[1].message)
    assert.equal(6103, reply.errors[1].error_chain[1].code)
    assert.same({}, reply.messages)
    assert.equal(calls.null, reply.result)
    assert.is_false(reply.success)
  end)

  it("answers 400 and code 6003 to a malformed Authorization header", function()
    for _, header in ipairs({ "Bearer", "Bearer ", "token", "Basic YTpi", "Bearer a b", "" }) do
      api.headers = { authorization = header }
      local status, reply = api:send("GET", "/meetings")
      assert.equal(400, status)
      assert.same({ 6003 }, codes(reply))
      assert.equal(6111, reply.errors[1].error_chain[1].code)
    end
  end)

  it("takes only the given token when one is given", function()
    api = calls.new({ api_token = "good" })
    local status, reply = api:send("GET", "/meetings")
    assert.equal(401, status)
    assert.same({ 10000 }, codes(reply))
    api.headers = { authorization = "Bearer good" }
    assert.equal(200, (api:send("GET", "/meetings")))
  end)

  it("takes only the given account when one is given", function()
    api = calls.new({ account_id = "mine" })
    assert.equal(200, (api:send("GET", "/meetings")))
    local status, reply = api:below("/client/v4/accounts/other/realtime/kit"):send("GET", "/apps")
    assert.equal(403, status)
    assert.same({ 9109 }, codes(reply))
  end)

  it("answers 404 with codes 7003 and 7000 to what has no route", function()
    for _, case in ipairs({
      { "GET", "/unknown" },
      { "GET", "" },
      { "GET", "/meetings/" },
      { "DELETE", "/meetings/" .. UUID },
      { "PUT", "/meetings" },
      { "PURGE", "/meetings" },
    }) do
      local status, reply = api:send(case[1], case[2])
      assert.equal(404, status)
      assert.same({ 7003, 7000 }, codes(reply))
    end
    for _, path in ipairs({ "/", "/client/v4", "/client/v4/zones", "/client/v3/accounts/a" }) do
      assert.same({ 7003, 7000 }, codes(select(2, api:below(path):send("GET", ""))))
    end
  end)

  it("names the path that has no route without the prefix", function()
    local _, reply = api:below("/client/v4"):send("GET", "/zones")
    assert.matches("Could not route to /zones", reply.errors[1].message, 1, true)
  end)

  it("looks at the header's form, then the route, then the token", function()
    api = calls.new({ api_token = "good" })
    assert.equal(404, (api:send("GET", "/unknown")))
    api.headers = {}
    assert.equal(400, (api:send("GET", "/unknown")))
  end)

  it("answers 404 in the service's envelope to an unknown app", function()
    local elsewhere = api:below("/client/v4/accounts/a/realtime/kit/" .. UUID)
    local status, message = elsewhere:failure("GET", "/meetings")
    assert.equal(404, status)
    assert.equal("No app found with id " .. UUID, message)
  end)

  it("answers 400 to ids that are no UUIDs", function()
    local status, message = api:failure("GET", "/meetings/abc")
    assert.equal(400, status)
    assert.equal('BAD_REQUEST: "id" must be a valid GUID', message)
    local path = "/meetings/" .. UUID .. "/participants/abc"
    assert.equal(
      'BAD_REQUEST: "participant_id" must be a valid GUID',
      select(2, api:failure("GET", path))
    )
  end)

  it("reads ids in any letter case", function()
    local id = api:data("POST", "/meetings", {}).id
    assert.equal(id, api:data("GET", "/meetings/" .. id:upper()).id)
  end)

  it("answers 400 to bodies that are not JSON or no object", function()
    local status, message = api:failure("POST", "/meetings", '{"title":')
    assert.equal(400, status)
    assert.matches("^BAD_REQUEST: the body is not valid JSON", message)
    for _, body in ipairs({ "[]", "1", "null", '"title"' }) do
      status, message = api:failure("POST", "/meetings", body)
      assert.equal(400, status)
      assert.equal('BAD_REQUEST: "value" must be of type object', message)
    end
  end)

  it("answers 415 to a body that does not say it is JSON", function()
    api.headers["content-type"] = "text/plain"
    assert.equal(415, (api:failure("POST", "/meetings", "{}")))
    api.headers["content-type"] = "application/json; charset=utf-8"
    assert.equal(201, (api:send("POST", "/meetings", "{}")))
    api.headers["content-type"] = nil
    assert.equal(201, (api:send("POST", "/meetings", "{}")))
  end)

  it("takes an absent body for an empty object", function()
    assert.equal(201, (api:send("POST", "/meetings")))
    assert.equal(201, (api:send("POST", "/meetings", "")))
  end)

  it("ignores unknown query names", function()
    assert.equal(200, (api:send("GET", "/meetings?whatever=1&page_no=1")))
  end)

  it("sends JSON with a ray id that differs each time", function()
    local _, _, first = api:send("GET", "/meetings")
    local _, _, second = api:send("GET", "/meetings")
    assert.equal("application/json", first.headers["content-type"])
    assert.matches("^%x+%-%u+$", first.headers["cf-ray"])
    assert.not_equal(first.headers["cf-ray"], second.headers["cf-ray"])
  end)

  describe("on the legacy surface", function()
    -- base64 of "00000000-0000-4000-8000-000000000001:key", the default app.
    local GOOD = "MDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAxOmtleQ=="
    local legacy

    before_each(function()
      legacy = api:below("/v2")
      legacy.headers = { authorization = "Basic " .. GOOD, ["content-type"] = "application/json" }
    end)

    it("serves the app of the Basic credentials", function()
      local id = legacy:data("POST", "/meetings", { title = "Old" }).id
      assert.equal("Old", api:data("GET", "/meetings/" .. id).title)
    end)

    it("serves apps that were created on the current surface", function()
      local app = api
        :below("/client/v4/accounts/other/realtime/kit")
        :data("POST", "/apps", { name = "New" }).app
      local credentials = require("rtk.emulator.util.base64").encode(app.id .. ":k")
      legacy.headers.authorization = "Basic " .. credentials
      assert.same({}, legacy:data("GET", "/meetings"))
    end)

    it("answers a bare message to bad credentials", function()
      for _, header in ipairs({ "Bearer x", "Basic YTpi", "Basic ?", "Basic OmtleQ==" }) do
        legacy.headers.authorization = header
        local status, reply = legacy:send("GET", "/meetings")
        assert.equal(401, status)
        assert.same({ message = "Unauthorized" }, reply)
      end
      legacy.headers.authorization = nil
      assert.equal(401, (legacy:send("GET", "/meetings")))
    end)

    it("takes only the given token as the API key when one is given", function()
      local strict = calls.new({ api_token = "other" }):below("/v2")
      strict.headers = legacy.headers
      assert.equal(401, (strict:send("GET", "/meetings")))
    end)

    it("answers 404 in the service's envelope to what has no route", function()
      assert.equal(404, (legacy:failure("GET", "/apps")))
    end)
  end)
end)
