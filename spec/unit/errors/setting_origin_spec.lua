-- SPDX-License-Identifier: MIT
local setting_origin = require("rtk.errors.setting_origin")

describe("rtk.errors.setting_origin", function()
  local settings = {
    origins = { api_token = "$CLOUDFLARE_API_TOKEN", account_id = "the options of rtk.new" },
  }
  local scope = { channel = { settings = settings }, origins = { app_id = "client:app" } }

  it("names the place that each setting comes from", function()
    assert.equal(
      " (api_token from $CLOUDFLARE_API_TOKEN, app_id from client:app)",
      setting_origin.clause({ scope = scope }, { "api_token", "app_id" })
    )
  end)

  it("goes by the call's ids before the client's, and names a place once", function()
    local call = { scope = { channel = scope.channel, origins = { account_id = "the app" } } }
    assert.equal(
      " (account_id from the app)",
      setting_origin.clause(call, { "account_id", "app_id" })
    )
    call.scope.origins.app_id = "the app"
    assert.equal(
      " (account_id and app_id from the app)",
      setting_origin.clause(call, { "account_id", "app_id" })
    )
  end)

  it("says nothing where nothing is known", function()
    assert.equal("", setting_origin.clause({}, { "api_token" }))
    assert.equal("", setting_origin.clause({ scope = scope }, { "base_url" }))
    assert.equal(
      "",
      setting_origin.clause({ scope = { channel = { settings = {} } } }, { "app_id" })
    )
  end)
end)
