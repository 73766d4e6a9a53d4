-- SPDX-License-Identifier: MIT
-- Every recorded request of the official SDK, made again by rtk. The first file has each operation
-- with few and with all documented fields; the second has unusual ids, empty values, nulls, unusual
-- characters and fields that only the SDK knows.

local wire_recordings = require("spec.support.data.wire_recordings")

local files = {
  { name = "official-sdk.json", recordings = 85, with_arrays = 14, operations = 55 },
  { name = "official-sdk-more.json", recordings = 150, with_arrays = 31, operations = 54 },
}

for _, file in ipairs(files) do
  describe("the requests in " .. file.name, function()
    local recordings = wire_recordings.load(file.name)
    local operations, with_arrays = {}, 0

    for index, recording in ipairs(recordings) do
      operations[recording.operation] = true
      it(("%d are sent alike: %s"):format(index, recording.operation), function()
        assert.same({}, wire_recordings.replay(recording))
      end)
      if wire_recordings.has_array(recording) then
        with_arrays = with_arrays + 1
        it(("%d are sent alike with plain tables for arrays"):format(index), function()
          assert.same({}, wire_recordings.replay(recording, true))
        end)
      end
    end

    it("are all replayed", function()
      assert.equal(file.recordings, #recordings)
      assert.equal(file.with_arrays, with_arrays)
      local count = 0
      for _ in pairs(operations) do
        count = count + 1
      end
      assert.equal(file.operations, count)
    end)
  end)
end
