-- SPDX-License-Identifier: MIT
-- A receiver of webhooks as a CGI program: a web server runs it once for each delivery. Deliveries
-- are remembered in Redis, because nothing of this program stays.
--
-- The variables that CGI sets hold the headers, such as HTTP_RTK_UUID.

local rtk = require("rtk")

local receiver = rtk.webhook.receiver({
  seen = rtk.webhook.seen.redis({ port = tonumber(os.getenv("REDIS_PORT")) or 6379 }),
  key_url = os.getenv("RTK_KEY_URL"),
})

receiver:on("meeting.ended", function(event)
  io.stderr:write("meeting ", event:meeting_id() or "?", " ended\n")
end)

local headers = { content_type = os.getenv("CONTENT_TYPE") }
for _, name in ipairs({ "HTTP_RTK_SIGNATURE", "HTTP_RTK_UUID", "HTTP_RTK_WEBHOOK_ID" }) do
  headers[name] = os.getenv(name)
end

-- A receiver takes bodies of 256 KiB: no more need be read of a longer one.
local length = math.min(tonumber(os.getenv("CONTENT_LENGTH")) or 0, 256 * 1024 + 1)
local status, text, err = receiver:handle(length > 0 and io.read(length) or "", headers)
if err then io.stderr:write(err.message, "\n") end
io.write("Status: ", status, "\r\nContent-Type: text/plain\r\n\r\n", text, "\n")
