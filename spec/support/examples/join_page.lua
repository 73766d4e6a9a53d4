-- SPDX-License-Identifier: MIT
-- The join page of examples/openresty, and an emulator that it calls.

local cjson = require("cjson")
local example = require("spec.support.examples.example")
local example_nginx = require("spec.support.examples.example_nginx")
local shell = require("spec.support.servers.shell")

local JoinPage = { wait_for = example.wait_for }
JoinPage.__index = JoinPage

--- What it wrote to a log.
---@param name "error.log"|"access.log"
---@return string
function JoinPage:log(name)
  return self._nginx:log(name)
end

--- Gets a path.
---@param path string
---@param options? string more of curl's command line
---@return integer status
---@return string body
---@return string headers
function JoinPage:get(path, options)
  return self._nginx:get(path, options)
end

--- The options with which curl sends the form.
---@param name string
---@param room string
---@return string
local function form(name, room)
  local format = "--data-urlencode %s --data-urlencode %s"
  return format:format(shell.quote("name=" .. name), shell.quote("room=" .. room))
end

--- The token on a page.
---@param body string
---@return string? token
function JoinPage.token_in(body)
  return body:match('<textarea id="token"[^>]*>(ey[^<]+)</textarea>')
end

--- The id of the meeting on a page.
---@param body string
---@return string? id
function JoinPage.meeting_in(body)
  return body:match('<dd id="meeting_id">([^<]+)</dd>')
end

--- Sends the form.
---@param name string
---@param room string
---@param options? string more of curl's command line
---@return integer status
---@return string body
---@return string headers
function JoinPage:join(name, room, options)
  return self:get("/join", form(name, room) .. " " .. (options or ""))
end

--- The live sessions that it tells.
---@return table[]
function JoinPage:sessions()
  local status, body = self:get("/sessions")
  assert(status == 200, body)
  return cjson.decode(body).sessions
end

--- What the emulator was asked.
---@return table[] entries of its journal
function JoinPage:journal()
  return self._example:tell("journal")
end

--- Makes one of the emulator's own calls.
---@param name string such as "faults" or "join"
---@param body table
function JoinPage:tell_emulator(name, body)
  self._example:tell(name, body)
end

--- Ends it and removes its files.
function JoinPage:stop()
  self._nginx:remove()
  self._example:stop()
end

--- What nginx says when it is to start without credentials.
---@return string output
---@return integer status
function JoinPage:start_without_credentials()
  return shell.run("timeout 60 " .. self._nginx:command(""))
end

--- Starts nginx again, which has forgotten all it knew then.
function JoinPage:restart()
  self._nginx:stop()
  self._nginx:start(self._example:environment())
end

--- Starts both.
---@param options? table of the emulator
---@return table join_page
local function start(options)
  local emulated = example.start({ emulator = options })
  local nginx = example_nginx.new("openresty", "/static/icon.svg")
  -- A slow machine may take longer than visitors would wait.
  nginx:edit("lua/rooms.lua", "  timeout = 5,\n  total_timeout = 10,", "  timeout = 60,")
  local self = setmetatable({
    _example = emulated,
    _nginx = nginx,
    directory = nginx.directory,
    url = nginx.url,
    client = emulated.client,
  }, JoinPage)
  local ok, message = pcall(nginx.start, nginx, emulated:environment())
  if ok then return self end
  self:stop()
  error(message)
end

return { form = form, start = start }
