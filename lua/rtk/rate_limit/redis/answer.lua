-- SPDX-License-Identifier: MIT
-- What errors that Redis answers mean: it cannot decide now, it never will with these options,
-- or another node of its cluster has to be asked.

local redis_answer = {}

-- First words of errors that waiting does not mend.
local refusals = { NOAUTH = true, NOPERM = true, WRONGPASS = true, WRONGTYPE = true }

-- Words of errors that pass: while Redis starts, fails over, runs out of something.
local passing = {
  "ASK",
  "BUSY",
  "CLUSTERDOWN",
  "LOADING",
  "MASTERDOWN",
  "MISCONF",
  "MOVED",
  "NOREPLICAS",
  "OOM",
  "READONLY",
  "TRYAGAIN",
  "UNKILLABLE",
  "max number of clients",
}

--- Whether Redis will not do what it is asked, as with a wrong password, rather than not now.
---@param message string an error that Redis answered
---@return boolean
function redis_answer.is_refusal(message)
  if refusals[message:match("^[A-Z]+")] then return true end
  -- What happens in a script, Redis 6 tells at the end of a sentence of its own.
  for _, words in ipairs(passing) do
    if message:find("%f[0-9A-Za-z]" .. words .. "%f[^0-9A-Za-z]") then return false end
  end
  return true
end

--- The node that an error names: MOVED tells the slot's home, ASK where it is on its way to.
---@param message string an error that Redis answered
---@param asked { host: string } the node that answered
---@return { host: string, port: integer, is_asking: boolean }? node
function redis_answer.redirect(message, asked)
  local verb, host, digits = message:match("^([A-Z]+) [0-9]+ ([^ ]*):([0-9]+)$")
  if verb ~= "MOVED" and verb ~= "ASK" then return nil end
  local port = tonumber(digits)
  if host == "" then host = asked.host end
  local is_good = host and #host <= 255 and host:find("^[A-Za-z0-9_.:-]+$")
  if not is_good or port < 1 or port > 65535 then return nil end
  return { host = host, port = port, is_asking = verb == "ASK" }
end

--- The seconds that the script tells.
---@param reply string
---@return number? seconds nil when the reply is none of the script's
---@return number? spread seconds
---@return boolean? is_anew what was stored was no good
function redis_answer.seconds(reply)
  local wait, spread, anew = reply:match("^(%d+) (%d+) ([01])$")
  local seconds, more = tonumber(wait), tonumber(spread)
  local longest = 86400 * 1e6
  if not seconds or seconds > longest or more > longest then return nil end
  return seconds / 1e6, more > 0 and more / 1e6 or nil, anew == "1"
end

return redis_answer
