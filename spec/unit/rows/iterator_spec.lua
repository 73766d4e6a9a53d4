-- SPDX-License-Identifier: MIT
-- What chat_rows and transcript_rows return, on files that are not downloaded.

local clients = require("spec.support.clients.clients")
local iterator = require("rtk.rows.iterator")

local has_closing_values = _VERSION >= "Lua 5.4"

-- An iterator over a chat of which each chunk is one line, with what was done to the file.
local function new(lines, failure)
  local state = { opened = 0, closed = 0, given = 0 }
  local it, _, _, closing = iterator.new("chat", function()
    state.opened = state.opened + 1
    return function()
      state.given = state.given + 1
      local line = lines[state.given]
      if type(line) == "function" then line() end
      if not line and failure then return nil, failure.message, failure end
      return line and line .. "\n"
    end, function()
      state.closed = state.closed + 1
    end
  end)
  return it, state, closing
end

-- A chat whose first row fills what is read at once.
local function lines_of(count)
  local lines = { "id,payload,createdAt", "m1," .. ("x"):rep(5000) .. ",1" }
  for index = 2, count do
    lines[index + 1] = ("m%d,text,%d"):format(index, index)
  end
  return lines
end

describe("rtk.rows.iterator", function()
  it("is called for the next row, until there is none, and opens the file once", function()
    local it, state = new(lines_of(3))
    assert.equal(0, state.opened)
    local ids = {}
    for row in it do
      ids[#ids + 1] = row.id
      assert.equal(#ids, it.row_no)
    end
    assert.same({ "m1", "m2", "m3" }, ids)
    assert.is_nil(it())
    assert.same({ opened = 1, closed = 1, given = 5 }, state)
    assert.is_nil(it.err)
  end)

  it("reads no more of the file than it needs, and closes it when the loop is left", function()
    local it, state, closing = new(lines_of(1000))
    assert.equal("m1", it().id)
    assert.equal(2, state.given)
    assert.equal(it, closing)
    if has_closing_values then
      getmetatable(closing).__close(closing)
    else
      it.close()
    end
    it:close()
    assert.is_nil(it())
    assert.same({ opened = 1, closed = 1, given = 2 }, state)
  end)

  it("is not opened when it is closed before", function()
    local it, state = new(lines_of(1))
    it:close()
    assert.is_nil(it())
    assert.equal(0, state.opened)
  end)

  it("raises what cannot be read at the line of the loop, with the error in err", function()
    local it, state = new({ "id,payload,createdAt", "m1,a,1", "m2,b,secret", "m3,c,3" })
    assert.equal("m1", it().id)
    local ok, message = pcall(function()
      return (it())
    end)
    assert.is_false(ok)
    local reason = "row 2 of the chat cannot be read: its createdAt is no date"
    assert.equal(reason, message:match("^.*iterator_spec%.lua:%d+: (.*)$"))
    assert.equal("rtk.RowIterator after row 1 of the chat", tostring(it))
    assert.same(
      { "decode", "broken_file", 2, reason },
      { it.err.kind, it.err.reason, it.err.row_no, tostring(it.err) }
    )
    assert.equal(1, state.closed)
    assert.is_nil(it())
  end)

  it("raises the failure of a download, when it begins and later", function()
    local failure = { kind = "connection", message = "the connection was lost" }
    local it, state = new(lines_of(2), failure)
    assert.equal("m1", it().id)
    assert.equal("m2", it().id)
    assert.matches("the connection was lost$", select(2, pcall(it)))
    assert.equal(failure, it.err)
    assert.equal(1, state.closed)
    assert.is_nil(it())
    it, state = new({}, failure)
    assert.matches("the connection was lost$", select(2, pcall(it)))
    assert.same({ opened = 1, closed = 1, given = 1 }, state)
  end)

  it("closes the file when what reads it raises", function()
    local it, state = new({
      "id,payload,createdAt",
      function()
        error("no memory", 0)
      end,
    })
    local ok, message = pcall(it)
    assert.same({ false, "no memory" }, { ok, message })
    assert.equal(1, state.closed)
  end)

  it("is read by one coroutine at a time, and may be closed by another", function()
    local lines = lines_of(2)
    lines[2] = coroutine.yield
    local it, state = new(lines)
    local reader = coroutine.wrap(function()
      return it()
    end)
    reader()
    assert.matches("another coroutine waits for this file's next row", clients.misuse_of(it))
    it:close()
    assert.equal(1, state.closed)
  end)

  it("is no array, and names the nearest of its members", function()
    local it = new(lines_of(1))
    local function get(key)
      return clients.misuse_of(function()
        return it[key]
      end)
    end
    assert.matches("rows are an iterator and no array", get(1))
    assert.matches('an iterator of rows has no "rowno"; did you mean "row_no"', get("rowno"))
    assert.is_nil(it._open)
  end)
end)
