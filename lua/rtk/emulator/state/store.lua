-- SPDX-License-Identifier: MIT
-- The root of the state: accounts, their apps, and in each app one collection for each kind of
-- object. An account is created on first use, with an app that has the default app id, because any
-- account id is valid. A new app has the system presets.
local collection = require("rtk.emulator.state.collection")
local record = require("rtk.emulator.state.record")
local system_presets = require("rtk.emulator.state.default_presets")

local DEFAULT_APP_NAME = "Default app"

local App = { __name = "rtk.emulator.app" }
App.__index = App

--- The app's objects of one kind.
---@param kind string such as "meetings"
---@return table collection
function App:all(kind)
  self.collections[kind] = self.collections[kind] or collection.new()
  return self.collections[kind]
end

local Store = { __name = "rtk.emulator.state.store" }
Store.__index = Store

--- Creates an app with its system presets.
---@param account table
---@param name string
---@param id? string
---@return table app
function Store:create_app(account, name, id)
  local app = setmetatable(record.new(self.emulator, { name = name }), App)
  app.id, app.collections = id or app.id, {}
  for _, preset in ipairs(system_presets.all()) do
    app:all("presets"):add(record.new(self.emulator, preset))
  end
  return account.apps:add(app)
end

--- The account of an id; creates it if needed.
---@param id string
---@return table account
function Store:account(id)
  local account = self.accounts:get(id)
  if account then return account end
  account = self.accounts:add({ id = id, apps = collection.new() })
  self:create_app(account, DEFAULT_APP_NAME, self.emulator.options.app_id)
  return account
end

--- Finds an app in any account, because the legacy host has no accounts. The emulator's own account
--- takes precedence.
---@param id string
---@return table? account
---@return table? app
function Store:find_app(id)
  local own = self:account(self.emulator.account_id)
  if own.apps:get(id) then return own, own.apps:get(id) end
  for _, account in ipairs(self.accounts:select()) do
    if account.apps:get(id) then return account, account.apps:get(id) end
  end
end

--- Finds the app that has an object.
---@param kind string such as "meetings"
---@param id string
---@return table? app
---@return table? object
function Store:owner_of(kind, id)
  for _, account in ipairs(self.accounts:select()) do
    for _, app in ipairs(account.apps:select()) do
      local object = app:all(kind):get(id)
      if object then return app, object end
    end
  end
end

---@param emulator rtk.Emulator
local function new(emulator)
  return setmetatable({ emulator = emulator, accounts = collection.new() }, Store)
end

return { new = new, app_metatable = App }
