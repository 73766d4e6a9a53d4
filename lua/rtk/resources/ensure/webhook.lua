-- SPDX-License-Identifier: MIT
-- Finds a webhook by its URL and brings it to the fields of a body, or creates it.
--
-- The service refuses a second webhook of one URL, so two programs cannot create two.

local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local steps = require("rtk.resources.ensure.steps")

local webhooks = {}

local function has_same_events(wanted, events)
  local missing = {}
  for _, name in ipairs(wanted) do
    missing[name] = true
  end
  for _, name in ipairs(events or {}) do
    if not missing[name] then return false end
    missing[name] = nil
  end
  return next(missing) == nil
end

-- The fields of the body in which a webhook differs; nil when there are none.
local function differences(body, webhook)
  local changed
  for name, value in pairs(body) do
    local is_same = webhook[name] == value
    if name == "events" then is_same = has_same_events(value, webhook.events) end
    if not is_same then
      changed = changed or {}
      changed[name] = value
    end
  end
  return changed
end

local function find(self, url)
  local page, message, err = self.webhooks:list(self.steps:options())
  if not page then return nil, message, err end
  for _, webhook in ipairs(page) do
    if webhook.url == url then return webhook end
  end
  return false
end

-- Brings a webhook to the fields of the body. The answer may be partial, so it is read again.
local function adopt(self, webhook, body)
  local changed = differences(body, webhook)
  if not changed then return webhook, "unchanged" end
  local ok, message, err = self.webhooks:update(webhook.id, changed, self.steps:options())
  if not ok then return nil, message, err end
  webhook, message, err = self.webhooks:get(webhook.id, nil, self.steps:options())
  if not webhook then return nil, message, err end
  return webhook, "updated"
end

local function find_or_create(self, body)
  local found, message, err = find(self, body.url)
  if found then return adopt(self, found, body) end
  if found == nil then return nil, message, err end
  local options = self.steps:options(function()
    return find(self, body.url)
  end)
  local webhook
  webhook, message, err = self.webhooks:create(body, options)
  if webhook then return webhook, "created" end
  if err.kind ~= "conflict" then return nil, message, err end
  -- Another program was faster.
  local why, failure
  found, why, failure = find(self, body.url)
  if found then return adopt(self, found, body) end
  if found == nil then return nil, why, failure end
  return nil, message, err
end

--- See rtk.Webhooks.ensure.
---@param resource rtk.Webhooks
---@param body table
---@param options? rtk.EnsureOptions
function webhooks.run(resource, body, options)
  misuse.check("body", body, "table")
  body = input_table.deep("body", body)
  misuse.check("body.url", body.url, "string")
  if body.events ~= nil then misuse.check("body.events", body.events, "table") end
  local self = { webhooks = resource, steps = steps.new(resource._client, options, "once") }
  return self.steps:run({ "webhook", body.url }, function()
    return find_or_create(self, body)
  end)
end

return webhooks
