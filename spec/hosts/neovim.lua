-- SPDX-License-Identifier: MIT
-- What a Neovim runs that neovim_spec starts: calls in coroutines, beside a timer of the editor.
-- It writes what happened to standard output.

local rtk = require("rtk")

local vim = rawget(_G, "vim")
local uv = vim.uv or vim.loop
local client = rtk.new()
local ticks, ended = 0, 0
local timer = uv.new_timer()

timer:start(5, 5, function()
  ticks = ticks + 1
end)

for number = 1, 20 do
  coroutine.wrap(function()
    local meeting = assert(client.meetings:create({ title = "Lesson " .. number }))
    -- The loop's own callbacks may not call this.
    vim.api.nvim_buf_set_lines(0, -1, -1, false, { meeting.title })
    ended = ended + 1
  end)()
end
coroutine.wrap(function()
  local results = rtk.gather({
    function()
      return assert(client.meetings:list()) and vim.api.nvim_get_current_buf()
    end,
    function()
      rtk.sleep(0.05)
      return 7
    end,
  })
  assert(results[1][1] and results[2][2] == 7)
  for _, value in
    rtk.map({ 1, 2, 3 }, function(number)
      return client.meetings:create({ title = "Map " .. number })
    end)
  do
    assert(value)
  end
  ended = ended + 1
end)()

local at_once = ended
vim.wait(30000, function()
  return ended == 21
end, 5)
timer:close()
local while_waiting = ticks
assert(client.meetings:list()) -- outside of coroutines a call blocks
io.stdout:write(
  ("%d at once, %d in the end, %d lines, %s\n"):format(
    at_once,
    ended,
    vim.api.nvim_buf_line_count(0),
    while_waiting > 5 and "the timer went on" or "the timer stood still"
  )
)
vim.cmd("qa!")
