-- SPDX-License-Identifier: MIT
-- Draws the progress of a download as one line of a terminal: rtk.progress_bar. Spaces, not escape
-- sequences, erase what an earlier line leaves behind, and the last column stays free, so that no
-- terminal wraps the line.
local core = require("rtk.core")
local misuse = require("rtk.misuse")

local progress_bar = {}

-- Columns of the bar itself; it is left out where less is free.
local MIN_BAR, MAX_BAR = 10, 40

-- Seconds that the shown speed looks back, roughly.
local MEMORY = 3

-- Seconds: more is no estimate.
local MAX_LEFT = 100 * 3600

local UNITS = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" }

--- A number of bytes in words, independent of the locale: "118.0 MiB".
local function bytes_text(bytes)
  local unit = 1
  while bytes >= 1024 and unit < #UNITS do
    bytes, unit = bytes / 1024, unit + 1
  end
  if unit == 1 then return ("%d B"):format(math.floor(bytes)) end
  local tenths = math.floor(bytes * 10)
  return ("%d.%d %s"):format(math.floor(tenths / 10), tenths % 10, UNITS[unit])
end

--- "0:07", "12:30", "1:02:03"
local function time_text(seconds)
  local whole = math.floor(seconds)
  local hours, minutes = math.floor(whole / 3600), math.floor(whole / 60) % 60
  if hours > 0 then return ("%d:%02d:%02d"):format(hours, minutes, whole % 60) end
  return ("%d:%02d"):format(minutes, whole % 60)
end

local Bar = {}
Bar.__index = Bar

--- Updates the speed from what came since the last call. A download that began anew, or goes on
--- from a part of a file, has no speed before its next call.
---@param progress rtk.DownloadProgress
function Bar:measure(progress)
  local before = self.last
  self.last = { received = progress.received, seconds = progress.seconds }
  if not before or progress.received < before.received or progress.seconds < before.seconds then
    self.first, self.speed = self.last, nil
    return
  end
  local passed = progress.seconds - before.seconds
  if passed <= 0 then return end
  local speed = (progress.received - before.received) / passed
  local weight = self.speed and math.min(1, passed / MEMORY) or 1
  self.speed = (self.speed or 0) * (1 - weight) + speed * weight
end

local function is_complete(progress)
  return progress.total ~= nil and progress.received >= progress.total
end

-- The average when all is there, else the speed of the last seconds.
local function speed_text(self, progress)
  local speed, passed = self.speed, progress.seconds - self.first.seconds
  if is_complete(progress) and passed > 0 then
    speed = (progress.received - self.first.received) / passed
  end
  return speed and bytes_text(speed) .. "/s"
end

local function left_text(self, progress)
  if is_complete(progress) or not progress.total then return time_text(progress.seconds) end
  local left = self.speed and (progress.total - progress.received) / self.speed
  return left and left < MAX_LEFT and time_text(left) .. " left" or nil
end

-- What stands beside the bar, the most important first.
local function texts_of(self, progress)
  local size = bytes_text(progress.received)
  if progress.total and not is_complete(progress) then
    size = size .. " of " .. bytes_text(progress.total)
  end
  local texts = { size }
  texts[#texts + 1] = speed_text(self, progress)
  texts[#texts + 1] = left_text(self, progress)
  return texts
end

local function bar_text(share, columns)
  local inner = math.min(columns, MAX_BAR) - 2
  local filled = math.floor(share * inner)
  return "[" .. ("#"):rep(filled) .. (" "):rep(inner - filled) .. "]"
end

--- The line for a terminal.
---@param progress rtk.DownloadProgress
---@param columns integer
---@return string
function Bar:line(progress, columns)
  local total, line = progress.total, ""
  local share = total and (total > 0 and math.min(1, progress.received / total) or 1)
  if share then line = ("%3d%%"):format(math.floor(share * 100)) end
  local rest = ""
  for _, text in ipairs(texts_of(self, progress)) do
    if #line + #rest + #text + 2 >= columns then break end
    rest = rest .. "  " .. text
  end
  local free = columns - 1 - #line - #rest - 1
  if share and free >= MIN_BAR then line = line .. " " .. bar_text(share, free) end
  return line .. (line == "" and rest:gsub("^  ", "") or rest)
end

--- Draws the line anew.
---@param progress rtk.DownloadProgress
---@param columns integer
function Bar:draw(progress, columns)
  self:measure(progress)
  local line = self:line(progress, columns)
  local erased = (" "):rep(math.min(self.drawn, columns - 1) - #line)
  self.file:write("\r", line, erased)
  self.drawn = #line
  if is_complete(progress) then self:finish() end
end

--- Ends the line, so that what is written next begins a new one.
function Bar:finish()
  if self.drawn > 0 then self.file:write("\n") end
  self.drawn, self.last = 0, nil
end

--- The columns of the terminal that a file leads to, or nil.
local function width_of(file)
  local ok, columns = pcall(core.terminal_width, file)
  if not ok then
    misuse.raise(
      "what rtk.progress_bar draws on must be a file such as that of standard error, got "
        .. misuse.describe(file)
    )
  end
  return columns
end

--- Creates the function for on_progress.
---@param file any a file of the io library
---@return fun(progress?: rtk.DownloadProgress)
function progress_bar.new(file)
  if not width_of(file) then
    return function() end
  end
  local bar = setmetatable({ file = file, drawn = 0 }, Bar)
  return function(progress)
    local columns = width_of(file)
    if not columns then return end
    if progress then
      bar:draw(progress, columns)
    else
      bar:finish()
    end
    file:flush()
  end
end

return progress_bar
