-- SPDX-License-Identifier: MIT
-- Lets pages read answers (CORS): those of the emulator's own origin and of the hosts that the
-- options list, each by its name. The guard has refused all others before, and they get no headers.
-- OPTIONS tells the methods of a path; browsers ask so before they send JSON from another origin.
local cors = {}

-- Seconds for which a browser need not ask again.
local MAX_AGE = "600"

--- Answers OPTIONS.
---@param http rtk.emulator.HttpRequest
---@param methods string[] of the path
---@return rtk.emulator.Response
function cors.answer(http, methods)
  local allowed = table.concat(methods, ", ")
  local headers = { allow = allowed }
  if http.headers.origin and http.headers["access-control-request-method"] then
    headers["access-control-allow-methods"] = allowed
    headers["access-control-allow-headers"] = http.headers["access-control-request-headers"]
    headers["access-control-max-age"] = MAX_AGE
  end
  return { status = 204, headers = headers, body = "" }
end

--- Lets the page that a request comes from read its answer.
---@param http rtk.emulator.HttpRequest that the guard let pass
---@param answer rtk.emulator.Response
function cors.put_headers(http, answer)
  answer.headers.vary = "Origin"
  answer.headers["access-control-allow-origin"] = http.headers.origin
end

return cors
