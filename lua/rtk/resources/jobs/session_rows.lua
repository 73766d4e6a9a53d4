-- SPDX-License-Identifier: MIT
-- Rows of the chat and the transcript of a session, and the text of its summary, as they come.

local download = require("rtk.download")
local downloads = require("rtk.resources.jobs.downloads")
local iterator = require("rtk.rows.iterator")
local misuse = require("rtk.misuse")

---@class rtk.RowOptions what rtk.DownloadOptions has, but for resume and renew
---@field on_progress? fun(progress: rtk.DownloadProgress) called at most 10 times a second
---@field max_bytes? integer the longest file that is taken
---@field timeout? number seconds for the whole download, with what the loop does; default no limit
---@field stall_timeout? number seconds that it may be slower than min_speed; default 30
---@field min_speed? number bytes per second; default 1024
---@field max_retries? integer attempts in a row that get nothing; default that of the client
---@field allow_private? boolean also http, and addresses that are not public; default false

---@class rtk.TranscriptRowOptions: rtk.RowOptions
---@field format? "CSV"|"JSON"|"SRT"|"VTT" what to ask the API for; any format is read

local session_rows = {}

-- Options of downloads to a file, and of those by a link.
local UNFIT = { "resume", "renew" }

local function resolve(kind, session_id, options)
  misuse.check("session_id", session_id, "string")
  local what = ("the options for a %s's content"):format(kind)
  local resolved = downloads.session_options(what, kind, options)
  for _, name in ipairs(UNFIT) do
    if options and options[name] ~= nil then
      misuse.raise(("unknown option %s in %s: it is for downloads to a file"):format(name, what))
    end
  end
  return resolved
end

local function chunks(resource, kind, session_id, resolved)
  local source = downloads[kind .. "_source"](resource, session_id, resolved.format)
  return download.chunks(resource._client._channel, source, resolved)
end

--- An iterator over the rows of a session's chat or transcript. Nothing is sent before the first
--- row is needed.
---@param resource rtk.Sessions
---@param kind "chat"|"transcript"
---@param session_id string
---@param options? rtk.TranscriptRowOptions
---@return rtk.RowIterator|fun(): table? iterator
---@return nil, nil
---@return rtk.RowIterator closing
function session_rows.each(resource, kind, session_id, options)
  local resolved = resolve(kind, session_id, options)
  return iterator.new(kind, function()
    return chunks(resource, kind, session_id, resolved)
  end)
end

--- The text of a session's summary. It is no longer than a reply of the API may be, unless the
--- option max_bytes says otherwise.
---@param resource rtk.Sessions
---@param session_id string
---@param options? rtk.RowOptions
---@return string? text, string? message, rtk.Error? err
function session_rows.summary_text(resource, session_id, options)
  local resolved = resolve("summary", session_id, options)
  resolved.max_bytes = resolved.max_bytes or resource._client._channel.settings.max_response_bytes
  local next_chunk, close = chunks(resource, "summary", session_id, resolved)
  local parts = {}
  -- It raises for misuse, and what the caller's on_progress raises.
  local ok, message, err = pcall(function()
    while true do
      local chunk, message, err = next_chunk()
      if not chunk then return message, err end
      parts[#parts + 1] = chunk
    end
  end)
  if not ok then
    close()
    error(message, 0)
  end
  if message then return nil, message, err end
  return table.concat(parts)
end

return session_rows
