-- SPDX-License-Identifier: MIT
local api_error = require("rtk.errors.api_error")
local core = require("rtk.core")

describe("rtk.errors.api_error", function()
  it("detects errors by success, else by the members that are present", function()
    for _, body in ipairs({
      { success = false, data = {} },
      { error = { message = "x" } },
      { error = "x" },
      { errors = { {} } },
      { errors = { title = { "is odd" } } },
      { cloudflare_error = true },
    }) do
      assert.is_true(api_error.is_error(body))
    end
    for _, body in ipairs({
      { success = true, error = {} },
      { data = {}, errors = { {} } },
      { result = {}, error = "x" },
      { errors = {} },
      {},
    }) do
      assert.is_false(api_error.is_error(body))
    end
  end)

  it("lists the errors of both envelopes", function()
    local errors = api_error.errors({
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
    assert.same({ { message = "d" } }, api_error.errors({ message = "d" }))
    assert.same({}, api_error.errors("<html>"))
    assert.same({}, api_error.errors(nil))
  end)

  it("lists errors in other forms", function()
    for json, expected in pairs({
      ['{"errors":{"title":["a","b"]}}'] = {
        { field = "title", message = "a" },
        { field = "title", message = "b" },
      },
      ['{"errors":{"name":"a"}}'] = { { field = "name", message = "a" } },
      ['{"errors":{"code":7}}'] = { { code = 7 } },
      ['{"errors":"a","code":"X"}'] = { { code = "X", message = "a" } },
      ['{"errors":[null,{"code":7}]}'] = { { code = 7 } },
      ['{"error":"a","code":"X"}'] = { { code = "X", message = "a" } },
      ['{"message":["a","b"]}'] = { { message = "a" }, { message = "b" } },
      ['[{"code":7},"a"]'] = { { code = 7 }, { message = "a" } },
      ['{"type":"u","title":"a","detail":"b","error_code":1020}'] = {
        { code = 1020, message = "b" },
      },
    }) do
      assert.same(expected, api_error.errors((core.decode(json))), json)
    end
  end)

  it("tells responses of the API from those of a proxy or the edge", function()
    for source, bodies in pairs({
      api = { { success = false }, { errors = { {} } }, { error = { code = 403 } } },
      edge = {
        "<html>",
        "error code: 1010",
        { title = "a", type = "about:blank" },
        { title = "a", error_code = 1020 },
        { cloudflare_error = true, errors = {} },
      },
      unknown = { "", {}, { message = "a" }, { error = "a" }, { title = "a" }, 42, false },
    }) do
      for _, body in ipairs(bodies) do
        assert.equal(source, api_error.source(body, {}) or "unknown")
      end
    end
    assert.is_nil(api_error.source(nil, { ["cf-mitigated"] = "other" }))
  end)

  it("reads the wait from a problem detail", function()
    local function wait_in(seconds, more)
      local body = { cloudflare_error = true, retry_after = seconds }
      return api_error.retry_after(more or body)
    end
    assert.equal(30, wait_in(30))
    assert.equal(0, wait_in(0))
    for _, odd in ipairs({ -1, math.huge, 0 / 0, "30", false }) do
      assert.is_nil(wait_in(odd))
    end
    assert.is_nil(wait_in(nil, { success = false, retry_after = 30 }))
    assert.is_nil(wait_in(nil, "text"))
  end)
end)
