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

  it("show API fields only to pairs, and can be sent back as they are", function()
    local client, transport = clients.fake({ data({ id = "m1", title = "T" }) })
    local meeting = client.meetings:get("m1")
    assert.same({ id = "m1", title = "T" }, meeting)
    client.meetings:update("m1", meeting)
    assert.same({ id = "m1", title = "T" }, (core.decode(transport:last().body)))
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
    assert.same({}, (client.meetings:update("m1", {})))
  end)
end)
