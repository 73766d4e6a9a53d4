-- SPDX-License-Identifier: MIT
-- Ensure methods in a real nginx with four workers, eight at once, with faults of a served
-- emulator; rtk.once in a shared dictionary.

local cjson = require("cjson")
local contract = require("spec.support.asserts.once_contract")
local emulator_server = require("rtk.emulator.server")
local http = require("spec.support.servers.emulator_http")
local openresty = require("spec.support.servers.openresty")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")

local HTTP = [[
lua_shared_dict locks 1m;
lua_shared_dict found 1m;
init_by_lua_block {
  local rtk = require "rtk"
  client = rtk.new {
    base_url = "EMULATOR", api_token = "t", account_id = "a", max_retries = 5, app_id = "APP",
  }
  once = rtk.once.shared_dict { name = "locks" }
  local person = { custom_participant_id = "ann", name = "Ann", preset_name = "group_call_host" }
  ensures = {
    meeting = function(options) return client.meetings:ensure({ title = "Class" }, options) end,
    participant = function(options)
      return client.meetings:ensure_participant(ngx.var.arg_meeting, person, options)
    end,
    preset = function(options)
      return client.presets:ensure(rtk.preset { name = "teacher" }, options)
    end,
    recording = function(options)
      return client.recordings:ensure_started(ngx.var.arg_meeting, {}, options)
    end,
    livestream = function(options)
      return client.livestreams:ensure_started(ngx.var.arg_meeting, {}, options)
    end,
    webhook = function(options)
      local body = { url = "https://example.com/h", name = "h", events = { "meeting.started" } }
      return client.webhooks:ensure(body, options)
    end,
  }
}
]]

local SERVER = [[
location = /ensure {
  content_by_lua_block {
    local options = { once = ngx.var.arg_once == "yes" and once or nil }
    local value, outcome = ensures[ngx.var.arg_what](options)
    if not value then
      ngx.log(ngx.ERR, outcome)
      return ngx.exit(500)
    end
    ngx.shared.found:incr("id " .. value.id, 1, 0)
    ngx.shared.found:incr(outcome, 1, 0)
    ngx.shared.found:set("worker " .. ngx.worker.id(), true)
  }
}
]]

local ONCE = [[
location = /once {
  content_by_lua_block {
    local title = ngx.unescape_uri(ngx.var.arg_title)
    local try = require("spec.support.asserts.once_contract")[title]
    local ok, message = pcall(try, function(options)
      options.name, options.key = "locks", title:gsub("[^a-z]", "") .. ":"
      return require("rtk").once.shared_dict(options)
    end)
    ngx.print(ok and "ok" or tostring(message))
  }
}
]]

local APP = "00000000-0000-4000-8000-000000000001"

local POSTS = {
  meeting = "POST /meetings",
  participant = "POST /meetings/{meeting_id}/participants",
  preset = "POST /presets",
  recording = "POST /recordings",
  livestream = "POST /meetings/{meeting_id}/livestreams",
  webhook = "POST /webhooks",
}

describe("ensure in nginx with four workers", function()
  local emulator, nginx, client

  setup(function()
    emulator = assert(emulator_server.start({}))
    client = rtk.new({
      base_url = emulator.url,
      api_token = "t",
      account_id = "a",
      app_id = APP,
    })
    local text = HTTP:gsub("EMULATOR", emulator.url):gsub("APP", APP)
    nginx = openresty.start({ http = text, server = SERVER, main = "worker_processes 4;" })
  end)

  teardown(function()
    if nginx then nginx:remove() end
    if emulator then emulator:stop() end
  end)

  local function administer(call, body)
    local options = "--data-binary " .. shell.quote(cjson.encode(body))
    local status, answer = http.request(emulator.admin_url .. "/" .. call, options)
    assert.equal(200, status, answer)
  end

  before_each(function()
    nginx:run("ngx.shared.found:flush_all() ngx.shared.locks:flush_all()")
    administer("reset", {})
  end)

  -- What the requests have found: how often by id, outcome, worker.
  local function found()
    return nginx:run([[
      local found = {}
      for _, key in ipairs(ngx.shared.found:get_keys(0)) do
        found[key] = ngx.shared.found:get(key)
      end
      return found
    ]])
  end

  local function ids_in(all)
    local ids = {}
    for key in pairs(all) do
      ids[#ids + 1] = key:match("^id (.*)$")
    end
    return ids
  end

  -- Those that are there for others: an INACTIVE double is not.
  local function count(what, meeting)
    local items = {
      meeting = function()
        return client.meetings:each({ search = "Class", status = "ACTIVE" })
      end,
      participant = function()
        return meeting:each_participant()
      end,
      preset = function()
        return client.presets:each({ search = "teacher" })
      end,
      recording = function()
        return client.recordings:each()
      end,
      livestream = function()
        return client.livestreams:each()
      end,
      webhook = function()
        return client.webhooks:each()
      end,
    }
    local number = 0
    for _ in items[what]() do
      number = number + 1
    end
    return number
  end

  local function check_eight(what, uses_once, has_faults)
    local meeting = assert(client.meetings:create({ title = "Room" }))
    if has_faults then
      administer("fault", { operation = POSTS[what], kind = "close", after = true, times = 2 })
      administer("fault", { operation = "GET /*", kind = "close", after = true, times = 2 })
    end
    local query = "/ensure?what=%s&meeting=%s&once=%s&[1-8]"
    local path = query:format(what, meeting.id, uses_once and "yes" or "no")
    for _, status in ipairs(nginx:get_all(path)) do
      assert.equal("200", status, nginx:log())
    end
    local all = found()
    assert.equal(1, #ids_in(all))
    assert.equal(1, count(what, meeting))
    if uses_once and not has_faults then assert.equal(1, all.created) end
  end

  for what in pairs(POSTS) do
    it("ends with one " .. what .. " when eight begin at once, with lost answers too", function()
      for _, uses_once in ipairs({ false, true }) do
        for _, has_faults in ipairs({ false, true }) do
          administer("reset", {})
          nginx:run("ngx.shared.found:flush_all()")
          check_eight(what, uses_once, has_faults)
        end
      end
    end)
  end
end)

describe("rtk.once.shared_dict", function()
  local nginx

  setup(function()
    nginx = openresty.start({ http = "lua_shared_dict locks 1m;", server = ONCE })
  end)

  teardown(function()
    nginx:remove()
  end)

  for title in pairs(contract) do
    it(title, function()
      local words = title:gsub(" ", "%%20")
      local _, body = nginx:get("/once?title=" .. words)
      assert.equal("ok", body)
    end)
  end
end)
