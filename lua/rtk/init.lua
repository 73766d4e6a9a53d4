-- SPDX-License-Identifier: MIT
-- rtk: Cloudflare RealtimeKit for Lua. require "rtk" returns this module.

-- Before the others: it gives them globals that nobody else can change.
require("rtk.core").adopt()

local array = require("rtk.array")
local client = require("rtk.client")
local core = require("rtk.core")
local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local once = require("rtk.once")
local rate_limit = require("rtk.rate_limit")
local object = require("rtk.values.object")
local response = require("rtk.values.response")
local runtime = require("rtk.runtime")
local suggest = require("rtk.suggest")
local time = require("rtk.time")
local validate = require("rtk.validate")
local webhook = require("rtk.webhook")

---@class rtk
local rtk = {
  _VERSION = core._VERSION,
  --- A JSON null, in requests and in arrays of responses. The same value as cjson.null.
  null = core.null,
  --- Makes limiters.
  rate_limit = rate_limit,
  --- Makes locks by key.
  once = once,
  --- Makes runtimes of hosts: polling and adapter.
  runtime = runtime,
  --- Makes receivers of webhooks.
  webhook = webhook,
}

local function check_dot(name, first)
  if first == rtk then misuse.raise(("call rtk.%s with a dot, not with a colon"):format(name)) end
end

--- Makes a client. Raises on invalid options.
---@param options? rtk.ClientOptions
---@return rtk.Client client nil, with the message, only if the transport cannot be created
---@return string? message
function rtk.new(options)
  check_dot("new", options)
  return client.new(options)
end

--- Runs functions that make calls concurrently. An error that one raises ends up in its result:
--- ok is false, as from pcall.
---@param functions function[]
---@param options? rtk.GatherOptions
---@return { n: integer, [integer]: any }[] results for each { ok, values... }, in order
function rtk.gather(functions, options)
  check_dot("gather", functions)
  return require("rtk.tasks.gather").run(functions, options)
end

--- Calls a function for each item, concurrently, and returns the results in a loop as they are
--- ready: for item, value, message, err in rtk.map(items, f). Where f raises, value is nil, message
--- its text and err what it raised. At most `concurrency` items are taken and not yet returned.
--- What the iterator raises, the loop raises after the results of the items before it. Leaving the
--- loop cancels what is under way, and the download that items may come from; on LuaJIT, which has
--- no closing values, call close of the iterator.
---@generic T
---@param items T[]|fun(): T? an array, or an iterator such as meetings:each returns
---@param f fun(item: T): any
---@param options? rtk.MapOptions
---@return rtk.MapIterator|fun(): any, any, string?, any iterator
---@return nil, nil
---@return rtk.MapIterator closing
function rtk.map(items, f, options)
  check_dot("map", items)
  local iterator, _, _, closing = require("rtk.tasks.map").new(items, f, options)
  return iterator, nil, nil, closing
end

--- Marks a table as an array, so that it is sent as [] when it is empty.
---@generic T
---@param items? T[] default a new table
---@return T[] items the same table, or a copy if it has a __pairs
function rtk.array(items)
  return array.new(items)
end

--- The fields of an object as the API sent them. New fields of the API may be named like a method
--- of the object, which then keeps the method: rtk.fields(session).participants
---@param value table an object that a call returned, or any other table
---@return table fields a new table
function rtk.fields(value)
  misuse.check("value", value, "table")
  return object.fields(value)
end

--- The response that a value came from.
---@param value any an object, page or table that a call returned
---@return rtk.Response? response nil when no call returned this value
function rtk.response(value)
  return response.of(value)
end

--- Whether a value is text that can be sent: a string of valid UTF-8. A call with other bytes in
--- its query or body fails with kind "invalid".
---@param value any
---@return boolean
function rtk.is_text(value)
  return type(value) == "string" and (pcall(core.encode, value))
end

--- Writes a value as JSON, as request bodies are written: integers stay exact, rtk.null is null, an
--- empty table is an object unless rtk.array made it an array.
---@param value any raises, and names the place, if a part of it cannot be written
---@return string text
function rtk.encode(value)
  local ok, text = pcall(core.encode, input_table.deep("value", value))
  if not ok then misuse.raise(text) end
  return text
end

--- Reads JSON text as replies are read: integers stay exact where the Lua has them, arrays stay
--- arrays, a null is rtk.null in an array and an absent field in an object.
---@param text string
---@return any value
---@return string? message why it is not JSON
function rtk.decode(text)
  misuse.check("what rtk.decode reads", text, "string")
  return core.decode(text)
end

