-- SPDX-License-Identifier: MIT
-- The stores in Redis and in a shared dictionary are tried in spec/limits and spec/nginx.

local contract = require("spec.support.asserts.store_contract")
local memory = require("rtk.store.memory")

describe("rtk.store.memory", function()
  for title, try in pairs(contract) do
    it(title, function()
      try(memory.new(100))
    end)
  end

  it("keeps a number of values, and not many more", function()
    local store = memory.new(10)
    for number = 1, 1000 do
      store:add("k" .. number, "v", 1000)
    end
    for number = 991, 1000 do
      assert.equal("v", store:get("k" .. number))
    end
    local kept = 0
    for number = 1, 1000 do
      if store:get("k" .. number) then kept = kept + 1 end
    end
    assert.is_true(kept <= 20, kept)
  end)

  it("keeps all that has not expired, and no more, when it is to keep all", function()
    local store = memory.new(10, true)
    for number = 1, 1000 do
      store:add("k" .. number, "v", 1000)
      store:add("brief" .. number, "v", 1e-9)
    end
    for number = 1, 1000 do
      assert.equal("v", store:get("k" .. number))
    end
    for number = 1, 1000 do
      store:swap("k" .. number, "v", nil)
    end
    for number = 1, 10000 do
      store:add("brief" .. number, "v", 1e-9)
    end
    local entries = 0
    for _, generation in ipairs({ store._recent, store._older }) do
      for _ in pairs(generation) do
        entries = entries + 1
      end
    end
    assert.is_true(entries <= 20, entries)
  end)

  it("keeps a value however often others are stored and removed meanwhile", function()
    local store = memory.new(10)
    store:add("kept", "v", 1000)
    for _ = 1, 100 do
      assert.is_true(store:add("other", "v", 1000))
      assert.is_true(store:swap("other", "v", nil))
    end
    assert.equal("v", store:get("kept"))
  end)
end)
