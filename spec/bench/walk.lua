-- SPDX-License-Identifier: MIT
-- Walks over 10,000 pages of 100 meetings with `each`, decoded as they come and answered at once,
-- so that nothing but decoding and the walk is measured. Prints the CPU time of a page as a ratio
-- to decoding it, and after 1,000 and 10,000 pages how much the process and Lua's heap have grown
-- since the first 100: a walk remembers a bounded number of ids and pages.
--
--   lua5.4 spec/bench/walk.lua [pages]

local core = require("rtk.core")
local process = require("spec_process")
local process_stats = require("spec.support.asserts.process_stats")
local rtk = require("rtk")

local PAGES, PER_PAGE = tonumber(arg[1]) or 10000, 100

local ITEM = '{"id":"%08x-0000-4000-8000-%012x","title":"Standup %d","status":"ACTIVE",'
  .. '"created_at":"2025-01-01T00:00:00.000Z","updated_at":"2025-01-01T00:00:00.000Z",'
  .. '"record_on_start":false,"live_stream_on_start":false,"persist_chat":true}'

local function text_of(page_no)
  local items = {}
  for position = 1, PER_PAGE do
    local number = (page_no - 1) * PER_PAGE + position
    items[position] = ITEM:format(number * 7919 % 2 ^ 31, number, number)
  end
  return '{"success":true,"data":[' .. table.concat(items, ",") .. "]}"
end

-- Seconds of CPU for decoding so far.
local decoding = 0

local function decode(text)
  local start = process.cpu()
  local value = core.decode(text)
  decoding = decoding + process.cpu() - start
  return value
end

-- Seconds of CPU for making the texts so far.
local writing = 0

local function answer(request)
  local start = process.cpu()
  local text = text_of(tonumber(request.url:match("page_no=(%d+)")) or 1)
  writing = writing + process.cpu() - start
  -- No key in it is named like a method, as the transport says.
  return { status = 200, headers = "", value = decode(text), elapsed = 0, unreserved = math.huge }
end

local function new_transport()
  local last_id, waiting = 0, {}
  return {
    submit = function(_, request)
      last_id = last_id + 1
      waiting[#waiting + 1] = { id = last_id, url = request.url }
      return last_id
    end,
    step = function()
      local request = table.remove(waiting, 1)
      local result = answer(request)
      result.id = request.id
      return { result }
    end,
  }
end

local function report(page_no, before)
  local now = process_stats.take()
  local process_growth, heap_growth = now.resident - before.resident, now.heap - before.heap
  local format = "after %6d pages   process %+8.2f MB   heap %+8.2f MB"
  print(format:format(page_no, process_growth / 1024, heap_growth / 1024))
end

local client = rtk.new({
  api_token = "x",
  account_id = "a",
  app_id = "x",
  transport = new_transport(),
})

local before, count = nil, 0
local start = process.cpu()
local query, limits = { per_page = PER_PAGE }, { max_pages = PAGES }
for _ in client.meetings:each(query, limits) do
  count = count + 1
  if count == 100 * PER_PAGE then
    before = process_stats.take()
  elseif count == 1000 * PER_PAGE or count == PAGES * PER_PAGE then
    report(count / PER_PAGE, before)
  end
end
assert(count == PAGES * PER_PAGE, count)
local walking = process.cpu() - start - writing
print(
  ("each                 CPU %6.1f us a page   %.2f x decoding it"):format(
    walking / PAGES * 1e6,
    walking / decoding
  )
)
