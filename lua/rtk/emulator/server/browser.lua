-- SPDX-License-Identifier: MIT
-- Opens a page in the user's browser, by the program that the desktop has for it. That may wait for
-- the browser to end, so it runs in the background; what it cannot open, the user is asked to.
local process = require("rtk.emulator.server.process")

local browser = {}

-- That of Linux and the BSDs, and that of macOS.
local PROGRAMS = { "xdg-open", "open" }

local OPEN = "(%s %s </dev/null >/dev/null 2>&1 || printf '%%s\\n' %s >&2) &"

local function find_program()
  for _, name in ipairs(PROGRAMS) do
    if process.run("command -v " .. name .. " 2>/dev/null") then return name end
  end
end

--- Opens a page. Where the program for it fails, that says on standard error what the user is to
--- open.
---@param url string
---@return true? ok
---@return string? message what the user is to open, where there is no program for it
function browser.open(url)
  local program, message = find_program(), "open " .. url .. " in a browser"
  if not program then return nil, message end
  os.execute(OPEN:format(program, process.quote(url), process.quote(message)))
  return true
end

return browser
