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

--- Opens a page, or says on standard error where it is.
---@param url string
function browser.open(url)
  local program, message = find_program(), "open " .. url .. " in a browser"
  if not program then
    io.stderr:write(message, "\n")
    return
  end
  os.execute(OPEN:format(program, process.quote(url), process.quote(message)))
end

return browser
