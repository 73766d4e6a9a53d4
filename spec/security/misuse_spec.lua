-- SPDX-License-Identifier: MIT
-- Messages about mistakes appear in logs. They name the mistake and never contain the value, which
-- may be a misplaced secret.

local clients = require("spec.support.clients.clients")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local wire_operations = require("spec.support.data.wire_operations")

local SECRET = "hunter2-secret"
local MULTILINE = SECRET .. "\r\n"

describe("a message about a mistake", function()
  local function message_of(f, ...)
    local message = clients.misuse_of(f, ...)
    assert.falsy(message:find("hunter2", 1, true), message)
    return message
  end

  local function refusal(options)
    local all = { api_token = "t", account_id = "a", app_id = "b" }
    for name, value in pairs(options) do
      all[name] = value
    end
    return message_of(rtk.new, all)
  end

  it("does not show what rtk.new was given", function()
    for _, wrong in ipairs({ { SECRET }, MULTILINE }) do
      for _, name in ipairs({
        "api_token",
        "base_url",
        "ca_file",
        "proxy",
        "user_agent",
        "headers",
        "timeout",
        "max_retries",
        "on_event",
        "transport",
        "runtime",
        "allow_insecure",
      }) do
        local is_fine = (name == "transport" or name == "runtime" or name == "headers")
          and type(wrong) == "table"
        if not is_fine then assert.truthy(refusal({ [name] = wrong }):find(name, 1, true), name) end
      end
    end
    assert.truthy(refusal({ headers = { SECRET } }):find("headers", 1, true))
    assert.truthy(refusal({ headers = { [MULTILINE] = SECRET } }):find("headers", 1, true))
    assert.truthy(refusal({ headers = { ["X-A"] = MULTILINE } }):find("headers.X-A", 1, true))
    assert.truthy(refusal({ base_url = "https://u:" .. SECRET .. "@x" }):find("base_url", 1, true))
    assert.truthy(refusal({ base_url = "https://x/?k=" .. SECRET }):find("base_url", 1, true))
    for _, basic in ipairs({ { "a", MULTILINE }, { MULTILINE, "b" }, { SECRET } }) do
      message_of(rtk.new, { basic = basic })
    end
    message_of(rtk.new, SECRET)
  end)

  it("says what is wrong with a token, and not what it is", function()
    for token, hint in pairs({
      ["Bearer " .. SECRET] = 'leave out "Bearer "',
      ["bearer\t" .. SECRET] = 'leave out "Bearer "',
      ["Bearer\194\160" .. SECRET] = "plain ASCII",
      [SECRET .. "\n"] = "line breaks",
      [SECRET .. "\r"] = "line breaks",
      [" " .. SECRET] = "spaces",
      ['"' .. SECRET .. '"'] = "quotes",
      ["'" .. SECRET .. "'"] = "quotes",
      ["\226\128\156" .. SECRET .. "\226\128\157"] = "plain ASCII",
      [SECRET .. "\226\128\139"] = "plain ASCII",
      ["\239\187\191" .. SECRET] = "plain ASCII",
      [SECRET .. "\0"] = "pasted whole",
    }) do
      assert.truthy(refusal({ api_token = token }):find(hint, 1, true), hint)
    end
  end)

  it("does not show a token from the environment", function()
    local script = [[local ok, message = pcall(require("rtk").new) assert(not ok) print(message)]]
    for value, hint in pairs({
      ["Bearer " .. SECRET] = "api_token",
      ['"' .. SECRET .. '"'] = "api_token",
      [SECRET .. "\n"] = "api_token",
    }) do
      local output = shell.check(
        ("CLOUDFLARE_API_TOKEN=%s %s -e %s"):format(
          shell.quote(value),
          shell.interpreter(),
          shell.quote(script)
        )
      )
      assert.truthy(output:find(hint, 1, true), output)
      assert.falsy(output:find("hunter2", 1, true), output)
    end
  end)

  it("does not show what an operation was given", function()
    local client, transport = clients.fake({ wire_operations.answer })
    local options = {
      { headers = SECRET },
      { headers = { [MULTILINE] = SECRET } },
      { headers = { ["X-A"] = MULTILINE } },
      { timeout = SECRET },
      { max_retries = SECRET },
      { extra_query = SECRET },
      { extra_body = SECRET },
      { account_id = MULTILINE, app_id = MULTILINE },
    }
    for _, row in ipairs(wire_operations.rows()) do
      for position in ipairs(row.names) do
        for _, wrong in ipairs({ MULTILINE, { SECRET }, SECRET .. "\0" }) do
          local arguments = wire_operations.arguments(row)
          arguments[position] = wrong
          message_of(wire_operations.call, client, row, arguments)
        end
      end
      for _, wrong in ipairs(options) do
        message_of(wire_operations.call, client, row, wire_operations.arguments(row, nil, wrong))
      end
      local broken = row.takes == "body" and { a = 0 / 0, b = SECRET } or SECRET
      for _, payload in ipairs({ SECRET, { SECRET }, broken }) do
        message_of(wire_operations.call, client, row, wire_operations.arguments(row, payload))
      end
    end
    assert.equal(0, #transport.requests)
  end)

  it("does not show what client:request was given", function()
    local client = clients.fake({ wire_operations.answer })
    for _, request in ipairs({
      { path = "https://user:" .. SECRET .. "@elsewhere.example/" },
      { path = SECRET },
      { path = "/x?token=" .. SECRET },
      { path = "/" .. MULTILINE },
      { path = { SECRET } },
      { path = "/x", method = SECRET },
      { path = "/x", query = SECRET },
      { path = "/x", query = { a = { [1] = print, [2] = SECRET } } },
      { path = "/x", method = "POST", body = { a = SECRET, b = print } },
      { path = "/x", headers = { [SECRET .. " "] = SECRET } },
    }) do
      message_of(client.request, client, request)
    end
    message_of(client.request, client, SECRET)
    local not_text = { a = SECRET .. "\255", [SECRET .. "\255"] = 1 }
    for _, request in ipairs({
      { path = "/x", method = "POST", body = not_text },
      { path = "/x", query = not_text },
    }) do
      local _, message, err = client:request(request)
      assert.equal("invalid", err.kind)
      assert.falsy(message:find("hunter2", 1, true), message)
    end
  end)
end)
