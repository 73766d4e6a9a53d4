-- SPDX-License-Identifier: MIT
-- A fixture is a client and the emulator that it talks to:
-- { client, fast_runtime, is_served, run(f), reset(), fault(fault), clear_faults(), journal(),
-- join(who), advance(seconds), upload(recording), fetch(link), close() }. `run` calls f where the
-- runtime can wait; `fetch` brings a file past the client.

local blocking = require("rtk.runtime.blocking")
local core = require("rtk.core")
local emulator = require("rtk.emulator")
local fast_runtime = require("spec.faults.fast_runtime")
local response_body = require("rtk.emulator.http.response_body")
local rtk = require("rtk")

local fixtures = {}

-- Seconds, for every attempt that must not time out.
local TIMEOUT = 60

local function directly(f)
  f()
end

local function options_with(more, on_event, runtime)
  local options = {
    runtime = runtime,
    on_event = on_event,
    timeout = TIMEOUT,
    max_response_bytes = 65536,
  }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return options
end

--- A fixture in one process. The emulator itself refuses connections and reports timeouts.
---@param on_event function
---@return table fixture
function fixtures.in_process(on_event)
  local emu = emulator.new()
  local runtime = fast_runtime.new(blocking)
  local fixture =
    { fast_runtime = runtime, client = emu:client(options_with(nil, on_event, runtime)) }
  fixture.run = directly
  function fixture.reset()
    emu:reset()
  end
  function fixture.fault(fault)
    emu:fault(fault)
  end
  function fixture.clear_faults()
    emu:clear_faults()
  end
  function fixture.journal()
    return emu:journal()
  end
  function fixture.join(who)
    emu:join(who)
  end
  function fixture.advance(seconds)
    emu:advance(seconds)
  end
  function fixture.upload(recording)
    emu:upload_recording(recording)
  end
  function fixture.fetch(link)
    local path, query = link:match("^%a+://[^/]+([^?]*)%??(.*)$")
    local response = emu:handle({ method = "GET", path = path, query = query, headers = {} })
    return response_body.text(response.body)
  end
  function fixture.close() end
  return fixture
end

-- The emulator's own calls; they answer as the API does, so a client can make them.
local function add_administration(fixture, url)
  local admin = assert(rtk.new({
    api_token = "any",
    account_id = false,
    base_url = url,
    proxy = "",
    max_retries = 0,
  }))
  local function call(method, path, body)
    return assert(admin:request({ method = method, path = path, body = body })).data
  end
  function fixture.reset()
    call("POST", "/reset")
  end
  function fixture.fault(fault)
    call("POST", "/faults", fault)
  end
  function fixture.clear_faults()
    call("DELETE", "/faults")
  end
  function fixture.journal()
    return call("GET", "/journal")
  end
  function fixture.join(who)
    call("POST", "/join", who)
  end
  function fixture.advance(seconds)
    call("POST", "/advance", { seconds = seconds })
  end
  function fixture.upload(recording)
    call("POST", "/upload_recording", recording)
  end
  function fixture.fetch(link)
    local transport = core.transport({ proxy = "" })
    assert(transport:submit({ method = "GET", url = link, raw = true, timeout = TIMEOUT }))
    local result
    repeat
      result = transport:step(TIMEOUT)[1]
    until result
    transport:close()
    return assert(result.text, result.message)
  end
  function fixture.close()
    admin:close()
    fixture.client:close()
  end
end

--- A fixture over HTTP.
---@param server { url: string, admin_url: string, ca_file?: string } that serves the emulator
---@param module table the runtime
---@param on_event function
---@return table fixture
function fixtures.served(server, module, on_event)
  local runtime = fast_runtime.new(module)
  local connection = {
    api_token = "any",
    account_id = "0123456789abcdef0123456789abcdef",
    app_id = "00000000-0000-4000-8000-000000000001",
    base_url = server.url,
    ca_file = server.ca_file,
    proxy = "",
  }
  local client = assert(rtk.new(options_with(connection, on_event, runtime)))
  local fixture = { fast_runtime = runtime, client = client, is_served = true, run = directly }
  add_administration(fixture, server.admin_url)
  return fixture
end

return fixtures
