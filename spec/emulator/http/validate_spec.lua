-- SPDX-License-Identifier: MIT
local field = require("rtk.emulator.http.field")
local json = require("rtk.emulator.util.json")
local validate = require("rtk.emulator.http.validate")

local REQUIRED = { required = true }

--- Status and message of the refusal, or nil.
local function refusal_of(object, text, partial)
  local refusal = validate.body(object, (json.decode(text)), partial)
  if not refusal then return nil end
  return refusal.status, refusal.body.error.message
end

local function assert_refused(expected, members, text, partial)
  local status, message = refusal_of(field.object(members), text, partial)
  assert.equal(expected, message)
  assert.equal(message:find("not allowed$") and not message:find("^BAD") and 422 or 400, status)
end

local function assert_accepted(members, text, partial)
  assert.is_nil(select(2, refusal_of(field.object(members), text, partial)))
end

describe("rtk.emulator.http.validate", function()
  it("refuses values of the wrong type", function()
    local cases = {
      { field.string(), "1", "must be a string" },
      { field.number(), '"1"', "must be a number" },
      { field.number(), "1e999", "must be a number" },
      { field.boolean(), '"true"', "must be a boolean" },
      { field.object({}), "[]", "must be of type object" },
      { field.object({}), "1", "must be of type object" },
      { field.map(field.string()), "[]", "must be of type object" },
      { field.array(field.string()), "{}", "must be an array" },
      { field.array(field.string()), '"a"', "must be an array" },
      { field.uri(), '"no uri"', "must be a valid uri" },
      { field.uri(), "5", "must be a string" },
      { field.uuid(), '"182bd5e5"', "must be a valid GUID" },
      { field.uuid(), "5", "must be a string" },
      { field.time(), '"soon"', "must be in ISO 8601 date format" },
    }
    for _, case in ipairs(cases) do
      assert_refused('BAD_REQUEST: "x" ' .. case[3], { x = case[1] }, '{"x":' .. case[2] .. "}")
    end
  end)

  it("refuses values out of range", function()
    local one_of = field.string({ one_of = { "a", "b" } })
    assert_refused('BAD_REQUEST: "x" must be one of [a, b]', { x = one_of }, '{"x":"A"}')
    local low = { x = field.number({ minimum = 60 }) }
    assert_refused('BAD_REQUEST: "x" must be greater than or equal to 60', low, '{"x":59}')
    local high = { x = field.number({ maximum = 30 }) }
    assert_refused('BAD_REQUEST: "x" must be less than or equal to 30', high, '{"x":30.5}')
    local whole = { x = field.number({ integer = true }) }
    assert_refused('BAD_REQUEST: "x" must be an integer', whole, '{"x":1.5}')
    local filled = { x = field.string({ not_empty = true }) }
    assert_refused('BAD_REQUEST: "x" is not allowed to be empty', filled, '{"x":""}')
  end)

  it("accepts what the fields allow", function()
    local members = {
      string = field.string(),
      uri = field.uri(),
      array = field.array(field.number()),
      object = field.object({ boolean = field.boolean() }),
      map = field.map(field.number()),
      any = field.any(),
    }
    assert_accepted(members, "{}")
    assert_accepted(members, '{"array":[],"object":{},"map":{},"any":[{}]}')
    assert_accepted(members, '{"string":"","uri":"https://a.b/c?d","map":{"x":1},"any":null}')
    assert_accepted(members, '{"array":[1,2.5],"object":{"boolean":false}}')
  end)

  it("names the whole path", function()
    local members = {
      a = field.object({ b = field.array(field.object({ c = field.string(REQUIRED) })) }),
    }
    assert_refused(
      'BAD_REQUEST: "a.b[1].c" must be a string',
      members,
      '{"a":{"b":[{"c":"x"},{"c":2}]}}'
    )
    assert_refused('BAD_REQUEST: "a.b[0].c" is required', members, '{"a":{"b":[{}]}}')
    assert_refused('"a.b[0].d" is not allowed', members, '{"a":{"b":[{"c":"","d":1}]}}')
  end)

  it("reports known members in alphabetical order before unknown ones", function()
    local members = { b = field.string(REQUIRED), c = field.string(REQUIRED) }
    assert_refused('BAD_REQUEST: "b" is required', members, '{"a":1,"c":5}')
    assert_refused('BAD_REQUEST: "c" is required', members, '{"a":1,"b":""}')
    assert_refused('"a" is not allowed', members, '{"d":1,"a":1,"b":"","c":""}')
  end)

  it("takes null for an absent member only where it is optional", function()
    assert_accepted({ x = field.string() }, '{"x":null}')
    assert_refused(
      'BAD_REQUEST: "x" must be a string',
      { x = field.string(REQUIRED) },
      '{"x":null}'
    )
  end)

  it("lets a partial body leave out required members at any depth, but not null them", function()
    local members = {
      a = field.object({ b = field.string(REQUIRED) }, REQUIRED),
      c = field.string(REQUIRED),
    }
    assert_accepted(members, "{}", true)
    assert_accepted(members, '{"a":{}}', true)
    assert_refused('BAD_REQUEST: "c" must be a string', members, '{"c":null}', true)
    assert_refused('BAD_REQUEST: "a" must be of type object', members, '{"a":null}', true)
  end)

  it("tries the alternatives of a field", function()
    local either = field.any_of({ field.string(), field.object({ a = field.boolean() }) })
    assert_accepted({ x = either }, '{"x":"text"}')
    assert_accepted({ x = either }, '{"x":{"a":true}}')
    assert_refused(
      'BAD_REQUEST: "x" does not match any of the allowed types',
      { x = either },
      '{"x":{"a":1}}'
    )
  end)

  it("refuses a body that is not an object", function()
    for _, text in ipairs({ "[]", '"a"', "1", "null", "true", "false" }) do
      local status, message = refusal_of(field.object({}), text)
      assert.equal(400, status)
      assert.equal('BAD_REQUEST: "value" must be of type object', message)
    end
  end)

  describe("of a query", function()
    local query_fields = field.page_query({
      flag = field.boolean(),
      since = field.time(),
      search = field.string(),
    })

    it("turns text into typed values and ignores unknown names", function()
      local values = validate.query(query_fields, {
        page_no = { "2", "3" },
        flag = { "true" },
        since = { "1970-01-02" },
        search = { "5" },
        other = { "x" },
      })
      assert.same({ page_no = 2, flag = true, since = 86400000, search = "5" }, values)
    end)

    it("reads arrays and Unix seconds where a field has them", function()
      local object = field.object({
        since = field.time({ unix = true }),
        states = field.array(field.string({ one_of = { "a", "b" } })),
      })
      for _, query in ipairs({
        { states = { "a", "b" } },
        { states = { "a,b" } },
        { ["states[]"] = { "a", "b" } },
      }) do
        assert.same({ states = { "a", "b" } }, validate.query(object, query))
      end
      assert.same({}, validate.query(object, { states = { "" } }))
      assert.is_nil(validate.query(object, { states = { "a", "c" } }))
      assert.same({ since = 5000 }, validate.query(object, { since = { "5" } }))
      assert.same({ since = 0 }, validate.query(object, { since = { "1970-01-01" } }))
    end)

    it("refuses what cannot be converted", function()
      local cases = {
        { "page_no", "x", "must be a number" },
        { "page_no", "", "must be a number" },
        { "page_no", "0x10", "must be a number" },
        { "page_no", "1.5", "must be an integer" },
        { "page_no", "0", "must be greater than or equal to 1" },
        { "per_page", "-1", "must be greater than or equal to 1" },
        { "flag", "yes", "must be a boolean" },
        { "since", "yesterday", "must be in ISO 8601 date format" },
      }
      for _, case in ipairs(cases) do
        local values, refusal = validate.query(query_fields, { [case[1]] = { case[2] } })
        assert.is_nil(values)
        assert.equal(400, refusal.status)
        local expected = 'BAD_REQUEST: "' .. case[1] .. '" ' .. case[3]
        assert.equal(expected, refusal.body.error.message)
      end
    end)
  end)
end)
