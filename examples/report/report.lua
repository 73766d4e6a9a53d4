-- SPDX-License-Identifier: MIT
-- Reports what was used in a month: sessions and minutes, people, recordings, livestreams. The
-- report is one HTML page with charts, to read, print or mail. It loads nothing and has no script.
--
--   lua5.4 examples/report/report.lua MONTH > report.html          -- such as 2027-01, in UTC
--   lua5.4 examples/report/report.lua MONTH --svg > report.svg     -- the charts as one picture
--
-- Exit status 1: it failed, and standard error says why; 2: wrong usage. Analytics last six months.

package.path = (arg[0]:match("^.*/") or "") .. "?.lua;" .. package.path

local page = require("page")
local rtk = require("rtk")
local sheet = require("sheet")
local usage = require("usage")

local start, stop = usage.bounds(arg[1] or "")
if not start or arg[2] and arg[2] ~= "--svg" then
  io.stderr:write("usage: report.lua MONTH [--svg]\n")
  os.exit(2)
end

-- All calls wait for the limiter: the report never takes the requests that others need.
local client = rtk.new({ max_retries = 5, rate_limit = rtk.rate_limit.memory() })
local ok, figures = pcall(usage.collect, client, start, stop)
if not ok then
  io.stderr:write(tostring(figures), "\n")
  os.exit(1)
end
local write = arg[2] and sheet.svg or page.html
io.write(write(figures, start), "\n")
