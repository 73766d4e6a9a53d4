-- SPDX-License-Identifier: MIT
-- Lists in all documented and observed forms: items in data or in a member of data; paging beside
-- data, inside it, or absent; an empty list as a 404.

local clients = require("spec.support.clients.clients")
local rtk = require("rtk")
local wire_answers = require("spec.support.data.wire_answers")
local wire_operations = require("spec.support.data.wire_operations")

-- Without the envelope; %s is where items go.
local forms = {
  apps = { '"data":[%s]', '"data":[%s],"paging":PAGING' },
  meetings = { '"data":[%s],"paging":PAGING' },
  presets = { '"data":[%s],"paging":PAGING' },
  recordings = { '"data":[%s],"paging":PAGING' },
  webhooks = { '"data":[%s]' },
  sessions = {
    '"data":{"sessions":[%s]}',
    '"data":{"sessions":[%s]},"paging":PAGING',
    '"data":{"sessions":[%s],"paging":PAGING}',
  },
  ["sessions participants"] = {
    '"data":{"participants":[%s],"paging":PAGING}',
    '"data":{"participants":[%s]}',
    '"data":{"participants":[%s]},"paging":PAGING',
  },
  ["meetings participants"] = { '"data":[%s],"paging":PAGING' },
  livestreams = { '"data":[%s],"paging":PAGING', '"data":{"livestreams":[%s]},"paging":PAGING' },
}

-- What any list might look like one day.
local courtesies = { '"data":[%s]', '"result":[%s],"result_info":PAGING', '"data":[%s],"new":{}' }

local function text_of(form, items, paging)
  local text = "{" .. form:gsub("%%s", (items:gsub("%%", "%%%%"))) .. ',"success":true}'
  return (text:gsub("PAGING", paging or '{"total_count":2,"start_offset":1,"end_offset":2}'))
end

local function ids_of(page)
  local ids = {}
  for index, item in ipairs(page) do
    ids[index] = item.id
  end
  return ids
end

describe("a list", function()
  local lists = {}
  for _, row in ipairs(wire_operations.rows()) do
    if row.method:find("^list") then
      local key = row.resource .. row.method:gsub("^list_?", " "):gsub(" $", "")
      lists[key] = row
    end
  end

  local function fetch(row, answers)
    local client, transport = clients.fake(answers)
    local page, message, err =
      wire_operations.call(client, row, wire_operations.arguments(row, false))
    return page, transport, message, err
  end

  -- Of a list that came later, by its place in the reply.
  local function forms_of(row)
    local key = wire_answers.of(row.operation).place:match("^data%.(.*)%[%]$")
    local items = key and ('{"%s":[%%s]}'):format(key) or "[%s]"
    local known = { '"data":' .. items, '"data":' .. items .. ',"paging":PAGING' }
    if key then known[3] = ('"data":{"%s":[%%s],"paging":PAGING}'):format(key) end
    return known
  end

  it("has known forms", function()
    local known, listed = {}, {}
    for key in pairs(forms) do
      known[key] = true
    end
    for key, row in pairs(lists) do
      if not row.answers then listed[key] = true end
    end
    assert.same(known, listed)
  end)

  for key, row in pairs(lists) do
    local all = {}
    for _, form in ipairs(forms[key] or forms_of(row)) do
      all[#all + 1] = form
    end
    for _, form in ipairs(courtesies) do
      all[#all + 1] = form
    end

    it("of " .. key .. " is an array of items, whatever its form", function()
      for _, form in ipairs(all) do
        local page = assert(fetch(row, { { text = text_of(form, '{"id":"a"},{"id":"b"}') } }))
        assert.same({ "a", "b" }, ids_of(page), form)
        local total = form:find("PAGING") and 2 or nil
        assert.equal(total, page.paging and page.paging.total_count, form)
        assert.equal(200, rtk.response(page).status)
        assert.equal(200, rtk.response(page[1]).status)
        assert.is_nil(page:next())
      end
    end)

    it("of " .. key .. " may have nothing in it", function()
      for _, form in ipairs(all) do
        for _, paging in ipairs({
          '{"total_count":0,"start_offset":0,"end_offset":0}',
          '{"total_count":0,"start_offset":1,"end_offset":0}',
          "{}",
        }) do
          local page, transport = fetch(row, { { text = text_of(form, "", paging) } })
          assert.equal(0, #page, form)
          assert.is_nil(page:next())
          assert.is_nil(page:each()())
          assert.equal("[]", require("rtk.core").encode(page))
          assert.equal(1, #transport.requests)
        end
      end
    end)

    it("of " .. key .. " goes on where its paging says so", function()
      for _, form in ipairs(all) do
        if form:find("PAGING") then
          local first = text_of(form, '{"id":"a"}', '{"total_count":2,"end_offset":1}')
          local last = text_of(form, '{"id":"b"}', '{"total_count":2,"end_offset":2}')
          local page, transport = fetch(row, { { text = first }, { text = last } })
          assert.same({ "b" }, ids_of(assert(page:next())), form)
          assert.truthy(transport:last().url:find("page_no=2", 1, true))
        end
      end
    end)

    it("of " .. key .. " without a list in it is a failure", function()
      for _, text in ipairs({ '{"success":true}', '{"success":true,"data":"x"}', "[]x", "" }) do
        local page, _, message, err = fetch(row, { { text = text } })
        assert.is_nil(page, text)
        assert.is_string(message)
        assert.equal("decode", err.kind)
      end
    end)
  end

  it("of livestreams may be the single object that the reference documents", function()
    local one = '{"data":{"id":"l1","name":"n","paging":{"total_count":1,"end_offset":1}}}'
    local page = fetch(lists.livestreams, { { text = one } })
    assert.same({ "l1" }, ids_of(page))
    assert.equal(1, page.paging.total_count)
    assert.equal("function", type(page[1].details))
    assert.is_nil(page:next())
  end)

  it("may be the paging alone when there is nothing in it", function()
    local answer = { text = '{"data":{"paging":{"total_count":0}}}' }
    for key, row in pairs(lists) do
      local page = assert(fetch(row, { answer }), key)
      assert.equal(0, #page)
      assert.is_nil(page:next())
    end
  end)

  local none = { success = false, error = { code = 404, message = "No webhooks found" } }
  local no_route = { success = false, errors = { { code = 7003, message = "Could not route" } } }

  it("of webhooks is empty when the API says 404", function()
    local page = assert(fetch(lists.webhooks, { { status = 404, json = none } }))
    assert.equal(0, #page)
    assert.is_nil(page:next())
    assert.equal(404, rtk.response(page).status)
    local client = clients.fake({ { status = 404, json = none } })
    assert.is_nil(client.webhooks:each()())
  end)

  it("of webhooks is a failure when the gateway does not know the way", function()
    for _, status in ipairs({ 400, 404 }) do
      local page, _, message, err = fetch(lists.webhooks, { { status = status, json = no_route } })
      assert.is_nil(page)
      assert.truthy(message:find("Could not route", 1, true))
      assert.equal("not_found", err.kind)
    end
  end)

  it("of anything else is a failure when the API says 404", function()
    for key, row in pairs(lists) do
      if key ~= "webhooks" then
        local page, _, _, err = fetch(row, { { status = 404, json = none } })
        assert.is_nil(page, key)
        assert.equal("not_found", err.kind)
      end
    end
    local client = clients.fake({ { status = 404, json = none } })
    local _, _, err = client.webhooks:get("w1")
    assert.equal("not_found", err.kind)
  end)
end)
