-- SPDX-License-Identifier: MIT
-- Finds a meeting by its title and brings it to the fields of a body, or creates it.
--
-- The service lets several meetings have one title, and cannot delete any. So this looks again
-- after it has created one, and every program keeps the oldest: the others become INACTIVE, each by
-- the program that created it, or by the one that created the oldest.

local compare = require("rtk.resources.ensure.compare")
local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local object = require("rtk.values.object")
local operation = require("rtk.request.operation")
local read_only = require("rtk.request.read_only")
local search = require("rtk.resources.ensure.search")
local steps = require("rtk.resources.ensure.steps")

local Ensure = {}
Ensure.__index = Ensure

local INACTIVE = "INACTIVE"
local UPDATE = "PATCH /meetings/{meeting_id}"

-- All meetings with exactly the title, the oldest first.
function Ensure:_look()
  return search.all(self._steps, function(options)
    return self._meetings:_collect_titled(self._body.title, options)
  end)
end

-- The one of several that every program takes: the oldest that can be joined.
local function chosen_of(meetings)
  for _, meeting in ipairs(meetings) do
    if meeting.status ~= INACTIVE then return meeting end
  end
  return meetings[1]
end

-- The part of a meeting that an update takes.
local function writable(meeting)
  local update = operation.named[UPDATE].fields
  return read_only.strip({ update.reply }, update.body, object.fields(meeting))
end

-- Brings a meeting to the fields of the body.
function Ensure:_adopt(meeting, outcome)
  local changed = compare.differences(meeting, self._body)
  if not changed then return meeting, outcome or "unchanged" end
  -- Lists leave some fields out.
  local full, message, err = self._meetings:get(meeting.id, nil, self._steps:options())
  if not full then return nil, message, err end
  changed = compare.differences(full, self._body)
  if not changed then return full, outcome or "unchanged" end
  local sent = compare.whole_parts(writable(full), changed)
  full, message, err =
    object.merge(full, sent, self._meetings:update(full.id, sent, self._steps:options()))
  if not full then return nil, message, err end
  return full, outcome or "updated"
end

-- Makes meetings INACTIVE. Returns a message and the error when one stays.
function Ensure:_give_up(meetings, kept)
  for _, meeting in ipairs(meetings) do
    if meeting.id ~= kept.id and meeting.status ~= INACTIVE then
      local options = self._steps:options()
      local ok, message, err = self._meetings:update(meeting.id, { status = INACTIVE }, options)
      if not ok then return message, err end
    end
  end
end

-- Looks whether others created one at the same time. There was none before, so all are of now.
function Ensure:_choose(created)
  local found, message, err = self:_look()
  if not found then return nil, message, err end
  local all = { created }
  for _, meeting in ipairs(found) do
    if meeting.id ~= created.id then all[#all + 1] = meeting end
  end
  search.sort(all)
  local chosen = chosen_of(all)
  local is_ours = chosen.id == created.id
  message, err = self:_give_up(is_ours and all or { created }, chosen)
  if err then return nil, message, err end
  return self:_adopt(is_ours and created or chosen, is_ours and "created" or nil)
end

function Ensure:_settle(created)
  local meeting, outcome, err = self:_choose(created)
  if err then err.done = { created = created } end
  return meeting, outcome, err
end

function Ensure:_create()
  local options = self._steps:options(function()
    local found, message = self:_look()
    if not found then return nil, message end
    return chosen_of(found) or false
  end)
  local body = {}
  for name, value in pairs(self._body) do
    -- A new meeting is ACTIVE, and the service takes no status for it.
    if name ~= "status" then body[name] = value end
  end
  local created, message, err = self._meetings:create(body, options)
  if not created then return nil, message, err end
  return self:_settle(created)
end

function Ensure:_find_or_create()
  local found, message, err = self:_look()
  if not found then return nil, message, err end
  local chosen = chosen_of(found)
  if not chosen then return self:_create() end
  return self:_adopt(chosen)
end

local meetings = {}

--- See rtk.Meetings.ensure.
---@param resource rtk.Meetings
---@param body table
---@param options? rtk.EnsureOptions
function meetings.run(resource, body, options)
  misuse.check("body", body, "table")
  body = input_table.deep("body", body)
  misuse.check("body.title", body.title, "string")
  if body.title == "" then misuse.raise("body.title must not be empty") end
  local self = setmetatable({ _meetings = resource, _body = body }, Ensure)
  self._steps = steps.new(resource._client, options, "once")
  return self._steps:run({ "meeting", body.title }, function()
    return self:_find_or_create()
  end)
end

return meetings
