-- SPDX-License-Identifier: MIT
-- What identifies the content behind a link: its ETag, when it was changed, its length. Parts of a
-- content belong together only if these agree.

local core = require("rtk.core")
local headers = require("rtk.http.headers")

---@class rtk.DownloadContent
---@field etag? string a strong one
---@field last_modified? string
---@field total? integer bytes, when the server says
---@field first? integer bytes before those of the response: 0 but for a part
---@field type? string
---@field encoding? string

local content = {}

local function whole(text)
  local number = text and #text <= 15 and tonumber(text)
  return number and math.floor(number) or nil
end

--- Reads a response.
---@param result rtk.Result
---@return rtk.DownloadContent
function content.of(result)
  local fields = headers.parse(result.headers)
  local etag = fields.etag
  local self = {
    etag = etag and not etag:find("^W/") and etag or nil,
    last_modified = fields["last-modified"],
    type = fields["content-type"],
    encoding = fields["content-encoding"],
    first = 0,
    total = whole((fields["content-length"] or ""):match("^%d+$")),
  }
  local range = fields["content-range"] or ""
  if result.status == 206 then
    local first, total = range:match("^bytes (%d+)%-%d+/([%d*]+)$")
    self.first, self.total = whole(first), whole(total)
  elseif result.status == 416 then
    self.total = whole(range:match("^bytes %*/(%d+)$"))
  end
  return self
end

--- Where a response leads on to.
---@param result rtk.Result
---@return string? location
function content.location(result)
  return headers.parse(result.headers).location
end

--- What a request for the rest of it names, so that the rest of another content does not come.
---@param self rtk.DownloadContent
---@return string? validator
function content.validator(self)
  return self.etag or self.last_modified
end

--- Whether two responses may have had the same content: nothing that they say is against it.
---@param self rtk.DownloadContent
---@param other rtk.DownloadContent
---@return boolean
function content.may_be_same(self, other)
  for _, name in ipairs({ "etag", "last_modified", "total" }) do
    local one, two = self[name], other[name]
    if one and two and one ~= two then return false end
  end
  return true
end

--- As text, for a later process.
---@param self rtk.DownloadContent
---@return string
function content.encode(self)
  return core.encode({
    etag = self.etag,
    last_modified = self.last_modified,
    total = self.total,
  })
end

local function is_line(value)
  return value == nil or type(value) == "string" and headers.is_line(value)
end

--- The same from that text.
---@param text? string
---@return rtk.DownloadContent? content nil when it is not one
function content.decode(text)
  local value = text and core.decode(text)
  if type(value) ~= "table" then return nil end
  local is_sound = is_line(value.etag) and is_line(value.last_modified)
  if not is_sound or not content.validator(value) then return nil end
  if value.total ~= nil and type(value.total) ~= "number" then return nil end
  return { etag = value.etag, last_modified = value.last_modified, total = value.total }
end

return content
