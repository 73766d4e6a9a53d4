-- SPDX-License-Identifier: MIT
-- Tries whether an emulator works with a state that comes from outside: lists all objects of all
-- apps, and those inside of them, lets a second pass, and writes the state down.
local journal = require("rtk.emulator.state.journal")

local snapshot_check = {}

local LISTS = { "meetings", "sessions", "recordings", "livestreams", "presets", "webhooks" }

-- More than there are, so that every object is shown.
local ALL = "per_page=1000000000"

local function list(emulator, account, app, name)
  local response = emulator:handle({
    method = "GET",
    path = ("/client/v4/accounts/%s/realtime/kit/%s/%s"):format(account.id, app.id, name),
    query = name ~= "webhooks" and ALL or nil,
    headers = { authorization = "Bearer " .. emulator.api_token },
  })
  -- An empty list of webhooks is 404.
  if response.status >= 500 then error("its " .. name .. " cannot be shown", 0) end
end

local function check_plans(emulator)
  for _, task in ipairs(emulator.schedule.tasks) do
    if not emulator.tasks[task.kind] or type(task.at) ~= "number" then
      error("it plans what the emulator cannot do", 0)
    end
  end
end

-- The lists inside of an app's meetings and sessions.
local function list_inner(emulator, account, app)
  for _, name in ipairs({ "meetings", "sessions" }) do
    for _, record in ipairs(app.collections[name]:select()) do
      list(emulator, account, app, ("%s/%s/participants"):format(name, record.id))
    end
  end
end

--- Raises when an emulator does not work; it is spoilt afterwards.
---@param emulator rtk.Emulator
function snapshot_check.run(emulator)
  emulator.log, emulator.sender, emulator.real_time = journal.new(1), nil, nil
  -- Of an account that is new.
  list(emulator, { id = "snapshot-check" }, { id = emulator.app_id }, "meetings")
  for _, account in ipairs(emulator.store.accounts:select()) do
    for _, app in ipairs(account.apps:select()) do
      for _, name in ipairs(LISTS) do
        list(emulator, account, app, name)
      end
      list_inner(emulator, account, app)
    end
  end
  check_plans(emulator)
  emulator:advance(1)
  emulator:snapshot()
end

return snapshot_check
