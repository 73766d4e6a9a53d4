-- SPDX-License-Identifier: MIT
-- A list of the API as one call gives it: where it is, and what its items are.
--
-- It fetches single pages; rtk.pagination.page goes from one to the next.

local errors = require("rtk.http.errors")
local iterator = require("rtk.pagination.iterator")
local envelope = require("rtk.pagination.envelope")
local object = require("rtk.resources.object")
local option = require("rtk.config.options")
local page = require("rtk.pagination.page")
local prefetch = require("rtk.pagination.prefetch")
local schema = require("rtk.schema")

local List = {}
List.__index = List

local list = {}

local function without_limits(options)
  if not options then return nil end
  local copy = {}
  for name, value in pairs(options) do
    if not option.each[name] then copy[name] = value end
  end
  return copy
end

-- The caller may use its table for something else before the last page is asked for.
local function snapshot(query)
  if type(query) ~= "table" then return query end
  local copy = {}
  for name, value in pairs(query) do
    copy[name] = value
  end
  return setmetatable(copy, getmetatable(query))
end

--- Describes a list.
---@param client rtk.Client
---@param op rtk.Operation
---@param ids any[]
---@param query? table
---@param options? rtk.EachOptions already checked
---@param class table of the items
---@param context? table what the items' methods need besides their own fields
---@return table list
function list.new(client, op, ids, query, options, class, context)
  return setmetatable({
    _client = client,
    _op = op,
    _ids = ids,
    _query = snapshot(query),
    _options = without_limits(options),
    _limits = options,
    _class = class,
    _context = context,
  }, List)
end

-- Options that ask for a page: by extra_query, because the list of webhooks is not
-- known to have pages and may yet turn out to have some.
function List:_options_for(page_no)
  if not page_no then return self._options end
  local copy, extra = {}, {}
  for name, value in pairs(self._options or {}) do
    copy[name] = value
  end
  for name, value in pairs(copy.extra_query or {}) do
    extra[name] = value
  end
  extra.page_no = page_no
  copy.extra_query = extra
  return copy
end

-- A number that the first page is asked with.
function List:_asked(name)
  local extra = self._options and self._options.extra_query
  local value = extra and extra[name]
  if value == nil then value = self._query and self._query[name] end
  return tonumber(value)
end

--- The number of the page that fetch gives when it is told none.
---@return integer
function List:first_page_no()
  return self:_asked("page_no") or 1
end

--- How many items are asked for in a page.
---@return integer?
function List:per_page()
  return self:_asked("per_page")
end

--- Whether the list is known to have pages, or the caller asks for one.
---@return boolean
function List:has_pages()
  if schema.takes_query(self._op.fields, "page_no") then return true end
  return self:per_page() ~= nil or self:_asked("page_no") ~= nil
end

--- Runs a function beside the caller.
---@param f function
---@return table task
function List:spawn(f)
  return self._client:_spawn(f)
end

--- Fetches one page.
---@param page_no? integer default the one that the query names
---@return rtk.Page? page, string? message, rtk.Error? err
function List:fetch(page_no)
  local client, query = self._client, self._query
  local options = self:_options_for(page_no)
  local reply, message, err = client:_call(self._op, self._ids, query, options)
  if not reply then return nil, message, err end
  local items, paging = envelope.read(reply.value, self._op.fields.wrapper)
  if not items then
    err = errors.unusable("decode", reply, reply.call, "there is no list in it")
    return nil, err.message, err
  end
  local metatable = object.metatable(self._class, client, reply, self._context)
  for position = 1, #items do
    if type(items[position]) == "table" then setmetatable(items[position], metatable) end
  end
  return page.new(items, {
    paging = paging,
    page_no = page_no or self:first_page_no(),
    list = self,
  }, reply)
end

-- Pages are not kept, so fetching is all there is to do.
List.fetch_again = List.fetch

--- Is told of each page that a walk comes to; nothing depends on it here.
---@param _page rtk.Page
function List:learn(_page) end

--- Is told when the walk is over.
function List:close() end

-- What a generic for closes when it is left, where Lua does that (5.4).
local function closing(ahead)
  return setmetatable({}, {
    __close = function()
      ahead:close()
    end,
  })
end

--- Walks the items of all pages. Raises at once what could not be sent, though
--- nothing is sent before the first item is asked for.
---@return fun(): table? item raises the message on failure
function List:each()
  self._client:_prepare(self._op, self._ids, self._query, self._options)
  local limits = self._limits
  if not limits or (limits.prefetch or 0) == 0 then return iterator.new(self, limits) end
  local ahead = prefetch.new(self, limits.prefetch, limits)
  return iterator.new(ahead, limits), nil, nil, closing(ahead)
end

return list
