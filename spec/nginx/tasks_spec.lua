-- SPDX-License-Identifier: MIT
-- Tasks of the nginx runtime: functions that run concurrently with their caller, and cancelled
-- ones.

local openresty = require("spec.support.servers.openresty")
local webserver = require("spec.support.servers.webserver")

local HTTP = [[
init_by_lua_block {
  local app = require "spec.support.programs.nginx_app"
  app.add_client("http", { base_url = "$upstream" })
}
]]

local SERVER = [[
location = /pending {
  content_by_lua_block { require("spec.support.programs.nginx_app").pending() }
}
location = /log-map {
  content_by_lua_block { ngx.print("x") }
  log_by_lua_block {
    local found = {}
    for _, value in require("rtk").map({ 1, 2, 3 }, function(n) return n * 10 end) do
      found[#found + 1] = value
    end
    package.loaded.mapped = found
  }
}
location = /log {
  content_by_lua_block { ngx.print("x") }
  log_by_lua_block {
    local task = require("rtk.runtime.nginx").spawn(function() return "in log" end)
    package.loaded.logged = { task:wait() }
  }
}
]]

local HEAD = [[
local app = require "spec.support.programs.nginx_app"
local spawn = require("rtk.runtime.nginx").spawn
]]

describe("a task in nginx", function()
  local upstream, nginx

  setup(function()
    upstream = webserver.start()
    nginx = openresty.start({ http = HTTP:gsub("$upstream", upstream.http), server = SERVER })
  end)

  teardown(function()
    nginx:remove()
    upstream:stop()
  end)

  local function run(code)
    return nginx:run(HEAD .. code)
  end

  local function assert_none_pending()
    assert.equal("0", select(2, nginx:get("/pending")))
  end

  it("is seen to end at once when it ends after ngx.sleep(0)", function()
    -- Each of the forty gathers would take as long as the reactor's sweeps are apart, or longer.
    local seen = nginx:run([[
      local rtk, before = require("rtk"), ngx.now()
      local function turn()
        ngx.sleep(0)
        return 7
      end
      for _ = 1, 40 do
        local results = rtk.gather({ turn, turn, turn })
        assert(results[3][2] == 7)
      end
      ngx.update_time()
      return ngx.now() - before < 15 and "soon" or "late"
    ]])
    assert.equal("soon", seen)
  end)

  it("starts at once and returns the results of its function, repeatedly", function()
    local results = run([[
      local begun
      local task = spawn(function() begun = true ngx.sleep(0.01) return 1, nil, 3 end)
      assert(begun)
      return { { task:wait() }, { task:wait() } }
    ]])
    for _, result in ipairs(results) do
      assert.same({ true, 1, 3 }, { result[1], result[2], result[4] })
    end
  end)

  it("returns the error of its function", function()
    local result = run([[
      return { spawn(function() ngx.sleep(0.01) error("broken", 0) end):wait() }
    ]])
    assert.same({ false, "broken" }, result)
  end)

  it("ends when an error in a coroutine passes every pcall, as in nginx", function()
    local result = run([[
      return { spawn(function() coroutine.wrap(function() error("broken", 0) end)() end):wait() }
    ]])
    assert.is_false(result[1])
    assert.equal("nginx ended the light thread and logged why", result[2])
    assert.matches("runtime error: broken", nginx:log())
  end)

  it("lets others than its spawner wait for it", function()
    local result = run([[
      local task = spawn(function() ngx.sleep(0.05) return "done" end)
      local waiters = {}
      for i = 1, 3 do
        waiters[i] = spawn(function() return (select(2, task:wait())) end)
      end
      local results = {}
      for i = 1, 3 do results[i] = select(2, waiters[i]:wait()) end
      return results
    ]])
    assert.same({ "done", "done", "done" }, result)
  end)

  it("is cancelled by its spawner, with its call", function()
    local result = run([[
      local task = spawn(function() app.call("http", 600000) end)
      task:cancel()
      task:cancel()
      local result = { task:wait() }
      result[3] = app.clients.http._channel.transport:pending()
      return result
    ]])
    assert.same({ false, "the task was cancelled", 0 }, result)
  end)

  it("can be cancelled by anyone, and then makes no other call", function()
    local result = run([[
      local messages = {}
      local task = spawn(function()
        messages[1] = app.call("http", 600000)
        messages[2] = app.call("http", 600000)
      end)
      spawn(function() task:cancel() end):wait()
      messages[3] = select(2, task:wait())
      ngx.sleep(0.05)
      return messages
    ]])
    assert.matches("^the task was cancelled", result[1])
    assert.matches("^not sent: the task was cancelled", result[2])
    assert.equal("the task was cancelled", result[3])
    assert_none_pending()
  end)

  it("gets its own reply while calls of others are cancelled or time out", function()
    local wrong = run([[
      local wrong = {}
      local function expect(name, condition)
        if not condition then wrong[#wrong + 1] = name end
      end
      local function call(name, ms, timeout)
        local reply, _, err = app.clients.http:request({
          path = "/slow",
          query = { ms = ms, name = name },
          timeout = timeout,
          max_retries = 0,
        })
        if timeout then return expect(name, err and err.kind == "timeout") end
        expect(name, reply and reply.line:find("name=" .. name .. "[& ]"))
      end
      for round = 1, 4 do
        local tasks = {}
        for index = 1, 40 do
          local name = round .. "x" .. index
          tasks[index] = spawn(function()
            if index % 4 == 0 then call(name, 600000, 0.03) end
            if index % 4 == 2 then app.call("http", 600000) end
            if index % 2 == 1 then call(name, index) end
          end)
        end
        ngx.sleep(0.02)
        for index = 2, 40, 4 do tasks[index]:cancel() end
        for index = 1, 40 do
          local ok = tasks[index]:wait()
          expect(round .. "y" .. index, ok == (index % 4 ~= 2))
        end
      end
      return wrong
    ]])
    assert.same({}, wrong)
    assert_none_pending()
  end)

  it("stops sleeping when it is cancelled", function()
    local result = run([[
      local runtime = require("rtk.runtime.nginx").new(app.clients.http._channel.transport)
      local slept
      local task = spawn(function() runtime:sleep(60) slept = ngx.now() end)
      local start = ngx.now()
      spawn(function() task:cancel() end):wait()
      while not slept do ngx.sleep(0.01) end
      return slept - start
    ]])
    assert.is_true(result < 30)
  end)

  it("cancels the tasks that it spawned", function()
    run([[
      local outer = spawn(function()
        local inner = spawn(function() return app.call("http", 600000) end)
        inner:wait()
      end)
      outer:cancel()
    ]])
    assert_none_pending()
  end)

  it("does not keep its request open when it ends and its spawner is killed", function()
    local result = run([[
      local spawner = ngx.thread.spawn(function()
        spawn(function() end)
        ngx.sleep(60)
      end)
      ngx.thread.kill(spawner)
      return "done"
    ]])
    assert.equal("done", result)
  end)

  it("keeps pages in flight ahead of a loop, even one that is left", function()
    local result = run([[
      local client = require("rtk.emulator").new({}):client({})
      for i = 1, 9 do assert(client.meetings:create { title = "Meeting " .. i }) end
      local titles = {}
      for _, most in ipairs { 3, 100 } do
        for meeting in client.meetings:each({ per_page = 2 }, { prefetch = 4 }) do
          table.insert(titles, meeting.title)
          if #titles == most then break end
        end
      end
      return titles
    ]])
    assert.equal(12, #result)
    assert.same({ result[1], result[2], result[3] }, { result[4], result[5], result[6] })
  end)

  it("runs to its end at once where nginx cannot wait", function()
    nginx:get("/log")
    assert.same({ true, "in log" }, run("return package.loaded.logged"))
  end)

  it("leaves no memory in nginx after a wait", function()
    local grown = run([[
      local function kilobytes()
        collectgarbage() collectgarbage()
        return collectgarbage("count")
      end
      local function spawn_many()
        for _ = 1, 2000 do spawn(function() ngx.sleep(0) end):wait() end
      end
      spawn_many()
      local before = kilobytes()
      spawn_many()
      return kilobytes() - before
    ]])
    assert.is_true(grown < 200, grown .. " KiB")
  end)

  it("ends when it sleeps, or waits with rtk.wait_until, after it was cancelled", function()
    local results = run([[
      local rtk = require "rtk"
      local looks, went_on = 0, false
      local task = rtk.spawn(function()
        rtk.wait_until(function() looks = looks + 1 end, { interval = 0.01, timeout = 3600 })
        went_on = true
      end)
      rtk.sleep(0.05)
      local before = looks
      task:cancel()
      rtk.sleep(0.05)
      return { before > 0, looks - before <= 1, went_on, { task:wait() } }
    ]])
    assert.same({ true, true, false, { false, "the task was cancelled" } }, results)
  end)

  it("is what rtk.map works with, also when nginx ends one", function()
    local results = run([[
      local rtk = require "rtk"
      local order, problems = {}, {}
      local function f(seconds)
        rtk.sleep(seconds)
        -- Such an error ends the light thread.
        if seconds == 0.02 then coroutine.wrap(function() error("broken") end)() end
        return seconds
      end
      for item, value, message in rtk.map({ 0.03, 0.01, 0.02 }, f, { concurrency = 3 }) do
        order[#order + 1] = item
        if not value then problems[#problems + 1] = { item, message } end
      end
      table.sort(order)
      return { order, problems }
    ]])
    assert.same({ 0.01, 0.02, 0.03 }, results[1])
    assert.equal(1, #results[2])
    assert.equal(0.02, results[2][1][1])
    assert.is_string(results[2][1][2])
  end)

  it("is cancelled when the loop of rtk.map is closed", function()
    local results = run([[
      local rtk = require "rtk"
      local ended = 0
      local results = rtk.map({ 0.01, 3600, 3600 }, function(seconds)
        rtk.sleep(seconds)
        ended = ended + 1
      end)
      local first = results()
      results:close()
      rtk.sleep(0.05)
      return { first, results() == nil, ended }
    ]])
    assert.same({ 0.01, true, 1 }, results)
  end)

  it("ends before rtk.map goes on, where nginx cannot wait", function()
    assert.equal("x", select(2, nginx:get("/log-map")))
    assert.same(
      { 10, 20, 30 },
      run([[
      for _ = 1, 200 do
        if package.loaded.mapped then break end
        ngx.sleep(0.01)
      end
      return package.loaded.mapped
    ]])
    )
  end)
end)
