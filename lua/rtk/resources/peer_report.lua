-- SPDX-License-Identifier: MIT
-- What is known about one peer's connection, as a reply brought it. It is a
-- record of the past, so it has no methods.

return { _type = "rtk.PeerReport" }
