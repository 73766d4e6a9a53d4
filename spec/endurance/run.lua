-- SPDX-License-Identifier: MIT
-- Makes many calls with random faults and prints the outcomes. Exits with 1 if a call was lost or
-- executed twice, or if memory or descriptors leaked.
--
--   lua spec/endurance/run.lua [calls] [at a time]

local endurance = require("spec.endurance.endurance")

local CALLS = tonumber(arg[1]) or 100000

local CONCURRENCY = tonumber(arg[2]) or 1

local report = endurance.run(CALLS, CONCURRENCY)
local first, last = report.first, report.last

local kinds = {}
for kind in pairs(report.tally) do
  kinds[#kinds + 1] = kind
end
table.sort(kinds)

print(
  ("%d calls, %d at a time, %d attempts, %.1f s, %.0f calls/s"):format(
    CALLS,
    CONCURRENCY,
    report.attempts,
    report.seconds,
    CALLS / report.seconds
  )
)
for _, kind in ipairs(kinds) do
  print(("  %-16s %7d"):format(kind, report.tally[kind]))
end
print(("  %-16s %7d"):format("maybe executed", report.in_doubt))
print(("Lua heap     %8.0f KiB early, %8.0f KiB at the end"):format(first.heap, last.heap))
print(("memory       %8d KiB early, %8d KiB at the end"):format(first.resident, last.resident))
print(
  ("descriptors  %8d     early, %8d     at the end"):format(first.descriptors, last.descriptors)
)
for _, problem in ipairs(report.problems) do
  print("PROBLEM: " .. problem)
end
os.exit(#report.problems == 0 and 0 or 1, true)
