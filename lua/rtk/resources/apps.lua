-- SPDX-License-Identifier: MIT
-- Apps of an account. An app holds meetings, presets and all other resources.

local misuse = require("rtk.misuse")
local resource = require("rtk.resources.base")

--- An app that a call returned; also a client for itself: app.meetings:list() lists the
--- meetings of this app.
---@class rtk.App
---@field active_session rtk.ActiveSession
---@field analytics rtk.Analytics
---@field livestreams rtk.Livestreams
---@field meetings rtk.Meetings
---@field presets rtk.Presets
---@field recordings rtk.Recordings
---@field sessions rtk.Sessions
---@field webhooks rtk.Webhooks
local App = { _type = "rtk.App" }

--- Looks up in an app what is not one of its fields: a resource.
---@param client rtk.Client of the call that returned the app
---@return fun(app: rtk.App, key: any): any
function App._bind(client)
  return function(app, key)
    if not client:_has_resource(key) then return nil end
    misuse.check("the app's id", app.id, "string")
    return client:_scoped(nil, app.id)[key]
  end
end

---@class rtk.Apps: rtk.Resource
local Apps = resource.class("apps", {
  get = "list",
  post = "create",
})

--- Lists apps: GET /accounts/{account_id}/realtime/kit/apps
---@param query? rtk.AppsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.App>? page, string? message, rtk.Error? err
function Apps:list(query, options)
  return self:_page(App, "GET /apps", {}, query, options)
end

--- Iterates over all apps; the iterator raises the message on failure.
---@param query? rtk.AppsQuery
---@param options? rtk.EachOptions
---@return fun(): rtk.App?
function Apps:each(query, options)
  return self:_each(App, "GET /apps", {}, query, options)
end

--- Creates an app: POST /accounts/{account_id}/realtime/kit/apps
--- Names are not unique and apps cannot be deleted: a second call creates a second app.
---@param body rtk.AppCreate
---@param options? rtk.CallOptions
---@return rtk.App? app, string? message, rtk.Error? err
function Apps:create(body, options)
  return self:_item(App, "POST /apps", {}, body, options)
end

return Apps
