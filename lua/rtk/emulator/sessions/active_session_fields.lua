-- SPDX-License-Identifier: MIT
-- What the bodies about the session in progress may contain. The reference requires both lists of
-- a kick; callers send one of them, and the newer reference agrees.
local field = require("rtk.emulator.http.field")

local IDS = field.array(field.string({ not_empty = true }))

return {
  kick = field.object({ custom_participant_ids = IDS, participant_ids = IDS }),
  poll = field.object({
    anonymous = field.boolean(),
    hide_votes = field.boolean(),
    options = field.array(field.string({ not_empty = true }), { required = true }),
    question = field.string({ required = true, not_empty = true }),
  }),
}
