-- SPDX-License-Identifier: MIT
-- A client with every option set. At every event and on demand it checks that nothing a debugger
-- would print of it holds a secret.

local confidential = require("spec.support.asserts.confidential")
local rawserver = require("spec.support.servers.rawserver")
local rtk = require("rtk")

local printed_client = {}

-- Secrets: credentials, request bodies and headers, replies.
local secrets = {
  ["api-token-secret"] = "credential",
  ["legacy-key-secret"] = "credential",
  ["b3JnYW5pemF0aW9uOmxlZ2FjeS1rZXktc2VjcmV0"] = "credential",
  ["redis-password-secret"] = "password of Redis",
  ["proxy-password-secret"] = "password of a proxy",
  ["header-secret"] = "header",
  ["call-header-secret"] = "header",
  ["body-secret"] = "body",
  ["reply-header-secret"] = "header of a reply",
  ["reply-body-secret"] = "body of a reply",
}

local REPLY = '{"success":true,"data":{"id":"m1","title":"reply-body-secret"}}'
local HEAD = "HTTP/1.1 200 OK\\r\\nSet-Cookie: a=reply-header-secret\\r\\nContent-Length: "
local OK = HEAD .. #REPLY .. "\\r\\n\\r\\n" .. REPLY
local NO = "HTTP/1.1 503 Unavailable\\r\\nContent-Length: 0\\r\\n\\r\\n"

--- Starts a server that refuses the first request, and on its first connection every other one; it
--- takes a while for the rest.
---@return table server
function printed_client.serve()
  return rawserver.start(
    { "read", "send", NO, "read", "sleep", 150, "send", OK, "again" },
    { "read", "sleep", 150, "send", OK, "again" }
  )
end

--- Options with secrets in them, for such a server.
---@param port integer
---@return table options of rtk.new
function printed_client.options(port)
  return {
    api_token = "api-token-secret",
    account_id = "a",
    app_id = "b",
    base_url = "http://127.0.0.1:" .. port,
    proxy = "http://user:proxy-password-secret@127.0.0.1:" .. port,
    headers = { ["X-Own"] = "header-secret" },
    ca_file = "/etc/ssl/certs/ca-certificates.crt",
    user_agent = "spec",
    tag = "spec",
    timeout = 30,
    connect_timeout = 30,
    total_timeout = 60,
    max_retries = 1,
    max_retry_wait = 5,
    max_response_bytes = 2 ^ 20,
    max_connections = 4,
    allow_insecure = true,
    allow_blocking = true,
    rate_limit = rtk.rate_limit.memory(),
  }
end

-- What a program can print of rtk without a client.
local function modules()
  local found = {}
  for name, module in pairs(package.loaded) do
    if name:find("^rtk") then found[name] = module end
  end
  return found
end

local Printed = {}
Printed.__index = Printed

--- Raises if a secret can be printed.
---@param place string when that is
---@param event? table
function Printed:look(place, event)
  for what, value in pairs({ client = self.client, event = event, modules = modules() }) do
    confidential.check(secrets, confidential.dump(value), place .. ": " .. what)
  end
  self.looks = self.looks + 1
end

--- A call that is answered at the second attempt, with secrets in it.
---@return table meeting
function Printed:call()
  local body = { title = "body-secret" }
  return assert(self.client.meetings:update("m1", body, {
    headers = { ["X-Call"] = "call-header-secret" },
  }))
end

--- A call that is not repeated, so that the client calls reconcile.
---@return table found
function Printed:call_in_doubt()
  return assert(self.client.meetings:create({ title = "body-secret" }, {
    headers = { ["X-Call"] = "call-header-secret" },
    reconcile = function()
      self:look("reconcile")
      return { id = "found" }
    end,
  }))
end

--- Looks until a call is over.
---@param is_done fun(): boolean
---@param sleep fun(seconds: number)
function Printed:look_until(is_done, sleep)
  local looks = 0
  while not is_done() do
    self:look("while a call is in flight")
    looks = looks + 1
    sleep(0.02)
  end
  return looks
end

--- Makes a client that looks at every event.
---@param options table of rtk.new
---@return table printed with client, types (a set of the events so far) and looks
function printed_client.new(options)
  local self = setmetatable({ types = {}, looks = 0 }, Printed)
  function options.on_event(event)
    self.types[event.type] = true
    self:look("at " .. event.type, event)
  end
  self.client = assert(rtk.new(options))
  self:look("at rest")
  return self
end

return printed_client
