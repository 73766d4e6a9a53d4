-- SPDX-License-Identifier: MIT
-- A served emulator, a client of it, and a browser on its page.

local cjson = require("cjson").new()
local clients = require("rtk")
local http = require("spec.support.servers.emulator_http")
local server = require("rtk.emulator.server")
local shell = require("spec.support.servers.shell")
local visitor = require("spec.support.page.visitor")

local Opened = {}
Opened.__index = Opened

--- Makes one of the emulator's own calls and returns its data.
---@param name string
---@param members? table
---@return any
function Opened:tell(name, members)
  local body = shell.quote(cjson.encode(members or { seconds = nil }))
  local options = members and "--data-binary " .. body or "--request POST"
  local status, text = http.request(self.server.admin_url .. "/" .. name, options)
  assert(status == 200, text)
  return cjson.decode(text).data
end

--- Reads one of the page's calls.
---@param name string with its query
---@return table
function Opened:read(name)
  local status, text = http.request(self.server.admin_url .. "/" .. name)
  assert(status == 200, text)
  return cjson.decode(text).data
end

--- Ends both.
function Opened:stop()
  if self.visitor then self.visitor:stop() end
  self.server:stop()
end

local opened = {}

--- Starts both.
---@param options? table of the emulator
---@return table opened
function opened.start(options)
  local started = assert(server.start(options))
  local self = setmetatable({ server = started }, Opened)
  self.url = started.url:match("^(.-)/client")
  self.client = clients.new({
    base_url = started.url,
    api_token = "emulator-token",
    account_id = "0123456789abcdef0123456789abcdef",
    app_id = "00000000-0000-4000-8000-000000000001",
    timeout = 60,
  })
  local ok, problem = pcall(function()
    self.visitor = visitor.start(self.url)
  end)
  if not ok then
    started:stop()
    error(problem)
  end
  return self
end

return opened
