-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local rtk = require("rtk")

describe("objects of replies", function()
  local function data(value)
    return { json = { success = true, data = value } }
  end

  local function requests(transport)
    local list = {}
    for index, request in ipairs(transport.requests) do
      list[index] = request.method .. " " .. request.url:match("/kit/(.*)$")
    end
    return list
  end

  it("show API fields only to pairs, and can be sent back without their ids", function()
    local client, transport = clients.fake({ data({ id = "m1", title = "T" }) })
    local meeting = client.meetings:get("m1")
    assert.same({ id = "m1", title = "T" }, meeting)
    client.meetings:update("m1", meeting)
    assert.same({ title = "T" }, (core.decode(transport:last().body)))
  end)

  it("take over what update and replace answer", function()
    local client, transport = clients.fake({
      data({ id = "m1", title = "T", status = "ACTIVE" }),
      data({ id = "m1", title = "U" }),
      data({ id = "m1", title = "V" }),
    })
    local meeting = client.meetings:get("m1")
    assert.equal(meeting, meeting:update({ title = "U" }))
    assert.same({ id = "m1", title = "U", status = "ACTIVE" }, meeting)
    assert.equal(meeting, meeting:replace({ title = "V" }))
    assert.same({ id = "m1", title = "V" }, meeting)
    assert.same(
      { "GET app/meetings/m1", "PATCH app/meetings/m1", "PUT app/meetings/m1" },
      requests(transport)
    )
  end)

  it("have no field any more that null was sent for", function()
    local client = clients.fake({
      data({ id = "m1", title = "T", status = "ACTIVE" }),
      data({ id = "m1" }),
      data({ id = "m1", title = "untitled" }),
      { status = 422, json = { success = false, error = { message = "no" } } },
    })
    local meeting = client.meetings:get("m1")
    meeting:update({ title = rtk.null })
    assert.same({ id = "m1", status = "ACTIVE" }, meeting)
    meeting:update({ title = rtk.null })
    assert.equal("untitled", meeting.title)
    meeting:update({ title = rtk.null })
    assert.equal("untitled", meeting.title)
  end)

  it("stay as they were when a call fails", function()
    local client = clients.fake({
      data({ id = "m1", title = "T" }),
      { status = 422, json = { success = false, error = { message = "no" } } },
    })
    local meeting = client.meetings:get("m1")
    local value, message, err = meeting:update({ title = "U" })
    assert.is_nil(value)
    assert.truthy(message:find("^no"))
    assert.equal("invalid", err.kind)
    assert.equal("T", meeting.title)
  end)

  it("forget on reload what is not there any more", function()
    local client = clients.fake({ data({ id = "m1", a = 1 }), data({ id = "m1", b = 2 }) })
    local meeting = client.meetings:get("m1")
    assert.equal(meeting, meeting:reload())
    assert.same({ id = "m1", b = 2 }, meeting)
  end)

  it("let a participant act in its meeting", function()
    local participant = data({ id = "p1", token = "t1" })
    local client, transport = clients.fake({
      participant,
      data({ token = "t2" }),
      participant,
      participant,
      participant,
      { json = { data = { { id = "p1" } } } },
      participant,
    }) -- stylua: ignore
    local one = client.meetings:add_participant("m1", { name = "Ann" })
    assert.equal("t1", one.token)
    assert.equal(one, one:refresh_token())
    assert.equal("t2", one.token)
    one:update({ name = "Bob" })
    one:reload()
    one:delete()
    client.meetings:list_participants("m1")[1]:delete()
    local path = "app/meetings/m1/participants"
    assert.same({
      "POST " .. path,
      "POST " .. path .. "/p1/token",
      "PATCH " .. path .. "/p1",
      "GET " .. path .. "/p1",
      "DELETE " .. path .. "/p1",
      "GET " .. path,
      "DELETE " .. path .. "/p1",
    }, requests(transport))
  end)

  it("let a meeting list and add its participants", function()
    local client, transport = clients.fake({
      data({ id = "m1" }),
      data({ id = "p1", token = "t1" }),
      { json = { data = { { id = "p1" } } } },
    })
    local meeting = client.meetings:create({})
    assert.equal("t1", meeting:add_participant({ name = "Ann" }).token)
    assert.equal("p1", meeting:participants({ per_page = 5 })[1].id)
    assert.truthy(transport:last().url:find("/meetings/m1/participants?per_page=5", 1, true))
  end)

  it("take the wrapper off an app and make it a client for itself", function()
    local client, transport = clients.fake({
      data({ app = { id = "app9", name = "N" } }),
      data({ { id = "app8" }, { id = "app9" } }),
      data({}),
    })
    local app = client.apps:create({ name = "N" })
    assert.same({ id = "app9", name = "N" }, app)
    assert.equal("app9", client.apps:list()[2].id)
    app.meetings:list()
    assert.same({ "POST apps", "GET apps", "GET app9/meetings" }, requests(transport))
    assert.is_nil(app.nothing)
  end)

  it("are there, without fields, when a reply has no data", function()
    local client = clients.fake({ { json = { success = true } } })
    assert.same({ id = "m1" }, (client.meetings:update("m1", {})))
  end)
end)

