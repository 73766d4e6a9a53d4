-- SPDX-License-Identifier: MIT
local refusal = require("rtk.refusal")

describe("rtk.refusal", function()
  it("goes by success, and without it by what there is", function()
    for _, body in ipairs({
      { success = false, data = {} },
      { error = { message = "x" } },
      { error = "x" },
      { errors = { {} } },
    }) do
      assert.is_true(refusal.is_in(body))
    end
    for _, body in ipairs({
      { success = true, error = {} },
      { data = {}, errors = { {} } },
      { result = {}, error = "x" },
      { errors = {} },
      {},
    }) do
      assert.is_false(refusal.is_in(body))
    end
  end)

  it("lists what both envelopes say", function()
    local errors = refusal.errors({
      errors = { { code = 7003, message = "a" }, "b", 5 },
      error = { code = 404, message = "c" },
      message = "d",
    })
    assert.same({
      { code = 7003, message = "a" },
      { message = "b" },
      { message = "5" },
      { code = 404, message = "c" },
    }, errors)
    assert.same({ { message = "d" } }, refusal.errors({ message = "d" }))
    assert.same({}, refusal.errors("<html>"))
    assert.same({}, refusal.errors(nil))
  end)

  it("finds the first words of the API", function()
    assert.equal("b", refusal.message(400, { {}, { message = "" }, { message = "b" } }, {}))
    assert.equal("the API gave no reason", refusal.message(400, { { message = 5 } }, {}))
    assert.truthy(refusal.message(302, { { message = "b" } }, {}):find("redirect", 1, true))
  end)

  it("has one kind for every status and code", function()
    assert.equal("rate_limit", refusal.kind(200, { { code = 971 } }))
    assert.equal("authentication", refusal.kind(400, { {}, { code = "6003" } }))
    assert.equal("permission", refusal.kind(200, { { code = 403 } }))
    assert.equal("api", refusal.kind(200, { { code = 10001 } }))
    assert.equal("invalid", refusal.kind(400, { { code = 404 } }))
    assert.equal("server", refusal.kind(530, {}))
    assert.equal("protocol", refusal.kind(307, {}))
    assert.equal("api", refusal.kind(451, {}))
  end)
end)
