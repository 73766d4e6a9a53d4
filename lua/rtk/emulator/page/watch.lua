-- SPDX-License-Identifier: MIT
-- What the page shows of the emulator on every view, and the version of all that it shows: while
-- the version stays the same nothing has changed, and nothing has to be sent again.
local json = require("rtk.emulator.util.json")

local watch = {}

--- The account and app that a call names, or the emulator's own. An account that was never used is
--- not created: looking changes nothing.
---@param emulator rtk.Emulator
---@param given { account_id?: string, app_id?: string }
---@return table? app
---@return string account_id
---@return string app_id
function watch.app(emulator, given)
  local account_id = given.account_id or emulator.account_id
  local app_id = given.app_id or emulator.app_id
  local account = emulator.store.accounts:get(account_id)
  return account and account.apps:get(app_id), account_id, app_id
end

--- A text that changes with the state, the journal and the faults. The clock ticks with nearly all
--- changes; the rest is counted.
---@param emulator rtk.Emulator
---@return string
function watch.version(emulator)
  return ("%d.%d.%d"):format(emulator.clock:now(), emulator.log.last, emulator.changes)
end

--- The sessions in progress of an app, by the id of their meeting.
---@param app table
---@return table<string, table> sessions
---@return integer count
function watch.live(app)
  local sessions, count = {}, 0
  for _, session in ipairs(app:all("sessions"):select()) do
    if not session.ended then
      sessions[session.meeting_id], count = session, count + 1
    end
  end
  return sessions, count
end

-- How many objects of each kind an app has.
local function counts(app)
  if not app then return {} end
  local numbers = {}
  local kinds =
    { "meetings", "sessions", "recordings", "livestreams", "presets", "webhooks", "deliveries" }
  for _, kind in ipairs(kinds) do
    numbers[kind] = #app:all(kind):select()
  end
  local _, live = watch.live(app)
  numbers.rooms = live
  return numbers
end

--- The clock, what is due next, and how much there is.
---@param emulator rtk.Emulator
---@param given { account_id?: string, app_id?: string }
---@return table
function watch.view(emulator, given)
  local task = emulator.schedule.tasks[1]
  local app, account_id, app_id = watch.app(emulator, given)
  return {
    account_id = account_id,
    app_id = app_id,
    app_name = app and app.fields.name or json.null,
    clock = emulator.clock:now(),
    counts = counts(app),
    faults = #emulator.faults:select(),
    next = task and { at = task.at, kind = task.kind } or json.null,
    requests = emulator.log.last,
  }
end

return watch
