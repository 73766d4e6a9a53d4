-- SPDX-License-Identifier: MIT
-- One app, as a reply brought it; also a client for itself:
-- app.meetings:list() lists the meetings of this app.

local misuse = require("rtk.misuse")

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
---@param client rtk.Client of the call that brought the app
---@return fun(app: rtk.App, key: any): any
function App._bind(client)
  return function(app, key)
    if not client:_has_resource(key) then return nil end
    misuse.check("the app's id", app.id, "string")
    return client:_scoped(nil, app.id)[key]
  end
end

return App
