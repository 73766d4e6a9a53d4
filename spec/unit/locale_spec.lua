-- SPDX-License-Identifier: MIT
-- A host may call setlocale, as toolkits and editors do. Whatever it sets, the same calls
-- send the same bytes, refuse the same mistakes and say the same.

local locales = require("spec.support.programs.locales")
local rawserver = require("spec.support.servers.rawserver")
local workdir = require("spec.support.servers.workdir")

-- Prints what must not change. arg[1] is the port of a server that never answers.
local PROGRAM = [[
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local rtk = require("rtk")

local bytes = {}
for byte = 1, 255 do bytes[byte] = string.char(byte) end
local all = table.concat(bytes)

local function show(...)
  local words = {}
  for index = 1, select("#", ...) do
    local word = (select(index, ...))
    word = type(word) == "number" and core.encode(word) or tostring(word)
    words[index] = word:gsub("[^ -~]", function(c) return ("\\%03d"):format(c:byte()) end)
  end
  print(table.concat(words, " "))
end

local function try(...)
  local ok, message = pcall(...)
  show(ok, ok and "" or message:gsub("^[^ ]*:%d+: ", ""))
end

local client, transport = clients.fake({ { json = { data = {} }, header_block =
  'HTTP/1.1 200 X\r\nRATELIMIT: "default";R=0;T=30\r\nCF-RAY: abcdef-IST\r\nX-IP-ID: 7\r\n\r\n' } })
local page = client.meetings:list({ search = all:sub(1, 127) .. "\195\169", per_page = 10 })
client.meetings:get((all:gsub("[%z\1-\32\127]", "")))
local query = { half = 0.5, Z = { 1e300, -1.25 }, _a = 1, z = "I" }
client:request({ path = "/\195\169\228", query = query })
client:request({ path = "/x", method = "POST", body = { half = { 0.5, 1e300, 5e-324 } } })
client:request({ path = "/x", headers = { ["X-I"] = "1", ["x-ID"] = "2", ["USER-AGENT"] = "I" } })
for _, request in ipairs(transport.requests) do
  show(request.method, request.url, request.body, table.concat(request.headers, "|"))
end
local reply = rtk.response(page)
show(reply.request_id, reply.headers["X-IP-ID"], reply.headers.RateLimit)

for _, name in ipairs({ "TRANSFER-ENCODING", "Transfer-Encoding", "\233", "a\160", "EXPECT" }) do
  try(client.request, client, { path = "/x", headers = { [name] = "x" } })
end
for byte = 1, 255 do
  try(client.meetings.get, client.meetings, "i" .. string.char(byte))
  try(rtk.new, { api_token = "token" .. string.char(byte), account_id = "a", app_id = "b" })
  try(rtk.new, { api_token = "token", base_url = "https://h" .. string.char(byte) .. ".test" })
end
try(rtk.new, { api_token = "token", base_url = "HTTPS://API.EXAMPLE.TEST/I" })
try(rtk.new, { api_token = "token", base_url = "http://LOCALHOST" })
try(rtk.new, { api_token = "token", base_url = "http://i.test" })
try(rtk.new, { api_token = "token", timeout = 0.0001 })
try(client.meetings.list, client.meetings, { PER_PAGE_I = 1 })
try(function() return client.meetings.LIST_PARTICIPANTI end)
try(client.request, client, { path = "/x", method = "POST", body = { a = { 0 / 0 } } })
try(core.encode, { 1, [1.5] = print })

local transported = assert(core.transport({ proxy = "" }))
for _, line in ipairs({ "TRANSFER-ENCODING: chunked", "CONTENT-TYPE: text/x", "I-X: 1" }) do
  local request = { method = "GET", url = "HTTP://127.0.0.1:1/I", headers = { line } }
  try(transported.submit, transported, request)
end
local hasty = { method = "GET", url = "http://127.0.0.1:1", timeout = 0.0001 }
try(transported.submit, transported, hasty)

local silent = rtk.new({ api_token = "token-of-a-spec", account_id = "a", app_id = "b",
  base_url = "http://127.0.0.1:" .. arg[1], timeout = 0.625, max_retries = 0, proxy = "" })
show((select(2, silent.meetings:list()):gsub("127%.0%.0%.1:%d+", "HOST")))

local redact = require("rtk.http.redact")
show(redact.line("Zo\195\171 \27[31m https://x.test/\195\160?a=b I\133\160"))
show(redact.line("rtmp://l/\195\137k eyJ\228.x.y"))
show(require("rtk.suggest").nearest("MEETINGI", { "meeting_i", "x" }))
show(require("rtk.http.headers").parse("X\nI-\233:\160a\133 \nI-\233: b\n")["I-\233"])

local policy = require("rtk.rate_limit.observation").parse({
  ["ratelimit-policy"] = '"DEF\195\137AULT\160";Q=100;W=30;QU=REQUESTS',
  ratelimit = '"A\133B";R=5;T=7',
})
for _, found in ipairs(policy) do
  show(found.name, found.quota, found.window, found.remaining, found.reset)
end

local budget = require("rtk.rate_limit.budget")
local budget_codec = require("rtk.rate_limit.budget_codec")
local state = budget.new(100, 0.5, 0.05)
budget.admit(state, 1234567.123456, false)
local text = budget_codec.pack(state)
show(text, budget_codec.pack(budget_codec.unpack(text, 0.05, 1234567.123456)) == text)
local observation = require("rtk.rate_limit.observation")
show(observation.encode({ status = 429, retry_after = 1.5, elapsed = 0.25 }))
local retry_after_header = require("rtk.http.retry_after_header")
show(retry_after_header.seconds({ ["retry-after"] = "Sun, 06 Nov 1994 08:49:37 GMT" }))
show(retry_after_header.seconds({ ["retry-after"] = "1.5" }))

local emulator = require("rtk.emulator").new({ seed = 7 })
local app = emulator:client({})
local made = assert(app.meetings:create({ title = "\195\137 I" }))
show(made.title, app.meetings:list({ search = "\195\137 i" })[1].id == made.id)
show(core.encode(assert(app.meetings:get(core.lower(made.id:upper())))) ~= nil)
emulator:fault({ operation = "GET /meetings", kind = "stall" })
show((select(2, app.meetings:list(nil, { timeout = 0.125, max_retries = 0 }))))
]]

describe("in any locale", function()
  local directory, server

  setup(function()
    directory = locales.make()
    server = rawserver.start({ "read", "hold" })
  end)

  teardown(function()
    server:stop()
    workdir.remove(directory)
  end)

  local function output(name)
    return locales.run(directory, name, PROGRAM, tostring(server.port))
  end

  it("a host gets what it gets in the C locale", function()
    local expected = output("C")
    -- It did all that it should.
    for _, part in ipairs({
      "half=0.5",
      '"half":[0.5,1e300,5e-324]',
      "abcdef-IST 7",
      "headers.TRANSFER-ENCODING must not be set",
      "must not set Content-Length, Transfer-Encoding",
      "timed out after 0.625 s",
      "timed out after 0.125 s",
      "from 0.001 to 1e+09",
    }) do
      assert.truthy(expected:find(part, 1, true), part .. "\n" .. expected:sub(-2000))
    end
    for _, name in ipairs(locales.names()) do
      local lines = {}
      for line in expected:gmatch("[^\n]+") do
        lines[#lines + 1] = line
      end
      local index = 0
      for line in output(name):gmatch("[^\n]+") do
        index = index + 1
        assert.equal(lines[index], line, "in " .. name)
      end
      assert.equal(#lines, index, name)
    end
  end)
end)
