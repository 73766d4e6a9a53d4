-- SPDX-License-Identifier: MIT
-- Recordings of meetings.

local error_as_success = require("rtk.attempts.error_as_success")
local misuse = require("rtk.misuse")
local object = require("rtk.values.object")
local resource = require("rtk.resources.base")

local NO_DELETE = "the API cannot delete a recording; its download links expire"
local NO_UPDATE = "the API can only pause, resume and stop a recording"

local absent = {
  delete = NO_DELETE,
  remove = NO_DELETE,
  replace = NO_UPDATE,
  update = NO_UPDATE,
}

--- A recording that a call returned.
---@class rtk.Recording
---@field package _client rtk.Client
local Recording = object.class("rtk.Recording", absent)

--- Pauses it and takes over the response: PUT /recordings/{recording_id}
---@param options? rtk.CallOptions
---@return rtk.Recording? self, string? message, rtk.Error? err
function Recording:pause(options)
  return object.merge(self, nil, self._client.recordings:pause(self.id, options))
end

--- Resumes it and takes over the response: PUT /recordings/{recording_id}
---@param options? rtk.CallOptions
---@return rtk.Recording? self, string? message, rtk.Error? err
function Recording:resume(options)
  return object.merge(self, nil, self._client.recordings:resume(self.id, options))
end

--- Stops it and takes over the response: PUT /recordings/{recording_id}
---@param options? rtk.CallOptions
---@return rtk.Recording? self, string? message, rtk.Error? err
function Recording:stop(options)
  return object.merge(self, nil, self._client.recordings:stop(self.id, options))
end

--- Reloads it, with fresh download links: GET /recordings/{recording_id}
---@param options? rtk.CallOptions
---@return rtk.Recording? self, string? message, rtk.Error? err
function Recording:reload(options)
  return object.replace(self, self._client.recordings:get(self.id, nil, options))
end

--- Waits until it has a status, with growing pauses, and takes over each response.
--- GET /recordings/{recording_id}
--- Failures that pass do not end the wait before its time. The error has kind "timeout" when the
--- time is over, reason "errored" when the recording is ERRORED, and reason "passed" when it is
--- past all that is waited for.
---@param wait? rtk.StatusWait default status "UPLOADED"
---@param options? rtk.CallOptions of each look
---@return rtk.Recording? self, string? message, rtk.Error? err
function Recording:wait(wait, options)
  return require("rtk.resources.jobs.waits").recording(self, wait, options)
end

--- Downloads its file, with a fresh link whenever the one there is has expired.
--- GET /recordings/{recording_id}
--- Until it is UPLOADED the error has kind "not_found" and reason "not_ready". See
--- client:download for the other options and failures.
---@param target string|file*|fun(chunk: string): any a path, an open file, or a function
---@param options? rtk.RecordingDownloadOptions
---@return rtk.DownloadResult? result, string? message, rtk.Error? err
function Recording:download(target, options)
  local downloads = require("rtk.resources.jobs.downloads")
  return downloads.recording(self._client.recordings, self.id, target, options, self)
end

---@class rtk.Recordings: rtk.Resource
local Recordings = resource.class("recordings", {
  getRecordings = "list",
  startRecordings = "start",
  startTrackRecording = "start_track",
  getOneRecording = "get",
  getActiveRecordings = "get_active",
  pauseResumeStopRecording = "pause, resume or stop",
}, absent)

--- Lists recordings: GET /recordings
---@param query? rtk.RecordingsQuery
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.Recording>? page, string? message, rtk.Error? err
function Recordings:list(query, options)
  return self:_page(Recording, "GET /recordings", {}, query, options)
end

--- Iterates over all recordings; the iterator raises the message on failure.
---@param query? rtk.RecordingsQuery
---@param options? rtk.EachOptions
---@return rtk.Iterator|fun(): rtk.Recording?
function Recordings:each(query, options)
  return self:_each(Recording, "GET /recordings", {}, query, options)
end

--- Starts to record a meeting: POST /recordings
--- While one is running, the error has kind "conflict", unless
--- allow_multiple_recordings is set.
---@param body rtk.RecordingStart
---@param options? rtk.CallOptions
---@return rtk.Recording? recording, string? message, rtk.Error? err
function Recordings:start(body, options)
  return self:_item(Recording, "POST /recordings", {}, body, options)
end

--- Starts to record audio and video tracks apart: POST /recordings/track
---@param body rtk.TrackRecordingStart
---@param options? rtk.CallOptions
---@return rtk.Recording? recording without fields if the response has none
---@return string? message
---@return rtk.Error? err
function Recordings:start_track(body, options)
  return self:_item(Recording, "POST /recordings/track", {}, body, options)
end

--- Gets a recording: GET /recordings/{recording_id}
--- Its download links are absent until it is uploaded, and expire.
---@param recording_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Recording? recording, string? message, rtk.Error? err
function Recordings:get(recording_id, query, options)
  return self:_item(Recording, "GET /recordings/{recording_id}", { recording_id }, query, options)
end

