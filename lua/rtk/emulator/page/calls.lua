-- SPDX-License-Identifier: MIT
-- The calls below /_emulator/ that the page reads from. Each answers for one view, with the clock
-- and the counts of rtk.emulator.page.watch beside it, so that a view needs one request.
local charts = require("rtk.emulator.page.charts")
local details = require("rtk.emulator.page.details")
local events = require("rtk.emulator.webhooks.events")
local fault_form = require("rtk.emulator.page.fault_form")
local json = require("rtk.emulator.util.json")
local lists = require("rtk.emulator.page.lists")
local requests = require("rtk.emulator.page.requests")
local watch = require("rtk.emulator.page.watch")

-- The app that a view is of.
local PLACE = { "account_id", "app_id" }

local function with_place(members)
  local all = {}
  for _, list in ipairs({ members, PLACE }) do
    for _, name in ipairs(list) do
      all[#all + 1] = name
    end
  end
  return all
end

-- What a client needs to call this emulator, and may subscribe to.
local function connect(emulator)
  return {
    account_id = emulator.account_id,
    api_token = emulator.api_token,
    app_id = emulator.app_id,
    webhook_events = json.array(json.copy(events.NAMES)),
  }
end

-- { members, view } by name.
local VIEWS = {
  objects = {
    { "kind", "search", "status", "meeting_id", "webhook_id", "page", "per_page" },
    lists.view,
  },
  object = { { "kind", "id", "page", "search" }, details.view },
  requests = { { "operation", "status", "page" }, requests.view },
  request = { { "number" }, requests.one },
  charts = { {}, charts.view },
  fault_kinds = { {}, fault_form.view },
  connect = { {}, connect },
}

local calls = {}

--- The names of the calls, what each takes, and the function that answers.
---@type table<string, { members: string[], run: fun(emulator: rtk.Emulator, given: table): table }>
calls.all = {}

for name, view in pairs(VIEWS) do
  calls.all[name] = {
    members = with_place(view[1]),
    run = function(emulator, given)
      local shown, missing = view[2](emulator, given)
      -- No failure: the page goes on asking, and a browser would complain of each.
      shown = shown or { missing = missing }
      shown.emulator = watch.view(emulator, given)
      return shown
    end,
  }
end

--- The version of all that the calls answer.
calls.version = watch.version

return calls
