-- SPDX-License-Identifier: MIT
-- One recording, as a reply brought it.

local object = require("rtk.resources.object")

---@class rtk.Recording
---@field package _client rtk.Client
local Recording = object.class("rtk.Recording")

--- Pauses it and takes over the answer: PUT /recordings/{recording_id}
---@param options? rtk.CallOptions
---@return rtk.Recording? self, string? message, rtk.Error? err
function Recording:pause(options)
  return object.merge(self, nil, self._client.recordings:pause(self.id, options))
end

--- Goes on and takes over the answer: PUT /recordings/{recording_id}
---@param options? rtk.CallOptions
---@return rtk.Recording? self, string? message, rtk.Error? err
function Recording:resume(options)
  return object.merge(self, nil, self._client.recordings:resume(self.id, options))
end

--- Ends it and takes over the answer: PUT /recordings/{recording_id}
---@param options? rtk.CallOptions
---@return rtk.Recording? self, string? message, rtk.Error? err
function Recording:stop(options)
  return object.merge(self, nil, self._client.recordings:stop(self.id, options))
end

--- Reads it again, with fresh download links: GET /recordings/{recording_id}
---@param options? rtk.CallOptions
---@return rtk.Recording? self, string? message, rtk.Error? err
function Recording:reload(options)
  return object.replace(self, self._client.recordings:get(self.id, nil, options))
end

return Recording
