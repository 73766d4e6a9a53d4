-- SPDX-License-Identifier: MIT
-- Reads type declarations of the official SDK (TypeScript, *.d.ts) as far as it uses the language:
-- interfaces, namespaces and classes with methods. A type is { kind =, ... }:
--   name      a reference, to be looked up in `scope`      literal  a string, `text`
--   array     of `item`                                   map      of `item`
--   union     of `types`

local typescript = {}

local Reader = {}
Reader.__index = Reader

local function tokens_of(text)
  text = text:gsub("/%*.-%*/", " "):gsub("//[^\n]*", " ")
  local tokens, position = {}, 1
  while true do
    position = text:find("[^ \t\r\n]", position)
    if not position then return tokens end
    local token = text:match("^[0-9A-Za-z_$.]+", position)
      or text:match("^'[^']*'", position)
      or text:match('^"[^"]*"', position)
      or text:sub(position, position)
    tokens[#tokens + 1] = token
    position = position + #token
  end
end

function Reader:peek(offset)
  return self.tokens[self.position + (offset or 0)]
end

function Reader:take()
  self.position = self.position + 1
  return self.tokens[self.position - 1]
end

function Reader:accept(token)
  if self:peek() ~= token then return false end
  self.position = self.position + 1
  return true
end

function Reader:expect(token)
  local found = self:take()
  if found ~= token then error(("expected %s, found %s"):format(token, tostring(found)), 2) end
end

-- Skips to the end of a statement, over everything in brackets.
function Reader:skip_statement()
  local depth = 0
  while self:peek() do
    local token = self:take()
    if token == "{" or token == "(" then depth = depth + 1 end
    if token == "}" or token == ")" then depth = depth - 1 end
    if depth == 0 and (token == ";" or token == "}") then return end
  end
end

local function unquoted(token)
  return token:match("^['\"](.*)['\"]$") or token
end

-- { [key: string]: item }
function Reader:read_map(scope)
  while self:take() ~= "]" do
  end
  self:expect(":")
  local item = self:read_type(scope)
  self:accept(";")
  self:expect("}")
  return { kind = "map", item = item }
end

function Reader:read_single(scope)
  if self:accept("(") then
    local inner = self:read_type(scope)
    self:expect(")")
    return inner
  end
  if self:accept("{") then return self:read_map(scope) end
  local token = self:take()
  if token:find("^['\"]") then return { kind = "literal", text = unquoted(token) } end
  if token == "Array" then
    self:expect("<")
    local item = self:read_type(scope)
    self:expect(">")
    return { kind = "array", item = item }
  end
  return { kind = "name", text = token, scope = scope }
end

function Reader:read_type(scope)
  local types = {}
  self:accept("|")
  repeat
    types[#types + 1] = self:read_single(scope)
  until not self:accept("|")
  return #types == 1 and types[1] or { kind = "union", types = types }
end

function Reader:read_interface(scope)
  local interface = { kind = "interface", fields = {} }
  scope[self:take()] = scope[self:peek(-1)] or {}
  scope[self:peek(-1)].interface = interface
  self:expect("{")
  while not self:accept("}") do
    if self:peek() == "[" then
      self:take()
      interface.item = self:read_map_member(scope)
    else
      local name = unquoted(self:take())
      local is_optional = self:accept("?")
      self:expect(":")
      interface.fields[name] = { type = self:read_type(scope), is_optional = is_optional }
      self:expect(";")
    end
  end
end

function Reader:read_map_member(scope)
  while self:take() ~= "]" do
  end
  self:expect(":")
  local item = self:read_type(scope)
  self:expect(";")
  return item
end

-- name(…): APIPromise<Reply>;
function Reader:read_class(scope)
  local class = { methods = {} }
  scope["class " .. self:take()] = class
  while self:take() ~= "{" do
  end
  while not self:accept("}") do
    if self:peek(1) == "(" then
      local method, params = self:take(), {}
      while self:peek() ~= ";" do
        local token = self:take()
        if token:find("Params$") then params[1] = token end
        if token == "APIPromise" then params.reply = self:peek(1) end
      end
      class.methods[method] = { params = params[1], reply = params.reply }
    end
    self:skip_statement()
  end
end

function Reader:read_block(scope)
  while self:peek() and not self:accept("}") do
    while self:accept("export") or self:accept("declare") do
    end
    if self:accept("interface") then
      self:read_interface(scope)
    elseif self:accept("namespace") then
      local name = self:take()
      scope[name] = scope[name] or {}
      scope[name].inner = scope[name].inner or { [".outer"] = scope }
      self:expect("{")
      self:read_block(scope[name].inner)
    elseif self:accept("class") then
      self:read_class(scope)
    else
      self:skip_statement()
    end
  end
end

--- Reads the text of a declaration file.
---@param text string
---@return table scope of the names that it declares
function typescript.read(text)
  local scope = {}
  setmetatable({ tokens = tokens_of(text), position = 1 }, Reader):read_block(scope)
  return scope
end

--- The interface that a name such as "Data.Participant" stands for in a scope.
---@param scope table
---@param name string
---@return table? interface
function typescript.find(scope, name)
  local first, rest = name:match("^([^.]+)%.?(.*)$")
  while scope and not scope[first] do
    scope = scope[".outer"]
  end
  local entry = scope and scope[first]
  for part in rest:gmatch("[^.]+") do
    entry = entry and entry.inner and entry.inner[part]
  end
  return entry and entry.interface
end

return typescript
