-- SPDX-License-Identifier: MIT
-- One call, from its first attempt to its last: what the transport takes as a
-- request, and all that is decided beforehand.

local misuse = require("rtk.misuse")
local reconcile = require("rtk.http.reconcile")
local request = require("rtk.http.request")

local call = {}

--- Makes a call; raises what cannot be sent.
---@param shared table settings and runtime of a client
---@param op rtk.Operation
---@param prefix string of the URL: the base URL, account and app
---@param path string the rest of it, without the query; that is shown
---@param query? table
---@param body? table
---@param options rtk.CallOptions already checked
---@return table call
function call.new(shared, op, prefix, path, query, body, options)
  local own, method = shared.settings, op.method
  if shared.is_closed then misuse.raise("the client is closed: make another with rtk.new") end
  if body and (method == "GET" or method == "HEAD") then
    misuse.raise(method .. " sends no body; use a query, or another method")
  end
  if options.reconcile then reconcile.check(op) end
  local text = body and request.body(body, op)
  local made = {
    operation = op,
    method = method,
    path = path,
    url = prefix .. path .. (query and request.query(query) or ""),
    headers = shared.header_lines(text ~= nil, options.headers),
    body = text,
    timeout = options.timeout or own.timeout,
    connect_timeout = own.connect_timeout,
    max_response_bytes = own.max_response_bytes,
    max_retries = options.max_retries or own.max_retries,
    priority = options.priority,
    is_legacy = own.is_legacy,
    attempt = 0,
    elapsed = 0,
  }
  local total = options.total_timeout or own.total_timeout
  if total then
    made.attempt_timeout = made.timeout
    made.deadline = shared.runtime:now() + total
  end
  return made
end

return call
