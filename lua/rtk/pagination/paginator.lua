-- SPDX-License-Identifier: MIT
-- Fetches the pages of one list: it knows the operation, the query and options, and the class of
-- the items.

local core = require("rtk.core")
local errors = require("rtk.http.errors")
local iterator = require("rtk.pagination.iterator")
local envelope = require("rtk.pagination.envelope")
local object = require("rtk.resources.object")
local option = require("rtk.config.options")
local page = require("rtk.pagination.page")
local prefetch = require("rtk.pagination.prefetch")
local schema = require("rtk.schema")

---@class rtk.Paginator
---@field first_page_no integer the page that fetch returns by default
---@field per_page? number from the query
---@field has_pages boolean whether the list is known to have pages, or the caller asks for one
local Paginator = {}
Paginator.__index = Paginator

local paginator = {}

local SHORTEST_TIME = 1e-9 -- seconds, in which nothing is sent

local function without_limits(options)
  if not options then return nil end
  local copy = {}
  for name, value in pairs(options) do
    if not option.each[name] then copy[name] = value end
  end
  return copy
end

-- The caller may change its table before the last page is fetched.
local function snapshot(query)
  if type(query) ~= "table" then return query end
  local copy = {}
  for name, value in pairs(query) do
    copy[name] = value
  end
  return setmetatable(copy, getmetatable(query))
end

--- Makes a paginator.
---@param client rtk.Client
---@param op rtk.Operation
---@param ids any[]
---@param query? table
---@param options? rtk.EachOptions already checked
---@param class table of the items
---@param context? table what the items' methods need besides their own fields
---@return rtk.Paginator
function paginator.new(client, op, ids, query, options, class, context)
  local self = setmetatable({
    _client = client,
    _op = op,
    _ids = ids,
    _query = snapshot(query),
    _options = without_limits(options),
    _limits = options,
    _class = class,
    _context = context,
  }, Paginator)
  self.per_page = self:_requested("per_page")
  local page_no = self:_requested("page_no")
  self.first_page_no = page_no or 1
  self.has_pages = page_no ~= nil
    or self.per_page ~= nil
    or schema.takes_query(op.fields, "page_no")
  return self
end

--- Lets all pages together take no longer than the total_timeout of the options, or of the client,
--- instead of each as long.
function Paginator:share_time()
  local channel = self._client._channel
  local seconds = (self._options or {}).total_timeout or channel.settings.total_timeout
  if seconds then self._ends_at = channel.runtime:now() + seconds end
end

-- Options that request a page. They use extra_query because the list of webhooks has no
-- documented pages and may still get some.
function Paginator:_options_for(page_no)
  if not page_no and not self._ends_at then return self._options end
  local copy, extra = {}, {}
  for name, value in pairs(self._options or {}) do
    copy[name] = value
  end
  if self._ends_at then
    local left = self._ends_at - self._client._channel.runtime:now()
    copy.total_timeout = math.max(SHORTEST_TIME, left)
  end
  if not page_no then return copy end
  for name, value in pairs(copy.extra_query or {}) do
    extra[name] = value
  end
  extra.page_no = page_no
  copy.extra_query = extra
  return copy
end

-- A number in the query of the first page.
function Paginator:_requested(name)
  local extra = self._options and self._options.extra_query
  local value = extra and extra[name]
  if value == nil and type(self._query) == "table" then value = self._query[name] end
  return tonumber(value)
end

--- Runs a function concurrently with the caller.
---@param f function
---@return table task
function Paginator:spawn(f)
  return self._client:_spawn(f)
end

--- Fetches one page.
---@param page_no? integer default first_page_no
---@return rtk.Page? page, string? message, rtk.Error? err
function Paginator:fetch(page_no)
  local client, query = self._client, self._query
  local options = self:_options_for(page_no)
  local number = page_no or self.first_page_no
  local items, paging
  local reply, message, err = client:_call(self._op, self._ids, query, options, function(result)
    items, paging = envelope.read(result.value, self._op.fields.wrapper)
    if items then return nil end
    return errors.unusable("decode", result, result.call, "there is no list in it")
  end)
  if not reply then
    err.page_no = number
    return nil, message, err
  end
  local metatable = object.metatable(self._class, client, reply, self._context)
  for position = 1, #items do
    if type(items[position]) == "table" then object.new(items[position], metatable) end
  end
  return page.new(items, {
    paging = paging,
    page_no = number,
    has_pages = self.has_pages,
    per_page = self.per_page,
    paginator = self,
  }, reply)
end

-- Closed by a generic for that is left early, in Lua 5.4.
local function closing(ahead)
  return setmetatable({}, {
    __close = function()
      ahead:close()
    end,
  })
end

--- Iterates over the items of all pages. Misuse raises at once; nothing is sent before the first
--- item is needed.
---@return rtk.Iterator|fun(): table? iterator raises the message on failure
---@return nil, nil
---@return table? closing for a generic for of Lua 5.4
function Paginator:each()
  self._client:_prepare(self._op, self._ids, self._query, self._options)
  local limits = self._limits
  local count = core.yieldable_through_pcall and limits and limits.prefetch or 0
  if count == 0 then return iterator.new(self, limits) end
  local ahead = prefetch.new(self, count, limits)
  return iterator.new(ahead, limits), nil, nil, closing(ahead)
end

--- The first item, of all pages, that a function accepts.
---@param accepts fun(item: table): boolean
---@return table|false|nil item false when there is none
---@return string? message
---@return rtk.Error? err
function Paginator:find(accepts)
  return iterator.find(self, accepts)
end

return paginator
