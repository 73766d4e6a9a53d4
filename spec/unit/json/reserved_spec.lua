-- SPDX-License-Identifier: MIT
local call = require("spec.support.clients.call")
local core = require("rtk.core")
local rawserver = require("spec.support.servers.rawserver")
local rtk = require("rtk")

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

describe("a reply's keys", function()
  local serve = rawserver.around()
  local transport

  before_each(function()
    transport = assert(core.transport({ proxy = "" }))
  end)

  after_each(function()
    transport:close()
  end)

  local function script(body)
    local text = ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"):format(
      #body
    )
    return { "read", "send", ((text .. body):gsub("\\", "\\\\"):gsub("\r\n", "\\r\\n")) }
  end

  -- What the results of replies with these bodies say of reserved names.
  local function unreserved(...)
    local scripts, found = {}, {}
    for position, body in ipairs({ ... }) do
      scripts[position] = script(body)
    end
    local server = serve(unpack(scripts))
    for position = 1, #scripts do
      call.submit(transport, server.url)
      local _, results = call.drain(transport)
      assert.truthy(results[1].value, results[1].message)
      found[position] = results[1].unreserved or false
    end
    return found
  end

  local filler = ('"filler":"%s"'):format(("x"):rep(100))

  it("are looked up among the reserved names wherever they stand", function()
    local long = ("long_name_"):rep(10)
    local number = core.reserve({ spec_kept = true, [long] = true })
    assert.same(
      { number, false, false, false, false, false, false, number, number },
      unreserved(
        '{"a":1,' .. filler .. "}",
        '{"spec_kept":1,' .. filler .. "}",
        '{"a":[{"b":{"spec_kept":null}}],' .. filler .. "}",
        "{" .. filler .. ',"spec_kept":1}',
        '{"spec_k\\u0065pt":1,' .. filler .. "}",
        ('{"%s":1,%s}'):format(long, filler),
        '{"spec_kept":1,"a":{"spec_kept":2}}',
        '{"a":"spec_kept","spec_kept2":["spec_kept"],' .. filler .. "}",
        "[]"
      )
    )
  end)

  it("are looked up among many that are new", function()
    local number, keys = core.reserve({ spec_crowd = true }), {}
    for position = 1, 2000 do
      keys[position] = ('"new_%d":%d'):format(position, position)
    end
    local plain = "{" .. table.concat(keys, ",") .. "," .. filler .. "}"
    table.insert(keys, 1800, '"spec_crowd":1')
    local crowded = "{" .. table.concat(keys, ",") .. "," .. filler .. "}"
    assert.same({ number, false, false }, unreserved(plain, crowded, crowded))
  end)

  it("that are known already are looked up again when more names are reserved", function()
    local text = '{"spec_later":1,' .. filler .. "}"
    local before = core.reserve({})
    assert.same({ before, before }, unreserved(text, text))
    local after = core.reserve({ spec_later = true })
    assert.is_true(after > before)
    assert.same({ false, after }, unreserved(text, '{"a":1}'))
  end)

  -- Decodes so many different keys and values that each place of the cache has had one.
  local function crowd(round)
    for text = 1, 200 do
      local members = { '"known":1' }
      for position = 2, 30 do
        local name = ("%d_%d_%d"):format(round, text, position)
        members[position] = ('"key_%s":"value_%s"'):format(name, name)
      end
      assert(core.decode("{" .. table.concat(members, ",") .. "}"))
    end
  end

  it("that are empty, and empty values, are what they are after names were reserved", function()
    for round = 1, 3 do
      crowd(round)
      core.reserve({ ["spec_reserved_" .. round] = true })
      local value = core.decode('{"a":"","":"b","c":["",""],' .. filler .. "}")
      assert.same({ "", "b" }, { value.a, value[""] })
      assert.same({ "", "" }, { value.c[1], value.c[2] })
    end
  end)

  it("are looked up by transports as before when the module is loaded again", function()
    local loaded = package.loaded["rtk.core"]
    package.loaded["rtk.core"] = nil
    local again = require("rtk.core")
    package.loaded["rtk.core"] = loaded
    assert.are_not.equal(core, again)
    assert.equal(core.array_metatable, again.array_metatable)
    local number = again.reserve({ spec_again = true })
    assert.is_true(number < core.reserve({}))
    assert.same({ number + 1, false }, unreserved('{"a":1}', '{"spec_again":1}'))
  end)

  it("that are named like a method leave the methods of all items of a page alone", function()
    local function item(number, more)
      return ('{"id":"m%d","title":"T"%s}'):format(number, more or "")
    end
    local items = { item(1), item(2, ',"update":{"at":1}'), item(3), "5", item(4, ',"reload":1') }
    local plain = { item(1), item(2), "5", "[]" }
    local server = serve(
      script('{"success":true,"data":[' .. table.concat(items, ",") .. "]}"),
      script('{"success":true,"data":[' .. table.concat(plain, ",") .. "]}")
    )
    local client = rtk.new({
      api_token = "t",
      account_id = "a",
      app_id = "b",
      base_url = server.url,
      max_retries = 0,
    })
    local page = assert(client.meetings:list())
    assert.equal("function", type(page[2].update))
    assert.equal("function", type(page[5].reload))
    assert.same({ id = "m2", title = "T", update = { at = 1 } }, rtk.fields(page[2]))
    assert.same({ id = "m4", title = "T", reload = 1 }, rtk.fields(page[5]))
    assert.equal(getmetatable(page[1]), getmetatable(page[3]))
    assert.equal(5, page[4])
    page = assert(client.meetings:list())
    assert.equal(getmetatable(page[1]), getmetatable(page[2]))
    assert.equal("function", type(page[2].update))
    assert.equal("T", page[2].title)
    assert.equal(5, page[3])
    client:close()
  end)
end)
