-- SPDX-License-Identifier: MIT
-- Runs an example with an emulator's server, whose state is that of the example's scene.

local emulator = require("rtk.emulator")
local rtk = require("rtk")
local scenes = require("scenes")
local server = require("rtk.emulator.server")

local stage = {}

local function quote(word)
  return "'" .. tostring(word):gsub("'", "'\\''") .. "'"
end

-- Runs a command that must succeed, for the shell.
local function check(command)
  local ok = os.execute(command)
  if ok ~= true and ok ~= 0 then error(command .. " failed", 0) end
end

local function is_terminal()
  local ok = os.execute("test -t 1")
  return ok == true or ok == 0
end

local function output(command)
  local pipe = assert(io.popen(command))
  local line = pipe:read("*l")
  pipe:close()
  return line
end

-- Starts a server and puts the state of a scene into it; returns the id of a meeting of it, too.
local function start(example)
  local options = { seed = scenes.SEED, start_time = scenes.START }
  if example.is_now then options.start_time = os.time() - scenes.LIVE_SECONDS end
  local model = emulator.new(options)
  local scene = scenes[example.scene](model)
  local running = assert(server.start({ port = 0, emulator = options }))
  local admin = rtk.new({ api_token = "any", account_id = "any", base_url = running.admin_url })
  local state = rtk.decode(model:snapshot())
  assert(admin:request({ method = "PUT", path = "/snapshot", body = state }))
  return running, model, scene.meeting_id
end

--- Makes the empty folder of an example, two levels down as nginx expects it.
---@param example table of the list
---@return string directory
function stage.empty_directory(example)
  local directory = "build/example-" .. example.name
  check("rm -rf " .. directory .. " && mkdir -p " .. directory)
  return directory
end

--- Variables as assignments for the shell.
---@param variables table<string, any>
---@return string
function stage.assignments(variables)
  local words = {}
  for name, value in pairs(variables) do
    words[#words + 1] = name .. "=" .. quote(value)
  end
  return "export " .. table.concat(words, " ") .. "\n"
end

--- Commands that are shown before each runs, and end with the first that fails.
---@param commands string[]
---@param variables table<string, any> that are filled in what is shown
---@return string script
function stage.show(commands, variables)
  local lines = {}
  for index, command in ipairs(commands) do
    local shown = command:gsub("%$(%u+)", function(name)
      return name == "LUA" and "lua5.4" or variables[name]
    end)
    lines[index] = ("printf '\\033[36m$\\033[0m %%s\\n' %s &&\n%s"):format(quote(shown), command)
  end
  return table.concat(lines, " &&\n")
end

local function variables_of(example, running, model, meeting_id)
  return {
    CLOUDFLARE_BASE_URL = running.url,
    CLOUDFLARE_API_TOKEN = model.api_token,
    CLOUDFLARE_ACCOUNT_ID = model.account_id,
    REALTIMEKIT_APP_ID = model.app_id,
    RTK_KEY_URL = running.url:match("^http://[^/]+") .. "/.well-known/webhooks.json",
    EMULATOR = running.admin_url,
    DIRECTORY = stage.empty_directory(example),
    LOOK = is_terminal() and "1" or "--once",
    LUA = arg[-1],
    MEETING = meeting_id,
    PORT = tonumber(os.getenv("PORT")) or example.port,
  }
end

-- The script of a service: nginx with a copy of the folder, at a port that may be another.
local function serve(example, directory, commands)
  -- Only then can its workers read a directory of root's.
  local user = output("id -u") == "0" and "user root; " or ""
  local nginx = "env -u LUA_PATH -u LUA_CPATH nginx -p %s -c nginx.conf -e stderr -g '%sdaemon %s;'"
  local lines = {
    ("cp -R examples/%s/. %s"):format(example.service, directory),
    ("sed -i 's/:%d;/:'$PORT';/' %s/nginx.conf"):format(example.port, directory),
    nginx:format(directory, user, commands and "on" or "off"),
  }
  if not commands then
    table.insert(lines, 3, "echo http://127.0.0.1:$PORT/")
    return table.concat(lines, " &&\n")
  end
  return table.concat(lines, " &&\n")
    .. " || exit\n"
    .. commands
    .. ("\nstatus=$?\nkill $(cat %s/nginx.pid)\nexit $status"):format(directory)
end

local function script_of(example, variables, is_drawn)
  local commands = is_drawn and example.drawn or example.commands
  local shown = commands and stage.show(commands, variables)
  if example.service then return serve(example, variables.DIRECTORY, shown) end
  if not example.is_now then return shown end
  local life = "$LUA examples/gallery/life.lua $EMULATOR &\n%s\nstatus=$?\nkill $!\nexit $status"
  return life:format(shown)
end

--- Runs an example.
---@param example table of the list
---@param is_drawn? boolean whether it runs for a picture
---@return integer status
---@return string? message why it did not run
function stage.run(example, is_drawn)
  local ok, running, model, meeting_id = pcall(start, example)
  if not ok then return 1, running end
  local status
  ok, status = pcall(function()
    local variables = variables_of(example, running, model, meeting_id)
    local script = stage.assignments(variables) .. script_of(example, variables, is_drawn)
    local done, _, code = os.execute(script)
    if type(done) == "number" then return math.floor(done / 256) % 256 end
    return code
  end)
  running:stop()
  if not ok then return 1, status end
  return status
end

return stage
