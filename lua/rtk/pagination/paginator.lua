-- SPDX-License-Identifier: MIT
-- Fetches the pages of one list: it knows the operation, the query and options, and the class of
-- the items.

local core = require("rtk.core")
local envelope = require("rtk.pagination.envelope")
local input_table = require("rtk.input_table")
local object = require("rtk.values.object")
local page = require("rtk.pagination.page")
local request = require("rtk.request")
local selection = require("rtk.values.selection")

---@class rtk.Paginator
---@field first_page_no integer the page that fetch returns by default
---@field per_page? number from the query
---@field has_pages boolean whether the list is known to have pages, or the caller asks for one
local Paginator = {}
Paginator.__index = Paginator

local paginator = {}

-- A number in the query of the first page. That of webhooks has no documented pages and may still
-- get some, so extra_query counts, too.
local function requested(name, query, options)
  local extra = options and options.extra_query
  local value = extra and extra[name]
  if value == nil and type(query) == "table" then value = query[name] end
  return tonumber(value)
end

-- What the query and the options of a call change.
local function apply(self, op, query, options)
  local page_no = requested("page_no", query, options)
  self.per_page = requested("per_page", query, options)
  self.first_page_no = page_no or 1
  self.has_pages = self.has_pages or page_no ~= nil or self.per_page ~= nil
  self._query, self._options = query, options
  if options and options.fields then self._selection = selection.of(op, options) end
end

-- The options as they were checked: the program's table may be changed while pages are walked.
local function own_options(options)
  local own = input_table.copy("options", options)
  own.headers = input_table.copy("headers", own.headers)
  return own
end

--- Makes a paginator; raises what cannot be sent.
---@param client rtk.Client
---@param op rtk.Operation
---@param ids any[]
---@param query? table
---@param options? rtk.EachOptions already checked
---@param class table of the items
---@param context? table what the items' methods need besides their own fields
---@return rtk.Paginator
function paginator.new(client, op, ids, query, options, class, context)
  if options then options = own_options(options) end
  local self = setmetatable({
    first_page_no = 1,
    has_pages = op.takes_page_no,
    _client = client,
    _list = request.list(client._scope, op, ids, query, options),
    _ids = ids,
    _class = class,
    _context = context,
  }, Paginator)
  if query ~= nil or options then apply(self, op, query, options) end
  return self
end

--- Lets all pages together take no longer than the total_timeout of the options, or of the client,
--- instead of each as long.
function Paginator:share_time()
  local channel = self._client._channel
  local seconds = (self._options or {}).total_timeout or channel.settings.total_timeout
  if seconds then self._ends_at = channel.runtime:now() + seconds end
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
  local client = self._client
  local call, chosen = request.page(self._list, page_no, self._ends_at), self._selection
  if chosen then selection.put(call, chosen) end
  local reply, message, err =
    client:_run(call, self._ids, self._query, self._options, envelope.read_reply)
  page_no = page_no or self.first_page_no
  if not reply then
    err.page_no = page_no
    return nil, message, err
  end
  if chosen then selection.cut_all(chosen, reply, reply.items) end
  local metatable = object.metatable(self._class, client, reply, self._context)
  return page.new(object.new_all(reply.items, metatable), page_no, self, reply)
end

-- Closed by a generic for that is left early, in Lua 5.4.
local function closing(ahead)
  return setmetatable({}, {
    __close = function()
      ahead:close()
    end,
  })
end

--- Iterates over the items of all pages; nothing is sent before the first item is needed.
---@return rtk.Iterator|fun(): table? iterator raises the message on failure
---@return nil, nil
---@return table? closing for a generic for of Lua 5.4
function Paginator:each()
  local limits = self._options
  local iterator = require("rtk.pagination.iterator")
  local count = core.yieldable_through_pcall and limits and limits.prefetch or 0
  if count == 0 then return iterator.new(self, limits) end
  local ahead = require("rtk.pagination.prefetch").new(self, count, limits)
  return iterator.new(ahead, limits), nil, nil, closing(ahead)
end

--- The first item, of all pages, that a function accepts.
---@param accepts fun(item: table): boolean
---@return table|false|nil item false when there is none
---@return string? message
---@return rtk.Error? err
function Paginator:find(accepts)
  return require("rtk.pagination.iterator").find(self, accepts)
end

return paginator
