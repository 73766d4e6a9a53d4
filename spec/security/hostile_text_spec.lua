-- SPDX-License-Identifier: MIT
-- Megabytes of text that is slow to parse, for all code that parses replies. The spec counts Lua
-- instructions, which other processes cannot affect. It does not count time in C's string
-- functions: their patterns are linear by construction, as the modules say.

local core = require("rtk.core")
local error_texts = require("rtk.errors.error_texts")
local error_kind = require("rtk.errors.error_kind")
local headers = require("rtk.http.headers")
local error_message = require("rtk.errors.error_message")
local html_title = require("rtk.errors.html_title")
local redact = require("rtk.http.redact")
local api_error = require("rtk.errors.api_error")
local retry_after_header = require("rtk.http.retry_after_header")
local suggest = require("rtk.suggest")

local MIB = 2 ^ 20
local STEP = 100 -- instructions between two counts

describe("a hostile text", function()
  local jit = rawget(_G, "jit")

  -- Hooks do not see what is compiled.
  setup(function()
    if jit then
      jit.off()
      jit.flush()
    end
  end)

  teardown(function()
    if jit then jit.on() end
  end)

  local function instructions(f, ...)
    local count = 0
    debug.sethook(function()
      count = count + STEP
    end, "", STEP)
    local ok, problem = pcall(f, ...)
    debug.sethook()
    assert(ok, problem)
    return count
  end

  local key = "s3cr3t-s3cr3t-s3cr3t-s3cr4t"
  local call = { headers = { "X-Key: " .. key }, body = core.encode({ secret = "aaaaaaab" }) }

  local units = {
    "<title>",
    "<title ",
    "<title></",
    "<h1>x<h1",
    "<",
    "<!--",
    "&amp",
    "&#39;",
    "eyJ",
    "eyJa.",
    "-----BEGIN ",
    "-----BEGIN x-----END ",
    "-",
    "://",
    "rtmp://",
    "://@",
    "://a?",
    "@",
    ";",
    " ",
    "\r\n",
    "\1",
    "\128",
    "\240\159\148",
    "\226\128\174",
    "{",
    "[",
    "9",
    "a, ",
    "a",
    "aaaaaaa",
    key:sub(1, -2),
    key:sub(1, 4),
    "preset found ",
  }

  local function remove_secrets(text)
    return redact.sent(call)(text)
  end

  local readers = {
    ["redact.line"] = redact.line,
    ["redact.sent"] = remove_secrets,
    ["error_texts.find"] = function(text)
      error_texts.find({ text = text })
      error_texts.find({ value = { errors = { { code = text, message = text, path = text } } } })
    end,
    ["html_title.find"] = html_title.find,
    ["html_title.is_page"] = html_title.is_page,
    ["error_message.of a redirect"] = function(text)
      error_message.of({ status = 302 }, { location = text }, call)
      error_message.of({ status = 302 }, { location = "https://" .. text }, call)
    end,
    ["error_message.of"] = function(text)
      error_message.of({ status = 403, text = text }, {}, call)
      error_message.of({ status = 403, text = "<title>" .. text .. "</title>" }, {}, call)
      error_message.of({ status = 403, value = { message = text, errors = { text } } }, {}, call)
    end,
    ["error_message.unusable"] = function(text)
      error_message.unusable({ status = 200, text = text }, call, "it is odd")
      error_message.unusable({ status = 200, text = "<title>" .. text }, call, "it is odd")
    end,
    ["error_kind.of"] = function(text)
      error_kind.of(400, api_error.errors({ error = text, code = text }))
    end,
    ["headers.request_id"] = function(text)
      headers.request_id({ ["cf-ray"] = text })
    end,
    ["retry_after_header.seconds"] = function(text)
      retry_after_header.seconds({ ["retry-after"] = text, date = text })
    end,
    ["suggest.nearest"] = function(text)
      suggest.nearest(text, { text })
      suggest.nearest("preset", { text, text .. "x" })
    end,
  }

  -- Far more than any of them needs, and far less than one instruction for each byte.
  local MOST = 250000 -- instructions

  for name, read in pairs(readers) do
    it("costs " .. name .. " no more for being long", function()
      for _, unit in ipairs(units) do
        local text = unit:rep(math.floor(4 * MIB / #unit))
        local count = instructions(read, text)
        assert.is_true(count <= MOST, ("%q: %d instructions"):format(unit, count))
      end
    end)
  end

  it("is read in proportion to its number of errors", function()
    local function cost(body)
      return instructions(function()
        local errors = api_error.errors(body)
        error_kind.of(400, errors, body)
        error_message.of({ status = 400, value = body }, {}, call)
      end)
    end
    local function list_of(count)
      local list = {}
      for index = 1, count do
        list[index] = { code = index, message = "m" .. index }
      end
      return list
    end
    local function fields_of(count)
      local fields = {}
      for index = 1, count do
        fields["f" .. index] = { "m" .. index }
      end
      return fields
    end
    for name, make in pairs({ list_of = list_of, fields_of = fields_of }) do
      local once, fourfold = cost({ errors = make(5000) }), cost({ errors = make(20000) })
      assert.is_true(fourfold <= 5 * once, ("%s: %d, %d"):format(name, once, fourfold))
    end
  end)

  it("does not make the nearest name dear to find", function()
    for _, unit in ipairs({ "n", "np", "nnp" }) do
      local names = {}
      for index = 1, 10000 do
        names[index] = unit:rep(64):sub(1, 58) .. index
      end
      for _, wanted in ipairs({ "n", "np", "nnp", "x" }) do
        local name = wanted:rep(64):sub(1, 64)
        assert.is_true(instructions(suggest.nearest, name, names) < 2e7, unit .. wanted)
      end
    end
  end)
end)
