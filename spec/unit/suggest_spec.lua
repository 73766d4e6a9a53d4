-- SPDX-License-Identifier: MIT
local suggest = require("rtk.suggest")

describe("rtk.suggest", function()
  local names = { "create", "delete", "get", "list", "list_participants", "update" }

  it("finds the nearest name", function()
    assert.equal("create", suggest.nearest("creat", names))
    assert.equal("update", suggest.nearest("updaet", names))
    assert.equal("list_participants", suggest.nearest("listParticipants", names))
    assert.equal("list_participants", suggest.nearest("participants", names))
  end)

  it("finds none where nothing is near", function()
    assert.is_nil(suggest.nearest("xyzzy", names))
  end)

  it("lists what is known where nothing is near", function()
    assert.equal("; known are a, b", suggest.clause("xyzzy", { "b", "a" }))
    assert.equal("; known are a, b", suggest.clause(("x"):rep(5000), { "b", "a" }))
    assert.equal('; did you mean "get"?', suggest.clause("gett", names))
  end)
end)
