-- SPDX-License-Identifier: MIT
-- What the body of a meeting's participant may contain.
local field = require("rtk.emulator.http.field")

local TEXT = { required = true, not_empty = true }

return {
  create = field.object({
    custom_participant_id = field.string(TEXT),
    name = field.string(),
    picture = field.uri(),
    preset_name = field.string(TEXT),
  }),
  update = field.object({
    name = field.string(),
    picture = field.uri(),
    preset_name = field.string(TEXT),
  }),
  list = field.page_query(),
}