--- Waits as calls wait: other coroutines of the event loop, requests of the nginx worker and tasks
--- of rtk.gather run meanwhile. Raises in a phase of nginx that cannot wait.
---@param seconds number
function rtk.sleep(seconds)
  misuse.check("what rtk.sleep waits, in seconds,", seconds, "number")
  if not (seconds >= 0 and seconds < math.huge) then
    misuse.raise("what rtk.sleep waits, in seconds, must be a finite number that is not negative")
  end
  local reason = runtime.sleep(seconds)
  if reason then misuse.raise(reason) end
end

--- Calls a function until it returns a true value, with growing pauses, and returns what it
--- returned. false, or nil alone, means: not yet. `nil, message, err` ends the wait with these,
--- unless err is a failure that passes (connection, timeout, rate limit, 5xx). What the function
--- raises, the wait raises. It gets the seconds that are left.
---@param f fun(left: number): any
---@param options? rtk.WaitOptions
---@return any ... what f returned; nil, message, err with kind "timeout" when the time is over
function rtk.wait_until(f, options)
  check_dot("wait_until", f)
  misuse.check("what rtk.wait_until calls", f, "function")
  local wait_until = require("rtk.resources.jobs.wait_until")
  options = options or {}
  validate.check("the options of rtk.wait_until", options, wait_until.option_kinds)
  return wait_until.run(f, options)
end

--- Makes a function for on_progress of downloads. It draws one line of a terminal: percentage,
--- bytes, speed and time left. On a file that leads elsewhere it draws nothing. The line ends when
--- all is received; calling the function without arguments ends it early, after a failure.
---@param file file* such as io.stderr
---@return fun(progress?: rtk.DownloadProgress) on_progress
function rtk.progress_bar(file)
  check_dot("progress_bar", file)
  return require("rtk.download.progress_bar").new(file)
end

--- Runs a function concurrently with its caller, until it waits. It goes on when something else
--- waits or steps a client; in an event loop, when the loop runs. task:wait() returns ok and values
--- as pcall does, task:cancel() ends its wait.
---@param f function
---@return rtk.Task task
function rtk.spawn(f)
  check_dot("spawn", f)
  misuse.check("what rtk.spawn runs", f, "function")
  return runtime.spawn_kept(f)
end

--- Reads what a participant's token says of itself. It verifies nothing: only the service can say
--- whether the token is good, and only its browser needs it.
---@param text string participant.token
---@return rtk.TokenClaims? claims
---@return string? message why it is no such token; it does not quote it
function rtk.token(text)
  check_dot("token", text)
  misuse.check("what rtk.token reads", text, "string")
  return require("rtk.resources.token").read(text)
end

--- Reads a date of the API, such as meeting.created_at.
---@param text? string "2026-01-31T08:15:00.250Z", "2026-01-31 08:15:00.250000Z" or "2026-01-31"
---@return number? seconds since 1970, as os.time() counts them, with the fraction; nil for nil
---@return string? message why it is no date
function rtk.time(text)
  if text == nil then return nil end
  misuse.check("what rtk.time reads", text, "string")
  local seconds = time.parse(text)
  if not seconds then return nil, "not a date: it must be ISO 8601, or YYYY-MM-DD" end
  return seconds
end

--- The body of a new preset with all parts that the API requires, for presets:create,
--- presets:ensure and presets:replace. What is given goes before the defaults, at every depth.
---@param parts? rtk.PresetParts such as { name = "host", view_type = "WEBINAR", role = "host" }
---@return rtk.PresetCreate body a new table
function rtk.preset(parts)
  check_dot("preset", parts)
  return require("rtk.resources.jobs.preset_body").new(parts)
end

--- Lists the methods of a value, one line each. It prints nothing: print(rtk.help(client)).
---@param value? any rtk, which is the default, a client, a resource, an object or a page
---@return string text
function rtk.help(value)
  local help = require("rtk.resources.help")
  if value == nil or value == rtk then return help.functions("rtk.", rtk) end
  local text = help.of(value)
  if text then return text end
  misuse.raise(
    "rtk.help takes rtk, a client, a resource, an object or a page, got " .. misuse.describe(value)
  )
end

-- Modules that a program requires by their own names.
local modules = { core = true, emulator = true }

local function unknown(_, name)
  if type(name) ~= "string" or name:sub(1, 1) == "_" then return nil end
  if modules[name] then
    misuse.raise(('rtk.%s is a module of its own: require "rtk.%s"'):format(name, name))
  end
  if core.lower(name) == "version" then misuse.raise("rtk has its version in rtk._VERSION") end
  local names = {}
  for known in pairs(rtk) do
    if known:sub(1, 1) ~= "_" then names[#names + 1] = known end
  end
  misuse.raise(("rtk has no %q"):format(name) .. suggest.clause(name, names))
end

return setmetatable(rtk, { __index = unknown })
