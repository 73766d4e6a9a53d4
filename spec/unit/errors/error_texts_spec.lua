-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local error_texts = require("rtk.errors.error_texts")

describe("rtk.errors.error_texts", function()
  local function words_in(json)
    return error_texts.find({ value = assert(core.decode(json)) })
  end

  local function assert_words(cases)
    for json, expected in pairs(cases) do
      assert.same(expected, words_in(json), json)
    end
  end

  it("quotes nothing of UTF-16, nor of what is no text", function()
    local wide = ('{ "token": "abc" }'):gsub(".", "%0\0")
    for _, text in ipairs({ "\255\254" .. wide, wide, "\31\139\8\0\0 x", "a\0 b" }) do
      assert.same({}, error_texts.find({ text = text }))
    end
  end)

  it("finds every error of the gateway, its chain and the messages beside it", function()
    assert_words({
      ['{"success":false,"errors":[{"code":1,"message":"a"},{"message":"b"}],"result":null}'] = {
        "a",
        "b",
      },
      ['[{"message":"a","error_chain":[{"message":"b","error_chain":[{"message":"c"}]}]}]'] = {
        "a",
        "b",
        "c",
      },
      ['{"errors":[{"message":"a"}],"messages":["b",{"code":7,"message":"c"},{"message":"a"}]}'] = {
        "a",
        "b",
        "c",
      },
      ['{"success":false,"errors":null,"messages":[]}'] = {},
      ['{"success":false,"errors":{},"error":{}}'] = {},
      ['{"errors":[null,true,"a",{}]}'] = { "a" },
    })
  end)

  it("finds messages of the service, of bare bodies and of other gateways", function()
    assert_words({
      ['{"success":false,"error":{"code":404,"message":"No meeting"}}'] = { "No meeting" },
      ['{"error":"a","error_description":"b"}'] = { "a", "b" },
      ['{"message":"Unauthorized"}'] = { "Unauthorized" },
      ['{"statusCode":400,"message":["a","b"],"error":"Bad Request"}'] = {
        "a",
        "b",
        "Bad Request",
      },
      ['{"errors":[{"message":"a","extensions":{"code":"X"}}],"data":null}'] = { "a" },
      ['{"errors":"a"}'] = { "a" },
      ['{"error":{"errors":[{"reason":"a"}],"message":"b"}}'] = { "b", "a" },
      ['"Forbidden"'] = { "Forbidden" },
      ['[{"message":"a"},"b"]'] = { "a", "b" },
      ["42"] = {},
    })
    assert.same({}, error_texts.find({ value = false }))
  end)

  it("finds title and detail of a problem, with the edge's code", function()
    assert_words({
      ['{"type":"u","title":"Error 1020: denied","detail":"by a rule","error_code":1020}'] = {
        "Error 1020: denied",
        "by a rule",
      },
      ['{"title":"denied","status":403,"error_code":1020}'] = { "denied", "error code: 1020" },
      ['{"error_code":1020}'] = { "error code: 1020" },
      ['{"type":"about:blank","title":"Forbidden"}'] = { "Forbidden" },
      ['{"title":"a","detail":{"detail":{"message":"b"}}}'] = { "a", "b" },
    })
  end)

  it("names the field of an error", function()
    assert_words({
      ['{"errors":{"title":["is too long","has tabs"],"name":"is required"}}'] = {
        "name: is required",
        "title: is too long",
        "title: has tabs",
      },
      ['{"errors":{"title":{"message":"is bad"},"message":["is odd"]}}'] = {
        "message: is odd",
        "title: is bad",
      },
      ['{"errors":{"title":"title is too long"}}'] = { "title is too long" },
      ['{"detail":[{"loc":["body","title",0],"msg":"is required"}]}'] = {
        "body.title.0: is required",
      },
      ['[{"field":"name","message":"is odd"},{"detail":"x","source":{"pointer":"/a"}}]'] = {
        "name: is odd",
        "/a: x",
      },
      ['{"error":"Not Found","path":"/x"}'] = { "Not Found" },
    })
  end)

  it("accepts a single error as errors", function()
    assert_words({
      ['{"errors":{"code":7,"message":"a"}}'] = { "a" },
      ['{"errors":{"code":7}}'] = { "code 7" },
    })
  end)

  it("quotes a code in words, and a number only when there is nothing else", function()
    assert_words({
      ['{"error":{"code":"APP_SUSPENDED","message":"Not now"}}'] = { "APP_SUSPENDED: Not now" },
      ['{"error":{"code":"404","message":"Not now"}}'] = { "Not now" },
      ['{"code":"APP_SUSPENDED"}'] = { "APP_SUSPENDED" },
      ['{"errors":[{"code":1001},{"code":1002,"message":""},1003]}'] = {
        "code 1001",
        "code 1002",
        "code 1003",
      },
    })
  end)

  it("quotes the same text once", function()
    assert.same({ "a" }, words_in('{"title":"a","detail":"a","errors":["a",{"message":"a"}]}'))
  end)

  it("visits a limited number of values", function()
    local many = '{"errors":[' .. ('{"message":"a%d"},'):rep(9999) .. "0]}"
    local number = 0
    many = many:gsub("%%d", function()
      number = number + 1
      return tostring(number)
    end)
    assert.equal(64, #words_in(many))
    local deep = ('{"error":'):rep(400) .. '"a"' .. ("}"):rep(400)
    assert.same({}, words_in(deep))
    local fields = '{"errors":{'
      .. ('"%d":"a",'):rep(200):gsub("%%d", function()
        number = number + 1
        return tostring(number)
      end)
      .. '"x":"a"}}'
    assert.equal(64, #words_in(fields))
    assert.same({}, words_in('{"errors":{"' .. ("x"):rep(101) .. '":"a"}}'))
  end)

  it("finds the first line of a text", function()
    for text, expected in pairs({
      ["error code: 1010"] = "error code: 1010",
      ["\239\187\191\r\n \n  error code: 1020\r\nmore\n"] = "error code: 1020",
      ["[error] upstream failed"] = "[error] upstream failed",
      ["a < b"] = "a < b",
    }) do
      assert.same({ expected }, error_texts.find({ text = text }))
    end
    for _, text in ipairs({ "", " \r\n\t", "\239\187\191" }) do
      assert.same({}, error_texts.find({ text = text }))
    end
    assert.same({}, error_texts.find({}))
  end)

  it("does not quote broken JSON", function()
    for _, text in ipairs({ '{"success":false,"data":{"to', "{}{", "[{", '["a', "[[", " {\n}x" }) do
      assert.same({}, error_texts.find({ text = text }), text)
    end
  end)

  it("finds the title of a page, whatever its content type", function()
    local page = "\r\n<!DOCTYPE html><html><head><title>Blocked</title></head></html>"
    assert.same({ "Blocked" }, error_texts.find({ text = page }))
    assert.same({ "Blocked" }, error_texts.find({ text = "\239\187\191" .. page }))
    assert.same({}, error_texts.find({ text = "<html>Bad gateway</html>" }))
  end)
end)