--- Gets the recording that is running in a meeting.
--- GET /recordings/active-recording/{meeting_id}
--- When there is none, the error has kind "not_found".
---@param meeting_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Recording? recording, string? message, rtk.Error? err
function Recordings:get_active(meeting_id, query, options)
  local operation = "GET /recordings/active-recording/{meeting_id}"
  return self:_item(Recording, operation, { meeting_id }, query, options)
end

--- Gets the recording that is running in a meeting, or false.
--- GET /recordings/active-recording/{meeting_id}
---@param meeting_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Recording|false|nil recording false when there is none
---@return string? message
---@return rtk.Error? err
function Recordings:find_active(meeting_id, query, options)
  return error_as_success.or_false(self:get_active(meeting_id, query, options))
end

--- Makes sure that a meeting is recorded: the recording that runs, or a new one. Safe to run again,
--- also by several programs at once: the API refuses a second recording of a meeting.
--- POST /recordings and, where that finds one, GET /recordings/active-recording/{meeting_id}
--- It takes a recording that runs as it is, even paused, and cannot compare it with the body. After
--- a lost answer it says "created", because it cannot know whether another program was faster.
---@param meeting_id string
---@param body? rtk.RecordingStart without meeting_id
---@param options? rtk.EnsureStartedOptions
---@return rtk.Recording? recording
---@return "created"|"found"|string|nil outcome, or the message
---@return rtk.Error? err
function Recordings:ensure_started(meeting_id, body, options)
  local started = require("rtk.resources.ensure.started")
  return started.recording(self, meeting_id, body, options)
end

--- Stops the recording of a meeting, if there is one that runs; a recording that ends by itself or
--- that another program stops meanwhile is no failure. One that is still stopping is waited for, up
--- to `wait` seconds.
--- GET /recordings/active-recording/{meeting_id} and PUT /recordings/{recording_id}
--- Of several recordings at once the API names one, and this stops only that one. Its lock of
--- `once` is that of ensure_started.
---@param meeting_id string
---@param options? rtk.EnsureStartedOptions
---@return rtk.Recording|false|nil recording that is over now; false when none was running
---@return string? message
---@return rtk.Error? err
function Recordings:stop_if_running(meeting_id, options)
  return require("rtk.resources.ensure.started").stop_recording(self, meeting_id, options)
end

--- Downloads the file of a recording, with a fresh link whenever the one there is has expired.
--- GET /recordings/{recording_id}
--- Until it is UPLOADED the error has kind "not_found" and reason "not_ready". See
--- client:download for the other options and failures.
---@param recording_id string
---@param target string|file*|fun(chunk: string): any a path, an open file, or a function
---@param options? rtk.RecordingDownloadOptions
---@return rtk.DownloadResult? result, string? message, rtk.Error? err
function Recordings:download(recording_id, target, options)
  local downloads = require("rtk.resources.jobs.downloads")
  return downloads.recording(self, recording_id, target, options)
end

-- The action is the whole body, so a table in the body's place holds the options.
function Recordings:_act(recording_id, action, body, options)
  local operation = "PUT /recordings/{recording_id}"
  if options == nil then
    options = body
  elseif body ~= nil and (type(body) ~= "table" or next(body) ~= nil) then
    misuse.raise(operation .. " takes no further body (extra_body lets one through)")
  end
  return self:_item(Recording, operation, { recording_id }, { action = action }, options)
end

--- Pauses a recording: PUT /recordings/{recording_id}
---@param recording_id string
---@param body? rtk.CallOptions options may take this place: there is no body
---@param options? rtk.CallOptions
---@return rtk.Recording? recording, string? message, rtk.Error? err
function Recordings:pause(recording_id, body, options)
  return self:_act(recording_id, "pause", body, options)
end

--- Resumes a paused recording: PUT /recordings/{recording_id}
---@param recording_id string
---@param body? rtk.CallOptions options may take this place: there is no body
---@param options? rtk.CallOptions
---@return rtk.Recording? recording, string? message, rtk.Error? err
function Recordings:resume(recording_id, body, options)
  return self:_act(recording_id, "resume", body, options)
end

--- Stops a recording: PUT /recordings/{recording_id}
--- When it has already ended, the error has kind "invalid", unless an earlier attempt of this call
--- ended it and the response was lost.
---@param recording_id string
---@param body? rtk.CallOptions options may take this place: there is no body
---@param options? rtk.CallOptions
---@return rtk.Recording? recording, string? message, rtk.Error? err
function Recordings:stop(recording_id, body, options)
  return self:_act(recording_id, "stop", body, options)
end

--- All recordings of a meeting that a function accepts.
---@param meeting_id string
---@param accepts fun(recording: rtk.Recording): boolean?
---@param options? rtk.CallOptions
---@return rtk.Recording[]? recordings, string? message, rtk.Error? err
function Recordings:_collect_of_meeting(meeting_id, accepts, options)
  local query = { meeting_id = meeting_id }
  return self:_collect(Recording, "GET /recordings", {}, query, accepts, options)
end

return Recordings
