-- SPDX-License-Identifier: MIT
-- The expected outcome of each fault of a download, for a target that is a path and one that is a
-- function. "ok 2" is a download that succeeded with its second attempt; "conflict changed 2" one
-- that failed with this kind and reason after two. A client makes three attempts in a row that
-- bring nothing.
--
-- The file has 300,000 bytes, and a fault that ends a reply does so after 120,000. `with` are
-- faults that go on all the time, `options` those of the download, `most_times` how often a fault
-- occurs that would spoil the connection for the next call, too, where it comes after all of a
-- reply.

local PART = 120000
local TRUNCATE = { kind = "truncate", bytes = PART }

-- `once` for a fault that goes away, `always` for one that stays; one outcome for both targets, or
-- one for each.
local function outcome(once, always)
  local function cells(texts)
    if type(texts) == "string" then texts = { texts, texts } end
    return { file = texts[1], ["function"] = texts[2] }
  end
  return { once = cells(once), always = cells(always) }
end

local PASSES = "ok 2"

return {
  -- Each attempt brings its part, so three are enough for all.
  { TRUNCATE, outcome(PASSES, "ok 3") },
  { { kind = "reset", bytes = PART }, outcome(PASSES, "ok 3"), most_times = 2 },
  { { kind = "stall", bytes = PART }, outcome(PASSES, "ok 3"), most_times = 2 },
  { { kind = "truncate", bytes = 0 }, outcome(PASSES, "connection 3") },
  { { kind = "close" }, outcome(PASSES, "connection 3") },
  { { kind = "refuse" }, outcome(PASSES, "connection 3") },
  { { kind = "status", status = 503 }, outcome(PASSES, "server 3") },
  { { kind = "rate_limit", retry_after = 1 }, outcome(PASSES, "rate_limit 3") },
  { { kind = "status", status = 416 }, outcome("api 1", "api 1") },
  { { kind = "html", status = 200 }, outcome(PASSES, "protocol 3") },
  { { kind = "expired" }, outcome(PASSES, "permission expired 2") },
  { { kind = "redirect" }, outcome("ok 1", "protocol redirects 1"), leads_to_itself = true },
  {
    { kind = "redirect", location = "https://10.0.0.1/file" },
    outcome("connection private_address 1", "connection private_address 1"),
    needs_network = true,
  },
  { { kind = "redirect", location = "ftp://example.com/file" }, outcome("invalid 1", "invalid 1") },
  {
    { kind = "oversize", bytes = 400000 },
    outcome("too_large 1", "too_large 1"),
    options = { max_bytes = 300000 },
  },
  {
    { kind = "oversize", bytes = 400000 },
    outcome("too_large 1", "too_large 1"),
    with = { { kind = "chunked" } },
    options = { max_bytes = 300000 },
  },
  -- The server says that there is more, and then that there is not.
  { { kind = "wrong_length", by = 10 }, outcome(PASSES, "connection 3") },
  -- It says that there is less than the recording has.
  { { kind = "wrong_length", by = -10 }, outcome(PASSES, "connection 3") },
  { TRUNCATE, outcome(PASSES, "ok 3"), with = { { kind = "chunked" } } },
  -- A function cannot give back what it has had.
  {
    TRUNCATE,
    outcome({ PASSES, "conflict changed 2" }, { "ok 4", "conflict changed 2" }),
    changes = true,
  },
  {
    TRUNCATE,
    outcome({ PASSES, "connection changed 1" }, { "connection 3", "connection changed 1" }),
    with = { { kind = "no_etag" } },
  },
  {
    TRUNCATE,
    outcome({ PASSES, "connection changed 1" }, { "connection 3", "connection changed 1" }),
    with = { { kind = "weak_etag" } },
  },
  { TRUNCATE, outcome(PASSES, "connection 3"), with = { { kind = "no_ranges" } } },
  {
    TRUNCATE,
    outcome({ "ok 3", "conflict changed 2" }, "ok 3"),
    with = { { kind = "wrong_range" } },
  },
}
