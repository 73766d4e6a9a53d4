-- SPDX-License-Identifier: MIT
-- Each fault of the network, against each kind of call, on each runtime. The client's results are
-- compared with what the emulator executed.
local runners = require("spec.faults.runners")
local setting = require("spec.network.setting")

describe("the network", function()
  runners.specify(setting, "does nothing twice and loses nothing")
end)
