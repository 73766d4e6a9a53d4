-- SPDX-License-Identifier: MIT
-- Answers requests to the test webserver inside nginx; the first word of the path chooses the
-- answer. lua-cjson encodes echoes, so they do not depend on rtk's own codec.

local cjson = require("cjson.safe")

local ngx = rawget(_G, "ngx")
local app = {}

local function reply(value)
  ngx.header["Content-Type"] = "application/json"
  ngx.print(cjson.encode(value))
end

-- The request as it came.
function app.echo()
  ngx.req.read_body()
  local raw = ngx.req.http_version() < 2 and ngx.req.raw_header() or nil
  reply({
    method = ngx.req.get_method(),
    line = ngx.var.request,
    raw = raw,
    headers = ngx.req.get_headers(0, true),
    body = ngx.req.get_body_data(),
    connection = ngx.var.connection,
    protocol = ngx.var.server_protocol,
  })
end

-- Counts the request, then answers after ?ms milliseconds.
function app.slow()
  ngx.shared.counts:incr("slow", 1, 0)
  ngx.sleep(tonumber(ngx.var.arg_ms) / 1000)
  app.echo()
end

-- Counts the request of that ?name, then answers once as many as ?count have come.
function app.meet()
  local counts, name = ngx.shared.counts, ngx.var.arg_name
  counts:incr(name, 1, 0)
  while counts:get(name) < tonumber(ngx.var.arg_count) do
    ngx.sleep(0.005)
  end
  app.echo()
end

-- Counts the request of that ?name, then answers once /open was asked with the same name.
function app.gate()
  local counts, name = ngx.shared.counts, ngx.var.arg_name
  counts:incr(name, 1, 0)
  while not counts:get("open " .. name) do
    ngx.sleep(0.005)
  end
  app.echo()
end

function app.open()
  reply(ngx.shared.counts:set("open " .. ngx.var.arg_name, true))
end

-- 100 pages of 100 meetings, each after 50 ms.
local pages

-- How many of them are in flight.
local in_flight = 0

function app.pages()
  pages = pages or require("spec.support.json.pages").uniform(100, 100)
  in_flight = in_flight + 1
  local most = math.max(in_flight, ngx.shared.counts:get("pages") or 0)
  ngx.shared.counts:set("pages", most)
  ngx.sleep(0.05)
  in_flight = in_flight - 1
  ngx.print(pages[tonumber(ngx.var.arg_page_no or 1)])
end

-- Counts the request, then closes the connection instead of answering.
function app.die()
  ngx.req.read_body()
  ngx.shared.counts:incr(ngx.var.arg_name, 1, 0)
  ngx.exit(444)
end

function app.count()
  reply({ count = ngx.shared.counts:get(ngx.var.arg_name) or 0 })
end

function app.status()
  ngx.status = tonumber(ngx.var.arg_code)
  ngx.header["Location"] = "/echo"
  reply({ status = ngx.status })
end

function app.text()
  ngx.header["Content-Type"] = "text/html"
  ngx.print("<html>hello</html>")
end

function app.empty()
  ngx.status = 204
end

function app.serve()
  local handler = app[ngx.var.uri:match("^/(%a+)")]
  -- A proxy is asked with a whole URL; it says so instead of forwarding.
  if ngx.var.request:find(" http://", 1, true) then handler = app.echo end
  if not handler then ngx.exit(404) end
  handler()
end

return app
