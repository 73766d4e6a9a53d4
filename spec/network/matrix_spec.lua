-- SPDX-License-Identifier: MIT
-- Each fault of the network, against each kind of call, on each runtime: what the client says is
-- compared with what the emulator behind the network has executed.
local runners = require("spec.faults.runners")
local setting = require("spec.network.setting")

describe("the network", function()
  runners.specify(setting, "does nothing twice and loses nothing")
end)
