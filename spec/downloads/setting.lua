-- SPDX-License-Identifier: MIT
-- The setting of the matrix of downloads: as that of the fault matrix, with other rows and cells.

local calls = require("spec.faults.setting")

return {
  module = "spec.downloads.setting",
  matrix = require("spec.downloads.matrix"),
  rows = require("spec.downloads.expectations"),
  in_process = calls.in_process,
  fixture = calls.fixture,
  start = calls.start,
}
