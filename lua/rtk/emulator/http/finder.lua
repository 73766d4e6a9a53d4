-- SPDX-License-Identifier: MIT
-- Finds the object of an app that the path of a request names.
local reply = require("rtk.emulator.http.reply")

--- Makes the function that finds objects of one kind.
---@param kind string such as "meeting", of which an app has "meetings" and a path a "meeting_id"
---@return fun(request: table): table?, table? find gives the object, or nil and a refusal
local function finder(kind)
  local collection, id_name = kind .. "s", kind .. "_id"
  return function(request)
    local id = request.ids[id_name]
    local found = request.app:all(collection):get(id)
    if found then return found end
    return nil, reply.failure(404, ("No %s found with id %s"):format(kind, id))
  end
end

return finder
