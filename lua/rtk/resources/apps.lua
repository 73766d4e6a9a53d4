-- SPDX-License-Identifier: MIT
-- Apps of an account. An app holds meetings, presets and all other resources.

local misuse = require("rtk.misuse")
local object = require("rtk.values.object")
local resource = require("rtk.resources.base")
local schema = require("rtk.schema")

local NO_DELETE = "the API cannot delete an app"
local NO_UPDATE = "the API cannot change an app"

local absent = {
  delete = NO_DELETE,
  remove = NO_DELETE,
  rename = NO_UPDATE,
  replace = NO_UPDATE,
  update = NO_UPDATE,
}

--- An app that a call returned; also a client for itself: app.meetings:list() lists the
--- meetings of this app.
---@class rtk.App
---@field package _client rtk.Client
---@field active_session rtk.ActiveSession
---@field analytics rtk.Analytics
---@field livestreams rtk.Livestreams
---@field meetings rtk.Meetings
---@field presets rtk.Presets
---@field recordings rtk.Recordings
---@field sessions rtk.Sessions
---@field webhooks rtk.Webhooks
local App = object.class("rtk.App", absent)
App._members = schema.resources

--- Looks up in an app what is not one of its fields: a method or a resource.
---@param client rtk.Client of the call that returned the app
---@return fun(app: rtk.App, key: any): any
function App._bind(client)
  return function(app, key)
    if key == "_client" then return client end
    if not client:_has_resource(key) then return App[key] end
    misuse.check("the app's id", app.id, "string")
    return client:_scoped(nil, app.id, "the app")[key]
  end
end

--- Reloads it: GET /accounts/{account_id}/realtime/kit/apps/{app_id}
---@param options? rtk.CallOptions
---@return rtk.App? self, string? message, rtk.Error? err
function App:reload(options)
  return object.replace(self, self._client.apps:get(self.id, nil, options))
end

---@class rtk.Apps: rtk.Resource
local Apps = resource.class("apps", {
  get = "list",
  post = "create",
}, absent)

Apps._operation_ids = { get_app = "get" }

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
---@return rtk.Iterator|fun(): rtk.App?
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

--- Gets an app: GET /accounts/{account_id}/realtime/kit/apps/{app_id}
---@param app_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.App? app, string? message, rtk.Error? err
function Apps:get(app_id, query, options)
  return self:_item(App, "GET /apps/{app_id}", { app_id }, query, options)
end

return Apps
