-- SPDX-License-Identifier: MIT
-- Apps of an account. An app holds meetings, presets and all the rest.

local App = require("rtk.resources.app")
local resource = require("rtk.resources.base")

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

--- Walks all apps; the iterator raises the message on failure.
---@param query? rtk.AppsQuery
---@param options? rtk.EachOptions
---@return fun(): rtk.App?
function Apps:each(query, options)
  return self:_each(App, "GET /apps", {}, query, options)
end

--- Creates an app: POST /accounts/{account_id}/realtime/kit/apps
--- Names are not unique and apps cannot be deleted: a second call makes a second app.
---@param body rtk.AppCreate
---@param options? rtk.CallOptions
---@return rtk.App? app, string? message, rtk.Error? err
function Apps:create(body, options)
  return self:_item(App, "POST /apps", {}, body, options)
end

return Apps
