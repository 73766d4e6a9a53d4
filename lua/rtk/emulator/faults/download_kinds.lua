-- SPDX-License-Identifier: MIT
-- The kinds of faults that only the download host has, in the form of rtk.emulator.faults.kinds. A
-- kind with `alter` sets traits of how the file is served; it occurs together with other faults.
local errors = require("rtk.emulator.downloads.errors")

local kinds = {}

local DEFAULT_CHANGE = 1
local DEFAULT_SHIFT = 1

-- The link is no longer valid, whatever its date says.
kinds.expired = {
  denies = true,
  make = function(_, emulator)
    return errors.expired(emulator)
  end,
}

-- The file is another version from now on, `by` bytes longer.
kinds.changed = {
  fields = { by = "count" },
  alter = function(fault, traits)
    traits.change = fault.by or DEFAULT_CHANGE
  end,
}

kinds.no_etag = {
  alter = function(_, traits)
    traits.no_etag = true
  end,
}

kinds.weak_etag = {
  alter = function(_, traits)
    traits.weak_etag = true
  end,
}

-- A range is answered with the whole file.
kinds.no_ranges = {
  alter = function(_, traits)
    traits.no_ranges = true
  end,
}

-- The length is not announced.
kinds.chunked = {
  alter = function(_, traits)
    traits.chunked = true
  end,
}

kinds.slow = {
  required = "rate",
  fields = { rate = "times" },
  alter = function(fault, traits)
    traits.rate = fault.rate
  end,
}

local function shifted(content_range, by)
  local first, last, size = content_range:match("^bytes (%d+)%-(%d+)/(%d+)$")
  return ("bytes %d-%d/%d"):format(first + by, last + by, size + by)
end

-- A range is not the one that its Content-Range says: it is `by` bytes further on, or the text says
-- what the fault gives.
kinds.wrong_range = {
  spoils = true,
  fields = { by = "integer", content_range = "string" },
  make = function(fault, _, answer)
    if answer.status == 206 then
      local real = answer.headers["content-range"]
      answer.headers["content-range"] = fault.content_range
        or shifted(real, fault.by or DEFAULT_SHIFT)
    end
    return answer
  end,
}

for _, kind in pairs(kinds) do
  kind.of_download = true
  if kind.alter then kind.spoils = true end
end

return kinds
