-- SPDX-License-Identifier: MIT
local emulator = require("rtk.emulator")

describe("the verification of tokens", function()
  local function ask(api, path, token)
    local headers = { authorization = token and "Bearer " .. token or nil }
    local answer = api:handle({ method = "GET", path = "/client/v4" .. path, headers = headers })
    return answer.status, require("rtk.emulator.util.json").decode(answer.body), api:journal()
  end

  it("answers in the gateway's envelope", function()
    local status, body, journal = ask(emulator.new({}), "/user/tokens/verify", "t")
    assert.equal(200, status)
    assert.equal("active", body.result.status)
    assert.is_string(body.result.id)
    assert.is_true(body.success)
    assert.is_nil(body.data)
    assert.equal("GET /user/tokens/verify", journal[1].operation)
  end)

  it("knows the tokens of users or of accounts, by option", function()
    local of_account = "/accounts/acc/tokens/verify"
    for owner, statuses in pairs({ user = { 200, 401 }, account = { 401, 200 } }) do
      local api = emulator.new({ token_owner = owner, api_token = "t", account_id = "acc" })
      assert.equal(statuses[1], (ask(api, "/user/tokens/verify", "t")))
      assert.equal(statuses[2], (ask(api, of_account, "t")))
      assert.equal(401, (ask(api, "/user/tokens/verify", "other")))
      assert.equal(401, (ask(api, of_account, "other")))
      local status, body = ask(api, "/accounts/other/tokens/verify", "t")
      assert.equal(401, status)
      assert.equal(1000, body.errors[1].code)
    end
  end)

  it("checks the form of the header first, and knows no other paths", function()
    assert.equal(400, (ask(emulator.new({}), "/user/tokens/verify")))
    assert.equal(404, (ask(emulator.new({}), "/user/tokens", "t")))
  end)
end)
