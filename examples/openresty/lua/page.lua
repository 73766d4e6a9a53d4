-- SPDX-License-Identifier: MIT
-- Renders pages from the templates in html/, which are read while nginx starts. {{name}} in a
-- template stands for a value; values are escaped unless they are HTML already.

local page = {}

local function read(name)
  local file = assert(io.open(ngx.config.prefix() .. "/html/" .. name .. ".html", "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local templates = {}
for _, name in ipairs({ "choice", "home", "joined", "layout", "live", "sorry" }) do
  templates[name] = read(name)
end

local ENTITIES = {
  ["&"] = "&amp;",
  ["<"] = "&lt;",
  [">"] = "&gt;",
  ['"'] = "&quot;",
  ["'"] = "&#39;",
}

local function escape(text)
  return (tostring(text):gsub("[&<>\"']", ENTITIES))
end

-- Renders a template. A value that is a table holds HTML.
local function fill(name, values)
  local text = templates[name]:gsub("{{([%w_]+)}}", function(key)
    local value = values[key]
    if type(value) == "table" then return value.html end
    return escape(assert(value, key))
  end)
  return { html = text }
end

local function joined(parts)
  local texts = {}
  for index, part in ipairs(parts) do
    texts[index] = part.html
  end
  return { html = table.concat(texts) }
end

--- Renders the choice of a room.
---@param names string[]
---@param chosen? string default the first
---@return table html
function page.choices(names, chosen)
  local parts = {}
  for index, name in ipairs(names) do
    local checked = name == (chosen or names[1]) and "checked" or ""
    parts[index] = fill("choice", { name = name, checked = checked })
  end
  return joined(parts)
end

--- Renders the items of the list of live sessions. static/page.js does the same.
---@param sessions? table[] as rooms.live returns them
---@return table html
function page.live(sessions)
  if not sessions then return { html = "<li>We cannot tell at the moment.</li>" } end
  if #sessions == 0 then return { html = "<li>Nobody yet. Be the first!</li>" } end
  local parts = {}
  for index, session in ipairs(sessions) do
    parts[index] = fill("live", { title = session.title, people = session.people })
  end
  return joined(parts)
end

--- The first character of a name.
---@param name string valid UTF-8
---@return string
function page.initial(name)
  return name:match("^[%z\1-\127\194-\244][\128-\191]*")
end

--- Sends a page. It must not be cached, since it may hold a token.
---@param status integer
---@param title string
---@param name string of the template
---@param values table by name
function page.show(status, title, name, values)
  ngx.status = status
  ngx.header["Content-Type"] = "text/html"
  ngx.header["Cache-Control"] = "no-store"
  ngx.print(fill("layout", { title = title, content = fill(name, values) }).html)
end

return page
