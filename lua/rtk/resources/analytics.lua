-- SPDX-License-Identifier: MIT
-- Usage of an app: sessions, recordings, livestreams.

local resource = require("rtk.resources.base")

---@class rtk.Analytics: rtk.Resource
local Analytics = resource.class("analytics", {
  getOrgAnalytics = "daywise",
  getLivestreamAnalyticsComplete = "livestreams_overall",
  getLivestreamAnalyticsDaywise = "livestreams_daywise",
})

--- Sessions and recordings of each day: GET /analytics/daywise
--- Without dates: the last 30 days.
---@param query? rtk.DaywiseQuery
---@param options? rtk.CallOptions
---@return rtk.Daywise? figures, string? message, rtk.Error? err
function Analytics:daywise(query, options)
  return self:_value("GET /analytics/daywise", {}, query, options)
end

--- Livestreams in total: GET /analytics/livestreams/overall
---@param query? rtk.LivestreamAnalyticsQuery
---@param options? rtk.CallOptions
---@return rtk.LivestreamTotals? figures, string? message, rtk.Error? err
function Analytics:livestreams_overall(query, options)
  return self:_value("GET /analytics/livestreams/overall", {}, query, options)
end

--- Livestreams of each day: GET /analytics/livestreams/daywise
--- Known only from Cloudflare's own SDK.
---@param query? rtk.LivestreamDaywiseQuery
---@param options? rtk.CallOptions
---@return rtk.LivestreamDay[]? days, string? message, rtk.Error? err
function Analytics:livestreams_daywise(query, options)
  return self:_value("GET /analytics/livestreams/daywise", {}, query, options)
end

return Analytics
