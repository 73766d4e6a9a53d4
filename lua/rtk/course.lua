-- SPDX-License-Identifier: MIT
-- The way through the pages of a list that may change meanwhile.
--
-- Pages are cut by position. What is added moves items to later pages, where
-- they come again and are passed over. What is deleted moves items to earlier
-- pages, where they would be missed: when the total has become less, the way
-- goes back by so many pages, to what is new there.

local course = {}

-- How many items are told from new ones, at least; as many again at most.
local REMEMBERED = 10000

local Memory = {}
Memory.__index = Memory

-- The ids of a page, by position; items without one have false.
local function ids_of(items)
  local ids = {}
  for index = 1, #items do
    local item = items[index]
    ids[index] = type(item) == "table" and item.id or false
  end
  return ids
end

-- The items whose ids are not known, which mostly is all of them.
function Memory:_unknown(items, ids)
  local recent, older, unknown = self._recent, self._older, {}
  for index = 1, #items do
    local id = ids[index]
    if not (recent[id] or older[id]) then unknown[#unknown + 1] = items[index] end
  end
  return unknown
end

--- Remembers a page.
---@param items table
---@return table unknown those of its items that were not known
function Memory:take(items)
  local ids = ids_of(items)
  local unknown = self:_unknown(items, ids)
  if self._count > REMEMBERED then
    self._older, self._recent, self._count = self._recent, {}, 0
  end
  local recent = self._recent
  for index = 1, #ids do
    recent[ids[index]] = ids[index]
  end
  self._count = self._count + #ids
  return unknown
end

---@class rtk.CourseSteps
---@field first fun(): table?, string?, rtk.Error? the page to begin with
---@field after fun(items: table): table?, string?, rtk.Error? the page after one; nil at the end
---@field again fun(items: table, back: integer): table?, string?, rtk.Error? a page as it is now,
---or one that many pages before it
---@field total fun(items: table): number? how many items there were when it came

--- Makes the function that goes on to what is to be walked next.
---@param steps rtk.CourseSteps
---@return fun(): table? items, string? message, rtk.Error? err nothing at the end
function course.new(steps)
  local memory = setmetatable({ _recent = {}, _older = {}, _count = 0 }, Memory)
  local page, in_vain

  -- How many items fewer there are than when the page came.
  local function loss(following)
    local before, now = steps.total(page), steps.total(following)
    return before and now and before - now or 0
  end

  local function go_back()
    local again, message, err = steps.again(page, 0)
    if not again then return nil, message, err end
    local back = math.ceil(loss(again) / #page) - 1
    if back > 0 then
      again, message, err = steps.again(page, back)
      if not again then return nil, message, err end
    end
    page = again
    local items = memory:take(page)
    in_vain = #items == 0
    return items
  end

  return function()
    local following, message, err
    if page then
      following, message, err = steps.after(page)
    else
      following, message, err = steps.first()
    end
    if not following then return nil, message, err end
    -- Where totals are wrong it must not go back for ever.
    if page and not in_vain and loss(following) > 0 then return go_back() end
    page = following
    local items = memory:take(page)
    in_vain = in_vain and #items == 0
    return items
  end
end

return course
