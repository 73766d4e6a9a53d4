-- SPDX-License-Identifier: MIT
-- Keeps web pages out of a served emulator. Any page that a developer opens can send requests to a
-- port of the developer's machine, and by a name that resolves to it (DNS rebinding) even read the
-- answers. So a request must name this machine, or a host that the options list, and must not come
-- from a page of another origin.
--
-- Browsers say so themselves, in Host, Origin and Sec-Fetch-Site, and pages cannot change these.
-- Old browsers say neither of a form: what a browser sends must be application/json, which forms
-- cannot be, and for which scripts must ask before (CORS). Other programs need not say what they
-- send, because many do not.
local json = require("rtk.emulator.util.json")
local lower = require("rtk.emulator.util.text").lower

local guard = {}

-- What browsers say of a request by the user, or by a page of the same origin.
local OWN_SITES = { none = true, ["same-origin"] = true }

local READS = { GET = true, HEAD = true, OPTIONS = true }

local function refuse(message, status)
  return {
    status = status or 403,
    headers = { ["content-type"] = "application/json" },
    body = json.encode({ error = { message = message } }),
  }
end

--- The name in "name", "name:port", "[address]:port"; empty for what is none of these.
local function name_of(authority)
  local name = authority:gsub(":%d*$", "")
  return name:match("^%[[%x:.]*%]$") or name:match("^[^][:]*$") or ""
end

local function is_loopback(name)
  return name == "localhost"
    or name == "[::1]"
    or name:find("^127%.%d+%.%d+%.%d+$") ~= nil
    or name:find("%.localhost$") ~= nil
end

local function is_listed(hosts, authority)
  for _, host in ipairs(hosts or {}) do
    if lower(host) == authority or lower(host) == name_of(authority) then return true end
  end
  return false
end

local function is_own_host(hosts, authority)
  return is_loopback(name_of(authority)) or is_listed(hosts, authority)
end

local function is_own_origin(hosts, origin, host)
  local authority = origin:match("^https?://([^/]+)$")
  return authority ~= nil and (authority == host or is_listed(hosts, authority))
end

-- The refusal of the page that a request comes from.
local function refuse_page(headers, hosts, host)
  local origin = headers.origin and lower(headers.origin)
  if origin then
    if is_own_origin(hosts, origin, host) then return nil end
    return refuse(
      "pages of " .. origin .. " may not call the emulator (its option hosts lists who)"
    )
  end
  local site = headers["sec-fetch-site"]
  if not site or OWN_SITES[lower(site)] then return nil end
  return refuse("pages of other sites may not call the emulator")
end

-- Whether a browser sends this, and whether it says from where. Node's fetch has some of the
-- headers of browsers, but not these.
local function is_of_browser(headers)
  local says_where = headers.origin ~= nil or headers["sec-fetch-site"] ~= nil
  return says_where or (headers["user-agent"] or ""):find("^Mozilla/") ~= nil, says_where
end

-- The refusal of what a browser sends, if it may be a form of a page of another origin.
local function refuse_form(http)
  local is_browser, says_where = is_of_browser(http.headers)
  if READS[http.method] or not is_browser then return nil end
  if lower(http.headers["content-type"] or ""):find("^application/json") then return nil end
  if says_where and (http.body or "") == "" then return nil end
  return refuse("the body must have the Content-Type application/json", 415)
end

--- The refusal of a request, or nil.
---@param http rtk.emulator.HttpRequest
---@param hosts? string[] names, or "name:port", that are good besides those of this machine
---@return rtk.emulator.Response?
function guard.refusal(http, hosts)
  local host = http.headers.host and lower(http.headers.host)
  if host and not is_own_host(hosts, host) then
    return refuse("the emulator is not " .. host .. " (its option hosts can list names)")
  end
  return refuse_page(http.headers, hosts, host) or refuse_form(http)
end

return guard
