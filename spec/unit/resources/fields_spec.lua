-- SPDX-License-Identifier: MIT
-- The option `fields`: over HTTP, where the transport skips the others, and with an emulator in the
-- process, whose transport does not.

local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local emulator = require("rtk.emulator")
local emulator_server = require("rtk.emulator.server")
local rtk = require("rtk")

-- The names of what a value has, sorted.
local function names_of(value)
  local names = {}
  for name in pairs(value) do
    names[#names + 1] = name
  end
  table.sort(names)
  return table.concat(names, " ")
end

describe("fields", function()
  local server, clients_by_place

  local good = emulator.new()

  setup(function()
    server = assert(emulator_server.start())
    clients_by_place = {
      http = rtk.new({
        base_url = server.url,
        api_token = good.api_token,
        account_id = good.account_id,
        app_id = good.app_id,
      }),
      process = good:client(),
    }
    for _, client in pairs(clients_by_place) do
      for number = 1, 5 do
        assert(client.meetings:create({ title = "meeting " .. number }))
      end
    end
  end)

  teardown(function()
    server:stop()
  end)

  for _, place in ipairs({ "http", "process" }) do
    describe("(" .. place .. ")", function()
      local client

      setup(function()
        client = clients_by_place[place]
      end)

      it(
        "are the only ones of the items of a list, with id, and the page has its paging",
        function()
          local page =
            assert(client.meetings:list({ per_page = 2 }, { fields = { "title", "paging" } }))
          assert.equal(2, #page)
          for _, meeting in ipairs(page) do
            assert.equal("id title", names_of(meeting))
            assert.truthy(meeting.title:find("^meeting %d$"))
          end
          assert.is_true(page.paging.total_count >= 5)
        end
      )

      it(
        "are the only ones on all pages of an iterator, with prefetch and from a page on",
        function()
          local function count(iterator)
            local found = 0
            for meeting in iterator do
              assert.equal("id status", names_of(meeting))
              found = found + 1
            end
            return found
          end
          local all = #assert(client.meetings:list({ per_page = 100 }))
          local options = { fields = { "status" }, prefetch = 2 }
          assert.equal(all, count((client.meetings:each({ per_page = 2 }, options))))
          local page = assert(client.meetings:list({ per_page = 2 }, { fields = { "status" } }))
          assert.equal(all, count((page:each())))
          assert.equal("id status", names_of(assert(page:next())[1]))
        end
      )

      it("are the only ones of what get returns", function()
        local id = assert(client.meetings:list({ per_page = 1 }))[1].id
        local meeting = assert(client.meetings:get(id, nil, { fields = { "title" } }))
        assert.equal("id title", names_of(meeting))
        assert.equal(id, meeting.id)
        meeting = assert(client.meetings:get(id, nil, { fields = {} }))
        assert.equal("id", names_of(meeting))
      end)

      it("are said by the response, where not all were asked for", function()
        local page = assert(client.meetings:list({}, { fields = { "title", "id", "title" } }))
        assert.is_nil(page[1].status)
        assert.same({ "id", "title" }, rtk.response(page[1]).fields)
        rtk.response(page[1]).fields[1] = "changed"
        assert.same({ "id", "title" }, rtk.response(page).fields)
        assert.is_nil(rtk.response(assert(client.meetings:list())[1]).fields)
      end)

      it("leave an object its methods", function()
        local page = assert(client.meetings:list({}, { fields = {} }))
        local meeting = page[1]
        assert(meeting:update({ title = "another" }))
        assert.equal("another", meeting.title)
        assert.equal("ACTIVE", meeting.status)
        assert.is_nil(rtk.response(meeting).fields)
        assert.equal("meeting", assert(page[2]:reload()).title:match("^%l+"))
        local participants = assert(page[3]:participants(nil, { fields = { "name" } }))
        assert.equal(0, #participants)
      end)

      it("do not hide why a call failed", function()
        local _, message, err =
          client.meetings:get("00000000-0000-4000-8000-00000000dead", nil, { fields = { "title" } })
        assert.equal("not_found", err.kind)
        assert.truthy(message:find("HTTP 404", 1, true))
        assert.is_table(err.errors[1])
      end)
    end)
  end

  -- The result of a request below the meetings that selects nothing but ids.
  local function result_of(suffix)
    local transport = assert(core.transport({ proxy = "" }))
    finally(function()
      transport:close()
    end)
    local path = "/accounts/%s/realtime/kit/%s/meetings"
    assert(transport:submit({
      method = "GET",
      url = server.url .. path:format(good.account_id, good.app_id) .. suffix,
      headers = { "Authorization: Bearer " .. good.api_token },
      selection = "[\0id\0",
    }))
    local results
    repeat
      results = transport:step(1)
    until results[1]
    return results[1]
  end

  it("let the transport skip the others, but read an error whole", function()
    local result = result_of("")
    assert.is_true(result.is_selected)
    assert.equal("id", names_of(result.value.data[1]))
    assert.equal(true, result.value.success)
    result = result_of("/00000000-0000-4000-8000-00000000dead")
    assert.is_nil(result.is_selected)
    assert.equal("code message", names_of(result.value.error))
  end)

  it("are refused by the transport when they are malformed", function()
    local transport = assert(core.transport({ proxy = "" }))
    local request = { method = "GET", url = server.url, selection = "id" }
    local message = clients.misuse_of(transport.submit, transport, request)
    assert.truthy(message:find("field 'selection' must be a selection of fields", 1, true), message)
    transport:close()
  end)

  it("are those of an object in a wrapper, and of one in a list's place", function()
    local reply = { data = { session = { id = "s", status = "LIVE", meeting_id = "m" } } }
    local client = clients.fake({ { value = reply } })
    local session = assert(client.sessions:get("s", nil, { fields = { "status" } }))
    assert.equal("id status", names_of(session))
    client = clients.fake({ { value = { data = { id = "w", name = "n", url = "u" } } } })
    local page = assert(client.webhooks:list(nil, { fields = { "name" } }))
    assert.equal("id name", names_of(page[1]))
  end)

  local function misuse_of(method, ...)
    local client = clients.fake({})
    return clients.misuse_of(client.meetings[method], client.meetings, ...)
  end

  it("that the schema does not know raise, with the nearest that it knows", function()
    local message = misuse_of("list", {}, { fields = { "titel" } })
    assert.truthy(message:find('no object has a field "titel"; did you mean "title"?', 1, true))
    message = misuse_of("each", {}, { fields = { "created" } })
    assert.truthy(message:find('did you mean "created_at"?', 1, true), message)
    message = misuse_of("get", "m", nil, { fields = { "paging" } })
    assert.truthy(message:find('no object has a field "paging"', 1, true), message)
  end)

  it("must be an array of names", function()
    for _, fields in ipairs({ "title", { title = true }, { 1 }, { "title", x = 1 }, { {} } }) do
      assert.truthy(misuse_of("list", {}, { fields = fields }):find("fields", 1, true))
    end
  end)

  it("are an option of nothing else", function()
    local owner = "it is an option of list, each and get"
    assert.truthy(misuse_of("create", {}, { fields = { "title" } }):find(owner, 1, true))
    assert.truthy(misuse_of("update", "m", {}, { fields = { "title" } }):find(owner, 1, true))
    assert.truthy(
      misuse_of("ensure", { title = "x" }, { fields = { "title" } }):find(owner, 1, true)
    )
    local find = misuse_of("find_participant", "m", { name = "x" }, { fields = { "name" } })
    assert.truthy(find:find(owner, 1, true))
    assert.truthy(clients.misuse_of(rtk.new, { fields = {} }):find(owner, 1, true))
  end)

  it("have no use where there are no objects with an id", function()
    local client = clients.fake({})
    local webhooks = client.webhooks
    local message = clients.misuse_of(webhooks.list_events, webhooks, nil, { fields = { "id" } })
    assert.truthy(message:find("fields has no use here", 1, true), message)
  end)
end)
