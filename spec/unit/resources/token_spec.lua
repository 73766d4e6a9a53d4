-- SPDX-License-Identifier: MIT
local base64 = require("rtk.emulator.util.base64")
local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")

local function encode(...)
  local parts = {}
  for index, text in ipairs({ ... }) do
    parts[index] = base64.url_encode(text)
  end
  return table.concat(parts, ".")
end

local HEADER = '{"alg":"RS256"}'

describe("rtk.resources.token", function()
  it("reads whose token it is and when it expires", function()
    local emulator = new_emulator({ start_time = 1700000000 })
    local client = emulator:client()
    local meeting = assert(client.meetings:create())
    local ann = assert(meeting:add_participant({
      name = "Ann",
      preset_name = "group_call_host",
      custom_participant_id = "ann",
    }))
    local token = assert(rtk.token(ann.token))
    assert.equal(ann.id, token.participant_id)
    assert.equal(meeting.id, token.meeting_id)
    assert.equal(emulator.app_id, token.app_id)
    assert.is_string(token.preset_id)
    assert.equal(1700000000, token.issued_at)
    assert.equal(token.issued_at + 100 * 86400, token.expires_at)
    assert.equal(token.claims.exp, token.expires_at)
  end)

  it("takes the claims as they come, and leaves out what cannot be one", function()
    local token = assert(rtk.token(encode(HEADER, '{"participant_id":"p","é":[1]}', "s")))
    assert.same({ participant_id = "p", claims = { participant_id = "p", ["é"] = { 1 } } }, token)
    for _, exp in ipairs({ '"soon"', "-1", "1e300", "null", "{}" }) do
      token = assert(rtk.token(encode(HEADER, '{"meetingId":"m","exp":' .. exp .. "}", "s")))
      assert.is_nil(token.expires_at)
      assert.equal("m", token.meeting_id)
    end
    assert.is_nil(assert(rtk.token(encode(HEADER, '{"meetingId":"m","orgId":5}', "s"))).app_id)
  end)

  it("says what is no token, and never quotes it", function()
    local claims = '{"participantId":"SECRET"}'
    local good = encode(HEADER, claims, "SECRET")
    for _, text in ipairs({
      "",
      "SECRET",
      "SECRET.SECRET",
      "SECRET.SECRET.SECRET",
      "Bearer " .. good,
      good .. "\n",
      good .. ".SECRET",
      good .. "=",
      good:gsub("%.", "\0.", 1),
      encode("SECRET", claims, "x"),
      encode("[]", claims, "x"),
      encode(HEADER, "[1]", "x"),
      encode(HEADER, "SECRET", "x"),
      encode(HEADER, "{}", "x"),
      encode(HEADER, claims .. "SECRET", "x"),
      encode(HEADER, '{"x":"\255SECRET"}', "x"),
      encode(HEADER, claims, ("x"):rep(20000)),
      ("é"):rep(3) .. "." .. good,
    }) do
      local token, message = rtk.token(text)
      assert.is_nil(token, text)
      assert.truthy(message:find("not a participant's token", 1, true), message)
      assert.falsy(message:find("SECRET", 1, true), message)
    end
  end)

  it("raises for what is no text, such as the participant", function()
    local message = clients.misuse_of(rtk.token, { token = "SECRET" })
    assert.truthy(message:find("must be a string", 1, true), message)
    assert.truthy(message:find("spec/", 1, true), message)
    assert.falsy(message:find("SECRET", 1, true), message)
  end)
end)
