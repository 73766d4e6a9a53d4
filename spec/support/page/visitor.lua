-- SPDX-License-Identifier: MIT
-- A browser on the emulator's page: runs scripts in it, presses keys, changes its size and colours,
-- tells what it requested.

local cjson = require("cjson")
local browser = require("spec.support.servers.browser")

-- Seconds.
local WAIT_TIMEOUT = 60

-- How often a click is tried.
local CLICKS = 5

local Visitor = {}

--- Runs a script in the page and returns what it returns.
---@param script string the body of a function
---@param ... any arguments
---@return any
function Visitor:run(script, ...)
  local arguments = { ... }
  -- An empty table would become an object.
  arguments[#arguments + 1] = true
  return self.browser:command("POST", "/execute/sync", { script = script, args = arguments })
end

--- Sends a command of Chromium's own protocol.
---@param name string
---@param parameters? table
---@return any
function Visitor:tell(name, parameters)
  local path = "/goog/cdp/execute"
  parameters = parameters or cjson.decode("{}")
  return self.browser:command("POST", path, { cmd = name, params = parameters })
end

-- Asks a script again and again, in the page, because a command for each look would cost more.
local WAITING = [[
  const [seconds, ...given] = [...arguments].slice(0, -1);
  const done = arguments[arguments.length - 1];
  const end = performance.now() + seconds * 1000;
  const ask = () => {
    const found = (function () { $SCRIPT }).apply(null, given);
    if (found) done(found);
    else if (performance.now() > end) done(null);
    else setTimeout(ask, 20);
  };
  ask();
]]

--- Waits until a script returns a true value, which is returned.
---@param script string the body of a function
---@param ... any arguments
---@return any
function Visitor:wait(script, ...)
  local found = self.browser:command("POST", "/execute/async", {
    script = WAITING:gsub("%$SCRIPT", (script:gsub("%%", "%%%%"))),
    args = { WAIT_TIMEOUT, ... },
  })
  assert(found and found ~= cjson.null, "never came: " .. script)
  return found
end

--- Waits until the text of the view contains a text.
---@param text string
function Visitor:sees(text)
  self:wait("return document.getElementById('main').innerText.includes(arguments[0])", text)
end

--- Waits until a message contains a text.
---@param text string
function Visitor:is_told(text)
  self:wait("return document.getElementById('notices').innerText.includes(arguments[0])", text)
end

--- Clicks on a button or link with a name, when it is there.
---@param name string text or label
function Visitor:click(name)
  local script = [[
    const named = [...document.querySelectorAll("button, a, summary, .button")].find(
      (one) => (one.getAttribute("aria-label") || one.textContent).trim() === arguments[0]);
    if (!named || named.disabled) return null;
    named.scrollIntoView({ block: "center" });
    return named;
  ]]
  for attempt = 1, CLICKS do
    local _, id = next(self:wait(script, name))
    local path = "/element/" .. id .. "/click"
    local ok, problem = pcall(self.browser.command, self.browser, "POST", path, {})
    if ok then return end
    -- It may be drawn anew between the two commands.
    if attempt == CLICKS or not problem:find("stale element", 1, true) then error(problem) end
  end
end

--- Types into an element.
---@param selector string
---@param text string
function Visitor:type(selector, text)
  self:wait("return document.querySelector(arguments[0])", selector)
  self.browser:type(selector, text)
end

--- Presses keys, one after the other, wherever the focus is.
---@param ... string characters
function Visitor:press(...)
  local actions = {}
  for _, key in ipairs({ ... }) do
    actions[#actions + 1] = { type = "keyDown", value = key }
    actions[#actions + 1] = { type = "keyUp", value = key }
  end
  local keyboard = { type = "key", id = "keyboard", actions = actions }
  self.browser:command("POST", "/actions", { actions = { keyboard } })
end

--- Changes what the page is shown on.
---@param width integer pixels
---@param height integer pixels
---@param scheme "light"|"dark"
function Visitor:becomes(width, height, scheme)
  local is_mobile = width < 600
  local size = { width = width, height = height, deviceScaleFactor = 1, mobile = is_mobile }
  self:tell("Emulation.setDeviceMetricsOverride", size)
  local features = { { name = "prefers-color-scheme", value = scheme } }
  self:tell("Emulation.setEmulatedMedia", { features = features })
end

--- Opens a view and waits until it is drawn.
---@param view string such as "rooms"
function Visitor:open(view)
  -- With another address each time, so that the page starts anew.
  self.opened = self.opened + 1
  self.browser:open(("%s/?%d#/%s"):format(self.url, self.opened, view))
  self:wait("return document.querySelector('#main h1') && document.getElementById('now')")
end

--- Ends the browser.
function Visitor:stop()
  self.browser:stop()
end

Visitor.__index = Visitor

local visitor = {}

--- Starts a browser for the page of a server.
---@param url string of the server, without a path
---@return table visitor
function visitor.start(url)
  local self = setmetatable({ url = url, opened = 0, browser = browser.start() }, Visitor)
  -- Milliseconds, longer than any wait.
  self.browser:command("POST", "/timeouts", { script = WAIT_TIMEOUT * 2000 })
  return self
end

return visitor