describe("fields of replies that are named like a method", function()
  local function data(value)
    return { json = { success = true, data = value } }
  end

  -- An object whose reply has an unknown field `update`, and what is answered next.
  local function meeting_with_update(...)
    local first = data({ id = "m1", title = "T", update = { at = 1 } })
    local client, transport = clients.fake({ first, ... })
    return assert(client.meetings:get("m1")), transport, client
  end

  it("do not take the method away, and rtk.fields reads them", function()
    local meeting, transport = meeting_with_update(data({ id = "m1", title = "U" }))
    assert.same({ id = "m1", title = "T", update = { at = 1 } }, rtk.fields(meeting))
    assert.equal(meeting, meeting:update({ title = "U" }))
    assert.equal("PATCH", transport:last().method)
    assert.same({ id = "m1", title = "U", update = { at = 1 } }, rtk.fields(meeting))
    assert.equal(200, rtk.response(meeting).status)
  end)

  it("are sent back with the object, and encoded with it", function()
    local meeting, transport, client = meeting_with_update(data({ id = "m1" }), data({ id = "m1" }))
    local expected = { id = "m1", title = "T", update = { at = 1 } }
    assert.same(expected, (core.decode(core.encode(meeting))))
    assert.same({ { expected } }, (core.decode(core.encode({ { meeting } }))))
    client.meetings:update("m1", meeting)
    assert.same({ title = "T", update = { at = 1 } }, (core.decode(transport:last().body)))
    client.meetings:update("m1", { recording_config = { nested = meeting } })
    local body = core.decode(transport:last().body)
    assert.same({ recording_config = { nested = expected } }, body)
  end)

  it("follow update, replace and reload", function()
    local meeting = meeting_with_update(
      data({ id = "m1", sessions = 5 }),
      data({ id = "m1" }),
      data({ id = "m1", update = "new" }),
      data({ id = "m1", title = "V" }),
      data({ id = "m1", reload = true })
    )
    meeting:update({})
    local expected = { id = "m1", title = "T", update = { at = 1 }, sessions = 5 }
    assert.same(expected, rtk.fields(meeting))
    meeting:update({ sessions = rtk.null })
    assert.same({ id = "m1", title = "T", update = { at = 1 } }, rtk.fields(meeting))
    meeting:replace({})
    assert.same({ id = "m1", update = "new" }, rtk.fields(meeting))
    meeting:reload()
    assert.same({ id = "m1", title = "V" }, rtk.fields(meeting))
    assert.equal("plain", core.table_kind(meeting))
    meeting:reload()
    assert.same({ id = "m1", reload = true }, rtk.fields(meeting))
    assert.equal("function", type(meeting.reload))
  end)

  it("can be assigned to", function()
    local meeting = meeting_with_update()
    meeting.update, meeting.title, meeting.note = "other", "U", 1
    assert.equal("function", type(meeting.update))
    assert.same({ id = "m1", title = "U", note = 1, update = "other" }, rtk.fields(meeting))
    meeting.update = nil
    assert.same({ id = "m1", title = "U", note = 1 }, (core.decode(core.encode(meeting))))
  end)

  it("hide nothing in items of lists, in nested objects and in apps", function()
    local client = clients.fake({
      data({ { id = "p1" }, { id = "p2", delete = "x", _meeting_id = "m9", _client = false } }),
      data({}),
      data({ livestream = { id = "l1", details = { 1 } }, sessions = {} }),
      data({ id = "l1", details = { 1 } }),
      data({ { id = "app9", meetings = { "m" } } }),
    })
    local page = assert(client.meetings:list_participants("m1"))
    assert.is_nil(rtk.fields(page[1]).delete)
    assert.equal("m9", rtk.fields(page[2])._meeting_id)
    assert.is_truthy(page[2]:delete())
    assert.truthy(rtk.response(page[2]))
    local livestream = client.livestreams:get("l1").livestream
    assert.equal("function", type(livestream.details))
    assert.same({ 1 }, rtk.fields(livestream).details)
    assert.equal("function", type(client.livestreams:get("l1").details))
    local app = client.apps:list()[1]
    assert.equal("function", type(app.meetings.list))
    assert.same({ "m" }, rtk.fields(app).meetings)
  end)

  it("are shown by pairs where it knows __pairs", function()
    local meeting, found = meeting_with_update(), {}
    for name, value in (getmetatable(meeting).__pairs)(meeting) do
      found[name] = value
    end
    assert.same({ id = "m1", title = "T", update = { at = 1 } }, found)
  end)

  it("can be read of any table, and of nothing else", function()
    assert.same({ a = 1 }, rtk.fields({ a = 1 }))
    assert.same({ 1 }, rtk.fields(rtk.array({ 1 })))
    assert.has_error(function()
      rtk.fields("text")
    end, "value must be a table, got a string")
  end)
end)

