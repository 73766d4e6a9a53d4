-- SPDX-License-Identifier: MIT
-- What recordings of a JavaScript program cannot show: integers beyond 2^53, values from a reply
-- that are sent back, nulls of another library.

local cjson = require("cjson")
local clients = require("spec.support.clients.clients")
local rtk = require("rtk")
local wire_json = require("spec.support.data.wire_json")
local wire_request = require("spec.support.data.wire_request")

local has_integers = rawget(math, "type") ~= nil

local function body_difference(request, expected)
  return wire_json.difference(wire_json.read(request.body), wire_json.read(expected))
end

describe("what is sent is exact:", function()
  it("integers up to 64 bits, where the Lua has them", function()
    -- Elsewhere the nearest number that the Lua has.
    local literals = has_integers
        and { "9007199254740993", "9223372036854775807", "-9223372036854775808" }
      or { "9007199254740991", "-9007199254740991", "4503599627370497" }
    local client, transport = clients.fake({ { json = { data = {} } } })
    for _, literal in ipairs(literals) do
      local number = tonumber(literal)
      client.presets:update("r1", { ui = { config_diff = { n = number, list = { number } } } })
      local expected = '{"ui":{"config_diff":{"n":%s,"list":[%s]}}}'
      assert.is_nil(body_difference(transport:last(), expected:format(literal, literal)))
      client.analytics:livestreams_overall({ start_time = number })
      local query = wire_request.url(transport:last().url).query
      assert.same({ start_time = { literal } }, query)
    end
  end)

  it("whole floats are written as integers, others as short as they can be", function()
    local client, transport = clients.fake({ { json = { data = {} } } })
    client.meetings:create({ recording_config = { max_seconds = 30.0 }, x = 4.5, y = 0.1, z = 3e2 })
    local expected = '{"recording_config":{"max_seconds":30},"x":4.5,"y":0.1,"z":300}'
    assert.is_nil(body_difference(transport:last(), expected))
    client.meetings:list({ per_page = 30.0 })
    assert.same({ per_page = { "30" } }, wire_request.url(transport:last().url).query)
  end)

  it(
    "a reply can be sent back without its id, empty or null or unknown as its fields are",
    function()
      local data = '{"name":"é\\u0000","ui":{"config_diff":{"a":[],"b":{},"c":[null,[]],'
        .. '"1":{"2":[{}]}},"design_tokens":{"logo":"x"}},"config":{"livestream_viewer_qualities":'
        .. '[]},"permissions":{"plugins":{"config":{}}},"brand_new":[{"deep":[]}],"n":4.5}'
      local client, transport =
        clients.fake({ { text = '{"data":{"id":"r1",' .. data:sub(2) .. "}" } })
      local preset = client.presets:get("r1")
      assert(client.presets:replace("r1", preset))
      assert.is_nil(body_difference(transport:last(), data))
      assert(preset:update({ ui = preset.ui }))
      local ui = wire_json.read(data).members.ui
      assert.is_nil(wire_json.difference(wire_json.read(transport:last().body).members.ui, ui))
    end
  )

  it("a null in an object of a reply is absent, in an array it keeps its place", function()
    local text = '{"data":{"id":"m1","title":null,"list":[1,null,3],"deep":{"a":null}}}'
    local client, transport = clients.fake({ { text = text } })
    local meeting = client.meetings:get("m1")
    assert.is_nil(meeting.title)
    assert.is_nil(next(meeting.deep))
    assert.equal(rtk.null, meeting.list[2])
    client.meetings:update("m1", meeting)
    assert.is_nil(body_difference(transport:last(), '{"list":[1,null,3],"deep":{}}'))
  end)

  it("one name that is not Unicode leaves a list readable, and can be sent back", function()
    local text = '\239\187\191{"data":[{"id":"m1","title":"half \\ud83d of it"},{"id":"m2",'
      .. '"title":"Jos\233","t\255g":1}]}'
    local client, transport = clients.fake({ { text = text } })
    local page = assert(client.meetings:list())
    assert.equal("half \239\191\189 of it", page[1].title)
    assert.equal("Jos\239\191\189", page[2].title)
    assert.equal(1, page[2]["t\239\191\189g"])
    client.meetings:update("m1", page[1])
    local expected = '{"title":"half \239\191\189 of it"}'
    assert.is_nil(body_difference(transport:last(), expected))
  end)

  it("the null of lua-cjson is a null here too", function()
    local client, transport = clients.fake({ { json = { data = {} } } })
    client.meetings:update("m1", { title = cjson.null, ai_config = { transcription = rtk.null } })
    local expected = '{"title":null,"ai_config":{"transcription":null}}'
    assert.is_nil(body_difference(transport:last(), expected))
    client.presets:update("r1", { ui = { config_diff = rtk.null } })
    assert.is_nil(body_difference(transport:last(), '{"ui":{"config_diff":null}}'))
  end)

  it("an empty table is an array where an array is due, else an object", function()
    local client, transport = clients.fake({ { json = { data = {} } } })
    client.recordings:start_track({
      meeting_id = "m1",
      user_ids = {},
      layers = { default = { outputs = {} } },
      unknown = {},
    })
    local expected =
      '{"meeting_id":"m1","user_ids":[],"layers":{"default":{"outputs":[]}},"unknown":{}}'
    assert.is_nil(body_difference(transport:last(), expected))
    client.presets:create({
      ui = { config_diff = {} },
      config = { livestream_viewer_qualities = {} },
    })
    expected = '{"ui":{"config_diff":{}},"config":{"livestream_viewer_qualities":[]}}'
    assert.is_nil(body_difference(transport:last(), expected))
  end)

  it("fields that nobody knows are sent, and so are those of extra_body", function()
    local client, transport = clients.fake({ { json = { data = {} } } })
    client.meetings:create({ new_field = { a = rtk.array({}) } }, {
      extra_body = { ai_config = { transcription = { keywords = rtk.array({}) } } },
    })
    local expected = '{"new_field":{"a":[]},"ai_config":{"transcription":{"keywords":[]}}}'
    assert.is_nil(body_difference(transport:last(), expected))
  end)

  it("numeric names stay names", function()
    local client, transport = clients.fake({ { json = { data = {} } } })
    local colors = { brand = { ["300"] = "#fff", ["700"] = "#000" } }
    client.presets:update("r1", { ui = { design_tokens = { colors = colors } } })
    local expected = '{"ui":{"design_tokens":{"colors":{"brand":{"300":"#fff","700":"#000"}}}}}'
    assert.is_nil(body_difference(transport:last(), expected))
  end)
end)
