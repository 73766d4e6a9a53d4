-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")

--- An app with meetings titled "1" to the count.
local function with_meetings(count, options)
  local api = calls.new(options)
  for i = 1, count do
    api:data("POST", "/meetings", { title = tostring(i) })
  end
  return api
end

describe("the emulator's pages", function()
  it("are newest first and count from 1, both ends included", function()
    local api = with_meetings(5)
    local _, reply = api:send("GET", "/meetings?page_no=2&per_page=2")
    assert.same({ "3", "2" }, { reply.data[1].title, reply.data[2].title })
    assert.same({ total_count = 5, start_offset = 3, end_offset = 4 }, reply.paging)
  end)

  it("end with a short page", function()
    local _, reply = with_meetings(5):send("GET", "/meetings?page_no=3&per_page=2")
    assert.equal(1, #reply.data)
    assert.same({ total_count = 5, start_offset = 5, end_offset = 5 }, reply.paging)
  end)

  it("are empty arrays with offsets of 0 beyond the end", function()
    local _, reply, response = with_meetings(2):send("GET", "/meetings?page_no=2")
    assert.same({}, reply.data)
    assert.matches('"data":[]', response.body, 1, true)
    assert.same({ total_count = 2, start_offset = 0, end_offset = 0 }, reply.paging)
  end)

  it("are that, or all, however large the numbers are", function()
    local api, most = with_meetings(2), "9223372036854775807"
    for _, query in ipairs({ "page_no=" .. most, "page_no=2&per_page=" .. most }) do
      local _, reply = api:send("GET", "/meetings?" .. query)
      assert.same({}, reply.data)
      assert.same({ total_count = 2, start_offset = 0, end_offset = 0 }, reply.paging)
    end
    local _, reply = api:send("GET", "/meetings?page_no=1&per_page=" .. most)
    assert.same({ total_count = 2, start_offset = 1, end_offset = 2 }, reply.paging)
  end)

  it("are empty arrays with offsets of 0 for an empty list", function()
    local _, reply = with_meetings(0):send("GET", "/meetings")
    assert.same({ total_count = 0, start_offset = 0, end_offset = 0 }, reply.paging)
  end)

  it("have 25 items unless the request or an option says otherwise", function()
    assert.equal(25, #with_meetings(30):data("GET", "/meetings"))
    assert.equal(10, #with_meetings(30, { per_page = 10 }):data("GET", "/meetings"))
    assert.equal(30, #with_meetings(30):data("GET", "/meetings?per_page=100"))
  end)

  it("are cut down to a largest size without a word", function()
    local _, reply = with_meetings(5, { max_per_page = 2 }):send("GET", "/meetings?per_page=4")
    assert.equal(2, #reply.data)
    assert.same({ total_count = 5, start_offset = 1, end_offset = 2 }, reply.paging)
  end)

  it("together hold every item once", function()
    local api, seen = with_meetings(23), {}
    for page_no = 1, 5 do
      for _, title in ipairs(api:column("title", "/meetings?per_page=5&page_no=" .. page_no)) do
        seen[#seen + 1] = title
      end
    end
    assert.equal(23, #seen)
    for i, title in ipairs(seen) do
      assert.equal(tostring(24 - i), title)
    end
  end)

  it("refuse numbers that are no page", function()
    local api = with_meetings(0)
    local wrong = { "page_no=0", "page_no=-1", "page_no=x", "page_no=1.5", "per_page=0" }
    for _, query in ipairs(wrong) do
      assert.equal(400, (api:failure("GET", "/meetings?" .. query)))
    end
  end)
end)
