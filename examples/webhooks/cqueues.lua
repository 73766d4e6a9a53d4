-- SPDX-License-Identifier: MIT
-- A receiver of webhooks in a server of lua-http, whose coroutines run in cqueues: while a delivery
-- waits for the public key, others go on.
--
--   luajit examples/webhooks/cqueues.lua [port]    -- prints the port that it listens on

local http_headers = require("http.headers")
local http_server = require("http.server")
local rtk = require("rtk")

-- A receiver takes bodies of 256 KiB. Strangers must not make it read more, or wait for long.
local MOST_BYTES, LONGEST_TIME = 256 * 1024, 10 -- seconds

local receiver = rtk.webhook.receiver({ key_url = os.getenv("RTK_KEY_URL") })

receiver:on("*", function(event)
  print(event)
  io.flush()
end)

local function answer(stream, status, text)
  local headers = http_headers.new()
  headers:append(":status", tostring(status))
  headers:append("content-type", "text/plain")
  assert(stream:write_headers(headers, false))
  assert(stream:write_chunk(text .. "\n", true))
end

local server = assert(http_server.listen({
  host = "127.0.0.1",
  port = tonumber(arg[1]) or 0,
  tls = false, -- put a server with TLS in front: the service delivers to https only
  onstream = function(_, stream)
    local headers = assert(stream:get_headers())
    local body = stream:get_body_chars(MOST_BYTES + 1, LONGEST_TIME) or ""
    local status, text, err = receiver:handle(body, headers)
    if err then io.stderr:write(err.message, "\n") end
    answer(stream, status, text)
  end,
  onerror = function(_, _, _, message)
    io.stderr:write(tostring(message), "\n")
  end,
}))
assert(server:listen())
print(select(3, server:localname()))
io.flush()
assert(server:loop())
