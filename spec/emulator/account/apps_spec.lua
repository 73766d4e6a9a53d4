-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")

describe("the emulator's apps", function()
  local api

  before_each(function()
    api = calls.new().account
  end)

  it("begin with a default app", function()
    local _, reply = api:send("GET", "/apps")
    assert.equal(1, #reply.data)
    assert.equal(api.emulator.app_id, reply.data[1].id)
    assert.same({ total_count = 1, start_offset = 1, end_offset = 1 }, reply.paging)
  end)

  it("are created with what was sent, wrapped in app", function()
    local status, reply = api:send("POST", "/apps", { name = "Mine" })
    assert.equal(201, status)
    assert.equal("Mine", reply.data.app.name)
    assert.matches("^%d+%-%d+%-%d+T[%d:.]+Z$", reply.data.app.created_at)
    assert.same({ "Mine", "Default app" }, api:column("name", "/apps"))
  end)

  it("are shown without a wrapper, those of other accounts not at all", function()
    local app = api:data("POST", "/apps", { name = "Mine" }).app
    assert.same(app, api:data("GET", "/apps/" .. app.id))
    assert.same(app, api:data("GET", "/apps/" .. app.id:upper()))
    local none = { 404, "No app found with id " .. app.id }
    local other = api:below("/client/v4/accounts/other/realtime/kit")
    assert.same(none, { other:failure("GET", "/apps/" .. app.id) })
    assert.same(
      { 400, 'BAD_REQUEST: "id" must be a valid GUID' },
      { api:failure("GET", "/apps/mine") }
    )
  end)

  it("may share a name", function()
    local one = api:data("POST", "/apps", { name = "Same" }).app
    local two = api:data("POST", "/apps", { name = "Same" }).app
    assert.not_equal(one.id, two.id)
  end)

  it("have their own meetings and presets", function()
    local app = api:data("POST", "/apps", { name = "Mine" }).app
    local inside = api:below(api.prefix .. "/" .. app.id)
    assert.equal(7, #inside:data("GET", "/presets"))
    inside:data("POST", "/meetings", {})
    local default = api:below(api.prefix .. "/" .. api.emulator.app_id)
    assert.same({}, default:data("GET", "/meetings"))
  end)

  it("of other accounts are not to be seen", function()
    local app = api:data("POST", "/apps", { name = "Mine" }).app
    local other = api:below("/client/v4/accounts/other/realtime/kit")
    assert.same({ "Default app" }, other:column("name", "/apps"))
    assert.equal(404, (other:failure("GET", "/" .. app.id .. "/meetings")))
  end)

  it("need a name", function()
    assert.same({ 400, 'BAD_REQUEST: "name" is required' }, { api:failure("POST", "/apps", {}) })
    assert.same(
      { 400, 'BAD_REQUEST: "name" must be a string' },
      { api:failure("POST", "/apps", { name = 5 }) }
    )
    assert.same(
      { 400, 'BAD_REQUEST: "name" is not allowed to be empty' },
      { api:failure("POST", "/apps", { name = "" }) }
    )
    assert.same(
      { 422, '"nmae" is not allowed' },
      { api:failure("POST", "/apps", { name = "x", nmae = "y" }) }
    )
  end)

  it("are searched, sorted and cut into pages", function()
    for _, name in ipairs({ "Alpha", "Beta", "Alphabet" }) do
      api:data("POST", "/apps", { name = name })
    end
    assert.same({ "Alphabet", "Alpha" }, api:column("name", "/apps?search=ALPHA"))
    assert.same({ "Default app", "Alpha" }, api:column("name", "/apps?sort_order=ASC&per_page=2"))
    assert.same({ "Alpha", "Default app" }, api:column("name", "/apps?page_no=2&per_page=2"))
    assert.equal(400, (api:failure("GET", "/apps?sort_order=UP")))
  end)

  it("are reloaded and used by a client", function()
    local app = assert(api.emulator:client().apps:create({ name = "Mine" }))
    app.name = nil
    assert.equal(app, app:reload())
    assert.equal("Mine", app.name)
    local meeting = assert(app.meetings:create({ title = "In it" }))
    assert.equal(meeting.id, assert(app.meetings:list())[1].id)
  end)

  it("come without pages as documented", function()
    api = calls.new({ documented = true, per_page = 1 }).account
    api:data("POST", "/apps", { name = "Mine" })
    local _, reply = api:send("GET", "/apps?page_no=2")
    assert.is_nil(reply.paging)
    assert.equal(2, #reply.data)
  end)
end)
