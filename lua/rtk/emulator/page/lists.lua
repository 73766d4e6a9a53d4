-- SPDX-License-Identifier: MIT
-- Lists of the page: the objects of one kind in an app, searched, filtered, newest first, in pages,
-- because there may be thousands and a browser need not draw them all.
local json = require("rtk.emulator.util.json")
local kinds = require("rtk.emulator.page.kinds")
local nearest = require("rtk.emulator.util.nearest")
local text = require("rtk.emulator.util.text")
local watch = require("rtk.emulator.page.watch")

local lists = {}

local PER_PAGE, MOST_PER_PAGE = 50, 200

-- Whether any of the words contains the text. A list of words may have holes.
local function has_words(words, search)
  for _, word in pairs(words) do
    if text.contains(word, search) then return true end
  end
  return false
end

local function filter(kind, records, app, given)
  local search = given.search ~= "" and given.search or nil
  local status = given.status ~= "" and given.status or nil
  local parents = { meeting_id = given.meeting_id, webhook_id = given.webhook_id }
  if not (search or status or next(parents)) then return records end
  local found = {}
  for _, record in ipairs(records) do
    local passes = not status or kind.status and kind.status(record) == status
    for name, id in pairs(parents) do
      passes = passes and record[name] == id
    end
    if passes and search then passes = has_words(kind.words(record, app), search) end
    if passes then found[#found + 1] = record end
  end
  return found
end

local function whole(value, default, most)
  local number = math.floor(tonumber(value) or default)
  return math.max(1, math.min(number, most))
end

local function records_of(kind, emulator, app, given)
  if kind == kinds.apps then return kind.records(emulator) end
  if not app then return {} end
  if kind.records then return kind.records(emulator, app, given) end
  return app:all(given.kind):select()
end

--- One page of a list; raises for a kind that there is not.
---@param emulator rtk.Emulator
---@param given table { kind, account_id?, app_id?, search?, status?, meeting_id?, webhook_id?,
---page?, per_page? }
---@return { total: integer, page: integer, pages: integer, rows: table[] }
function lists.view(emulator, given)
  local kind = kinds[given.kind]
  if not kind then
    error("there is no kind " .. tostring(given.kind) .. nearest.clause(given.kind, kinds), 0)
  end
  local app = watch.app(emulator, given)
  local found = filter(kind, records_of(kind, emulator, app, given), app, given)
  local per_page = whole(given.per_page, PER_PAGE, MOST_PER_PAGE)
  local pages = math.max(1, math.ceil(#found / per_page))
  local page = whole(given.page, 1, pages)
  local live = app and watch.live(app)
  local shown = json.array()
  local newest = #found - (page - 1) * per_page
  for index = newest, math.max(1, newest - per_page + 1), -1 do
    shown[#shown + 1] = kind.row(found[index], emulator, app, live)
  end
  return { total = #found, page = page, pages = pages, rows = shown }
end

return lists
