-- SPDX-License-Identifier: MIT
-- One who took part in a session, as a reply brought it. It is a record of the
-- past, so it has no methods.

return { _type = "rtk.SessionParticipant" }
