-- SPDX-License-Identifier: MIT
-- What the query of the figures by day may contain.
local field = require("rtk.emulator.http.field")

return { daywise = field.object({ end_date = field.string(), start_date = field.string() }) }
