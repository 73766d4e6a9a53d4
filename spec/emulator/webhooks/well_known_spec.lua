-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")

describe("the emulator's well-known place", function()
  local emulator

  before_each(function()
    emulator = calls.new({ api_token = "secret" }).emulator
  end)

  local function request(method, path)
    return emulator:handle({ method = method, path = path, headers = {} })
  end

  it("shows the public key to anyone, as the service does", function()
    local response = request("GET", "/.well-known/webhooks.json")
    assert.equal(200, response.status)
    local pem = emulator:public_key()
    assert.matches(
      "^%-%-%-%-%-BEGIN PUBLIC KEY%-%-%-%-%-\n.+\n%-%-%-%-%-END PUBLIC KEY%-%-%-%-%-$",
      pem
    )
    local text = pem:gsub("\n", "\\n"):gsub("/", "\\/")
    assert.equal(
      '{"data":{"publicKey":"' .. text .. '"},"message":"","success":true}',
      response.body
    )
  end)

  it("has nothing else", function()
    assert.not_equal(200, request("POST", "/.well-known/webhooks.json").status)
    assert.not_equal(200, request("GET", "/.well-known/other.json").status)
  end)
end)
