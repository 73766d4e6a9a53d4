-- SPDX-License-Identifier: MIT
local observation = require("rtk.rate_limit.observation")
local random = require("spec.support.data.random")

local function parse(limit, limit_policy)
  return observation.parse({ ratelimit = limit, ["ratelimit-policy"] = limit_policy })
end

describe("rtk.rate_limit.observation.parse", function()
  it("reads what Cloudflare documents", function()
    assert.same(
      { { name = "default", quota = 1200, window = 300, remaining = 50, reset = 30 } },
      parse('"default";r=50;t=30', '"default";q=1200;w=300')
    )
  end)

  it("reads lists and merges the two headers by name", function()
    assert.same(
      {
        { name = "burst", quota = 100, window = 60, remaining = 7, reset = 8 },
        { name = "daily", quota = 5000, window = 86400, remaining = 4000, reset = 9 },
      },
      parse(
        '"daily";r=4000;t=9,"burst" ; r = 7 ;T=8',
        '"burst";q=100;w=60 , "daily";pk="a";q=5000;w=86400;qu="requests"'
      )
    )
  end)

  it("works with one header and with partial items", function()
    assert.same({ { name = "a", remaining = 0 } }, parse('"a";r=0'))
    assert.same({ { name = "a", quota = 5 } }, parse(nil, "a;q=5"))
    assert.same({}, parse(nil, nil))
  end)

  it("ignores policies that do not count requests", function()
    assert.same({}, parse('"b";r=5;t=1', '"b";q=1000;w=1;qu="content-bytes"'))
  end)

  it("ignores numbers that are followed by something else", function()
    local policies = parse(nil, '"a";q=1e3;w=0x10, "b";q=5 ;w=60.0;x=1, "c";q=9x;w=1')
    assert.same({ { name = "b", quota = 5, window = 60 } }, policies)
  end)

  it("bounds names and numbers", function()
    assert.same(
      { { name = "a_b", remaining = 1e9, reset = 86400 } },
      parse('"a b";r=99999999999999999999;t=999999999')
    )
    assert.equal(64, #parse('"' .. ("n"):rep(1000) .. '";r=1;t=1')[1].name)
    assert.same({}, parse(nil, '"a";q=0;w=0'))
  end)

  it("parses a hostile header in linear time", function()
    local started = os.clock()
    for _, piece in ipairs({ " ", "a", '"', ";", ",", '""', "a;", ";r", ";r ", "= ", " ;r=" }) do
      local text = ("a" .. piece:rep(100000) .. "b")
      parse(text, text)
    end
    -- Anything that grows with the square of the length would take minutes.
    assert.is_true(os.clock() - started < 20)
  end)

  it("ignores everything after 4096 characters", function()
    local text = '"a";r=1' .. (" "):rep(5000) .. ',"b";r=1'
    assert.same({ { name = "a", remaining = 1 } }, parse(text))
  end)

  it("ignores garbage without raising", function()
    local garbage =
      { "", ";", '"', '";;;"', "r=1", '"a"', '"a";r=', '"a";r=-1', '"a";r=x;t=y', ",,," }
    for _, text in ipairs(garbage) do
      assert.same({}, parse(text, text), text)
    end
    assert.same({}, observation.parse({ ratelimit = false, ["ratelimit-policy"] = 5 }))
    local characters = { '"', ";", ",", "=", "r", "t", "q", "w", "1", "9", " ", "a", "\0", "\255" }
    local dice = random.new(1)
    for _ = 1, 2000 do
      local parts = {}
      for i = 1, 1 + dice:below(40) do
        parts[i] = dice:pick(characters)
      end
      local text = table.concat(parts)
      for _, found in ipairs(parse(text, text)) do
        assert.is_string(found.name)
        assert.is_true(found.quota ~= nil or found.remaining ~= nil)
      end
    end
  end)
end)

describe("rtk.rate_limit.observation.encode", function()
  it("writes what a reply says about each policy", function()
    local headers = {
      ["ratelimit-policy"] = '"default";q=1200;w=300, "burst";q=10;w=1',
      ratelimit = '"default";r=50;t=30',
    }
    assert.equal(
      "ok - - default 1200 300 50 30 burst 10 1 - -",
      observation.encode({ status = 200, headers = headers })
    )
  end)

  it("recognizes an exceeded limit by its status, or by its code with any status", function()
    assert.equal(
      "refused 17 -",
      observation.encode({ status = 429, headers = {}, retry_after = 17 })
    )
    assert.equal("refused - -", observation.encode({ status = 200, headers = {}, code = 971 }))
    assert.equal("refused - -", observation.encode({ status = 200, headers = {}, code = "971" }))
    assert.equal("ok - -", observation.encode({ status = 404, headers = {}, code = "ERR" }))
  end)

  it("bounds the seconds of Retry-After", function()
    assert.equal("refused 86400 -", observation.encode({ status = 429, retry_after = 1e300 }))
    assert.equal("refused 0 -", observation.encode({ status = 429, retry_after = -5 }))
  end)

  it("omits numbers that are not finite", function()
    assert.equal(
      "refused - -",
      observation.encode({ status = 429, retry_after = 0 / 0, elapsed = 1 / 0 })
    )
  end)

  it("distinguishes requests without an answer from unsent ones", function()
    assert.equal("lost - -", observation.encode({ sent = true }))
    assert.equal("lost - -", observation.encode({}))
    assert.equal("unsent - -", observation.encode({ sent = false }))
  end)
end)