describe("an object", function()
  local function answers(...)
    local list = {}
    for index, text in ipairs({ ... }) do
      list[index] = { text = text }
    end
    return (clients.fake(list))
  end

  it("keeps the id that it was asked for when the reply has none", function()
    local partial = '{"success":true,"data":{"name":"N"}}'
    local client = answers(partial, partial, partial, partial, partial, partial, partial)
    local calls = {
      client.presets:update("i1", {}),
      client.presets:replace("i1", {}),
      client.webhooks:update("i1", {}),
      client.webhooks:replace("i1", {}),
      client.meetings:update("i1", {}),
      client.recordings:stop("i1"),
      (client.meetings:update_participant("m1", "i1", {})),
    }
    assert.equal(7, #calls)
    for _, object in ipairs(calls) do
      assert.equal("i1", object.id)
      assert.equal("N", object.name)
    end
  end)

  it("keeps it when the reply to DELETE has no object", function()
    for _, text in ipairs({
      "",
      "{}",
      '{"success":true}',
      '{"success":true,"data":null}',
      '{"success":true,"data":"deleted"}',
      '{"success":true,"data":[]}',
      '{"success":true,"data":{"success":true}}',
    }) do
      local client = answers(text, text)
      assert.equal("i1", client.presets:delete("i1").id, text)
      assert.equal("i1", client.webhooks:delete("i1").id, text)
    end
  end)

  it("can go on with it", function()
    local client, transport = clients.fake({
      { text = '{"success":true,"data":{"name":"N"}}' },
      { text = '{"success":true}' },
    })
    client.presets:update("i1", { name = "N" }):delete()
    assert.truthy(transport:last().url:find("/presets/i1$"))
  end)

  it("has the reply's id where the id in the path is another's", function()
    local client = answers('{"success":true,"data":{"id":"r1"}}', '{"success":true,"data":{}}')
    assert.equal("r1", client.recordings:get_active("m1").id)
    assert.is_nil(client.recordings:get_active("m1"))
  end)

  it("may stand in data itself or under its name", function()
    local session = '"id":"s1","status":"LIVE"'
    local client = answers(
      '{"success":true,"data":{' .. session .. "}}",
      '{"success":true,"data":{"session":{' .. session .. "}}}"
    )
    for _ = 1, 2 do
      assert.same({ id = "s1", status = "LIVE" }, (client.sessions:get("s1")))
    end
  end)
end)
