-- SPDX-License-Identifier: MIT
-- A headless Chromium that acts like a user, controlled by JSON over HTTP through chromedriver. The
-- directory of its profile identifies all of its processes.

local cjson = require("cjson")
local process = require("spec_process")
local processes = require("rtk.emulator.server.process")
local shell = require("spec.support.servers.shell")
local socket = require("socket")
local workdir = require("spec.support.servers.workdir")

local SIGKILL = 9

-- Seconds.
local WAIT_TIMEOUT = 60

-- The key that the protocol has for the id of an element.
local ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

local FLAGS = {
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--disable-breakpad",
  "--no-first-run",
  "--no-proxy-server",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--window-size=1100,960",
}

local Browser = {}
Browser.__index = Browser

local function flags_with(directory, more)
  local flags = { "--user-data-dir=" .. directory .. "/profile" }
  for _, list in ipairs({ FLAGS, more }) do
    for _, flag in ipairs(list) do
      flags[#flags + 1] = flag
    end
  end
  return flags
end

--- Waits until f returns a true value, or for WAIT_TIMEOUT seconds.
---@param f function
---@return any
function Browser.wait_for(f)
  return processes.wait_until(WAIT_TIMEOUT, f)
end

-- What the driver answers to one request on a connection of its own.
local function ask(self, method, path, body)
  local connection = assert(socket.connect("127.0.0.1", self.port))
  connection:settimeout(2 * WAIT_TIMEOUT)
  local head =
    "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
  assert(connection:send(head:format(method, path, self.port, #body) .. body))
  local length = 0
  repeat
    local line = assert(connection:receive("*l"))
    length = tonumber(line:lower():match("^content%-length: *(%d+)")) or length
  until line == ""
  local text = connection:receive(length)
  connection:close()
  return text
end

-- Sends a command; raises what the driver says against it.
local function command(self, method, path, arguments)
  local text = ask(self, method, path, arguments and cjson.encode(arguments) or "")
  local ok, reply = pcall(cjson.decode, text)
  if not ok then error("chromedriver said: " .. text) end
  local value = reply.value
  if type(value) == "table" and value.error then error(value.error .. ": " .. value.message) end
  return value
end

--- Sends a command of its session.
---@param method string
---@param path string below the session's
---@param arguments? table
---@return any value
function Browser:command(method, path, arguments)
  return command(self, method, self.session .. path, arguments)
end

local function find(self, selector)
  local path = self.session .. "/element"
  local found = command(self, "POST", path, { using = "css selector", value = selector })
  return self.session .. "/element/" .. found[ELEMENT]
end

--- Opens a page and waits until it is there.
---@param url string
function Browser:open(url)
  command(self, "POST", self.session .. "/url", { url = url })
end

--- Where it is.
---@return string url
function Browser:location()
  return command(self, "GET", self.session .. "/url")
end

--- Presses keys in an element.
---@param selector string
---@param text string
function Browser:type(selector, text)
  command(self, "POST", find(self, selector) .. "/value", { text = text })
end

--- Clicks on an element; what it covers cannot be clicked on.
---@param selector string
function Browser:click(selector)
  command(self, "POST", find(self, selector) .. "/click", cjson.decode("{}"))
end

--- The text of an element as a reader sees it.
---@param selector string
---@return string
function Browser:text(selector)
  return command(self, "GET", find(self, selector) .. "/text")
end

--- Waits until an element has a text, for pages that a click leads to, and returns what it has.
---@param selector string
---@param text string
---@return string
function Browser:text_after(selector, text)
  local found
  self.wait_for(function()
    -- The page may go away while it is looked at.
    local ok, now = pcall(self.text, self, selector)
    found = now
    return ok and now == text
  end)
  return found
end

--- A property of an element, such as value.
---@param selector string
---@param name string
---@return any
function Browser:property(selector, name)
  return command(self, "GET", find(self, selector) .. "/property/" .. name)
end

--- What pages wrote to the console, refusals of the browser among them.
---@return string[] messages
function Browser:console()
  local messages = {}
  local entries = command(self, "POST", self.session .. "/se/log", { type = "browser" })
  for index, entry in ipairs(entries) do
    messages[index] = entry.message
  end
  return messages
end

--- Saves what is to be seen.
---@param name string of a PNG file
function Browser:screenshot(name)
  local file = self.directory .. "/screenshot"
  workdir.write(file, command(self, "GET", self.session .. "/screenshot"))
  shell.check(("base64 -d %s > %s"):format(file, shell.quote(name)))
end

-- The processes that have a directory in their command line. The bracket keeps the shell that
-- looks for them out of it.
local function find_processes(directory)
  local pattern = shell.quote((directory:gsub("rtk%-spec", "[r]tk-spec")))
  local pids = {}
  for pid in shell.run("grep -ls -- " .. pattern .. " /proc/[0-9]*/cmdline"):gmatch("%d+") do
    pids[#pids + 1] = tonumber(pid)
  end
  return pids
end

local function kill_all(directory)
  Browser.wait_for(function()
    local pids = find_processes(directory)
    for _, pid in ipairs(pids) do
      process.kill(pid, SIGKILL)
    end
    return #pids == 0
  end)
end

--- Ends all of its processes and removes its files.
function Browser:stop()
  if self.session then pcall(command, self, "DELETE", self.session) end
  process.kill(self.pid, SIGKILL)
  kill_all(self.directory)
  self.pipe:close()
  workdir.remove(self.directory)
end

local function open_session(self, flags)
  local ready = self.wait_for(function()
    local ok, status = pcall(command, self, "GET", "/status")
    return ok and status.ready
  end)
  if not ready then error("chromedriver did not start") end
  local options = { args = flags_with(self.directory, flags) }
  local session = command(self, "POST", "/session", {
    capabilities = {
      alwaysMatch = {
        ["goog:chromeOptions"] = options,
        ["goog:loggingPrefs"] = { browser = "ALL" },
      },
    },
  })
  self.session = "/session/" .. session.sessionId
end

local browser = {}

--- Starts a browser.
---@param flags? string[] more of its command line
---@return table browser
function browser.start(flags)
  local port = process.free_ports(1)[1]
  local directory = workdir.new()
  -- The path of a socket in it must not be long.
  local line = "echo $$; TMPDIR=%s exec chromedriver --port=%d >%s/log 2>&1"
  local self = setmetatable({
    directory = directory,
    port = port,
    pipe = assert(io.popen(line:format(directory, port, directory))),
  }, Browser)
  self.pid = tonumber(self.pipe:read("*l"))
  local ok, message = pcall(open_session, self, flags)
  if not ok then
    message = message .. "\n" .. workdir.read(directory .. "/log")
    self:stop()
    error(message)
  end
  return self
end

--- What becomes of a page once its scripts have run.
---@param url string
---@return string html
function browser.dump(url)
  local directory = workdir.new()
  local flags = table.concat(flags_with(directory), " ")
  local line = "TMPDIR=%s timeout --kill-after=1 120 chromium %s --dump-dom %s 2>/dev/null"
  local html = shell.run(line:format(directory, flags, shell.quote(url)))
  kill_all(directory)
  workdir.remove(directory)
  return html
end

return browser
