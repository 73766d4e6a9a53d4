-- SPDX-License-Identifier: MIT
-- The path of every request: the guard, the page, administration, routing, rate limit, faults, and
-- then the download host or the API. A request is routed once; the match goes along with it. The
-- journal records all requests but those of the page and the administration, OPTIONS, and those
-- that the guard refuses.
local admin = require("rtk.emulator.admin")
local cors = require("rtk.emulator.http.cors")
local dispatch = require("rtk.emulator.http.dispatch")
local downloads = require("rtk.emulator.downloads")
local guard = require("rtk.emulator.http.guard")
local page = require("rtk.emulator.page")
local rate_limit = require("rtk.emulator.http.rate_limit")
local response = require("rtk.emulator.http.response")
local response_body = require("rtk.emulator.http.response_body")

local middleware = {}

--- The match of a request; its operation names the request for faults and the journal.
local function match_request(emulator, http)
  if not downloads.is_addressed(emulator, http) then return dispatch.match(emulator, http) end
  return { is_download = true, operation = http.method .. " /download" }
end

local function serve(emulator, http, match, traits)
  if match.is_download then return downloads.serve(emulator, http, traits) end
  return response.of(emulator, dispatch.answer(emulator, http, match))
end

--- Returns the response and a note for the journal: the kind of the fault that occurred, and
--- whether the API executed the request.
local function serve_with_faults(emulator, http, match)
  local taken = emulator.faults:any() and emulator.faults:take(match.operation)
  local note = { fault = taken and taken.kind or nil, executed = false }
  local function perform(traits)
    local real = serve(emulator, http, match, traits)
    note.executed = real.status < 300
    return real
  end
  if not taken then return perform(), note end
  return emulator.faults:answer(taken, emulator, perform), note
end

--- Applies the rate limit, which does not count downloads.
local function serve_within_limit(emulator, http, match)
  if not emulator.options.rate_limit or match.is_download then
    return serve_with_faults(emulator, http, match)
  end
  local limit, blocked = rate_limit.count(emulator, http)
  if blocked then return blocked, { executed = false } end
  local answer, note = serve_with_faults(emulator, http, match)
  rate_limit.put_headers(answer, limit)
  return answer, note
end

-- Answers a request to the API or the download host. `asked` is the same request, but a GET if it
-- is a HEAD of the API.
local function answer_service(emulator, http, asked)
  local match = match_request(emulator, asked)
  local answer, note = serve_within_limit(emulator, asked, match)
  if not http.streams then answer.body = response_body.text(answer.body) end
  emulator.log:add({
    at = emulator.clock:now(),
    operation = match.operation,
    request = http,
    answer = answer,
    fault = note.fault,
    executed = note.executed,
  })
  return answer
end

local function answer_get(emulator, http, asked)
  if page.is_addressed(asked) then return page.answer(asked) end
  if admin.is_addressed(asked) then return admin.answer(emulator, asked) end
  return answer_service(emulator, http, asked)
end

-- HEAD is answered as GET is, without the body. The download host does that itself.
local function answer_head(emulator, http)
  local answer = answer_get(emulator, http, setmetatable({ method = "GET" }, { __index = http }))
  answer.headers["content-length"] = ("%d"):format(response_body.size(answer.body))
  answer.body = ""
  return answer
end

-- The methods of a path; none where there is nothing.
local function methods_of(emulator, http)
  if page.is_addressed(http) then return { "GET", "HEAD" } end
  if admin.is_addressed(http) then return admin.methods(http.path) end
  if downloads.is_addressed(emulator, http) then return { "GET", "HEAD" } end
  return dispatch.methods(emulator, http)
end

local function answer_any(emulator, http)
  local is_download = downloads.is_addressed(emulator, http)
  if http.method == "HEAD" and not is_download then return answer_head(emulator, http) end
  local methods = http.method == "OPTIONS" and methods_of(emulator, http)
  if methods and methods[1] then return cors.answer(http, methods) end
  return answer_get(emulator, http, http)
end

--- Answers a request.
---@param emulator rtk.Emulator
---@param http rtk.emulator.HttpRequest
---@return rtk.emulator.Response
function middleware.answer(emulator, http)
  -- In process, there is no one to be kept out.
  if not http.remote then return answer_any(emulator, http) end
  local refusal = guard.refusal(http, emulator.options.hosts)
  if refusal then return refusal end
  local answer = answer_any(emulator, http)
  cors.put_headers(http, answer)
  return answer
end

return middleware
