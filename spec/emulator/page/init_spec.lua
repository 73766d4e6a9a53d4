-- SPDX-License-Identifier: MIT
-- The files of the page and the calls that it reads from, over HTTP.
local cjson = require("cjson").new()
local emulator = require("rtk.emulator")
local fault_form = require("rtk.emulator.page.fault_form")
local http = require("spec.support.servers.emulator_http")
local server = require("rtk.emulator.server")
local shell = require("spec.support.servers.shell")

local ASSETS = "lua/rtk/emulator/page/assets"

describe("the emulator's page", function()
  local running, root

  setup(function()
    running = assert(server.start({ seed = 7 }))
    root = running.url:match("^(.-)/client")
  end)

  teardown(function()
    running:stop()
  end)

  local function get(path, options)
    return http.request(root .. path, options)
  end

  local function header(headers, name)
    return headers:lower():match("\n" .. name:gsub("%-", "%%-") .. ": ([^\r\n]*)")
  end

  it("is at the root, under a policy that allows its own files and nothing else", function()
    local status, body, headers = get("/")
    assert.equal(200, status)
    assert.matches("<title>RealtimeKit emulator</title>", body, 1, true)
    assert.equal("text/html; charset=utf-8", header(headers, "content-type"))
    local policy = header(headers, "content-security-policy")
    assert.matches("^default%-src 'none'; script%-src 'self'; style%-src 'self'", policy)
    assert.falsy(policy:find("unsafe", 1, true) or policy:find("data:", 1, true))
    assert.equal("nosniff", header(headers, "x-content-type-options"))
    assert.equal("deny", header(headers, "x-frame-options"))
    assert.equal("no-referrer", header(headers, "referrer-policy"))
  end)

  it("has each of its files with its type, and none of others", function()
    local types = { js = "text/javascript; charset=utf-8", css = "text/css; charset=utf-8" }
    types.svg = "image/svg+xml"
    for _, path in ipairs(shell.lines("find " .. ASSETS .. " -type f -not -name '*.html'")) do
      local status, body, headers = get("/_emulator/page/" .. path:sub(#ASSETS + 2))
      assert.equal(200, status, path)
      assert.equal(shell.read(path), body)
      assert.equal(types[path:match("%a+$")], header(headers, "content-type"))
    end
    for _, name in ipairs({
      "none.js",
      "../init.lua",
      "..%2finit.lua",
      "../../../../../LICENSE",
      "views/../../init.lua",
      "app.js/",
      "index.php",
      "",
    }) do
      -- nginx refuses what leads above the root.
      assert.is_true(get("/_emulator/page/" .. name, "--path-as-is") >= 400, name)
    end
  end)

  it("is not sent again while it is the same", function()
    local _, _, headers = get("/_emulator/page/app.js")
    local tag = headers:match("\netag: ([^\r\n]*)")
    local status, body = get("/_emulator/page/app.js", "--header 'If-None-Match: " .. tag .. "'")
    assert.same({ 304, "" }, { status, body })
    assert.equal(200, (get("/_emulator/page/app.js", "--header 'If-None-Match: \"other\"'")))
  end)

  it("has no inline script or style, and no address of others", function()
    local files = shell.lines("find " .. ASSETS .. " -type f")
    assert.is_true(#files > 20)
    for _, path in ipairs(files) do
      local text = shell.read(path):gsub('"http://www.w3.org/2000/svg"', "")
      assert.falsy(text:find("innerHTML") or text:find("outerHTML") or text:find("insertAdjacent"))
      assert.falsy(text:find("<script>") or text:find(" style=") or text:find("<style"), path)
      -- What the page says of a developer's own machine is no address of others.
      assert.falsy(text:gsub("http://127%.0%.0%.1", ""):find("https?://%w"), path)
      assert.matches(
        path:find("%.js$") and "^// SPDX" or "SPDX",
        path:find("%.svg$") and "SPDX" or text
      )
    end
  end)

  it("is kept from others by the guard", function()
    for _, path in ipairs({ "/", "/_emulator/page/app.js", "/_emulator/objects?kind=apps" }) do
      assert.equal(403, (get(path, "--header 'Host: evil.example'")), path)
      assert.equal(403, (get(path, "--header 'Sec-Fetch-Site: cross-site'")), path)
      assert.equal(200, (get(path, "--header 'Sec-Fetch-Site: none'")), path)
    end
  end)

  it("is not in the journal, and looking changes nothing", function()
    local before = select(2, get("/_emulator/snapshot"))
    for _, call in ipairs({
      "objects?kind=apps",
      "objects?kind=presets",
      "requests",
      "charts",
      "fault_kinds",
      "connect",
    }) do
      assert.equal(200, (get("/_emulator/" .. call)), call)
    end
    assert.equal(before, (select(2, get("/_emulator/snapshot"))))
    assert.same({}, cjson.decode((select(2, get("/_emulator/journal")))).data)
  end)

  it("does not exist in process", function()
    local answer = emulator.new():handle({ method = "GET", path = "/", headers = {} })
    assert.equal(400, answer.status)
  end)

  it("lists its calls with their members beside the others", function()
    local _, body = get("/_emulator/")
    local calls = cjson.decode(body).data
    assert.equal("number, account_id, app_id", calls["GET request"])
    assert.equal("kind, id, page, search, account_id, app_id", calls["GET object"])
    for _, name in ipairs({ "objects", "requests", "charts", "fault_kinds", "connect" }) do
      assert.truthy(calls["GET " .. name], name)
    end
  end)

  it("answers with a version, and without a body while nothing has changed", function()
    local path = "/_emulator/objects?kind=meetings"
    local _, _, headers = get(path)
    local tag = headers:match("\netag: ([^\r\n]*)")
    local options = "--header 'If-None-Match: " .. tag .. "'"
    local status, body, unchanged = get(path, options)
    assert.same({ 304, "" }, { status, body })
    assert.falsy(header(unchanged, "content-length"))
    for _, change in ipairs({
      { "/_emulator/advance", "--data-binary '{\"seconds\":0}'" },
      { "/_emulator/faults", '--data-binary \'{"kind":"close"}\'' },
      { "/_emulator/reset", "--request POST" },
      { "/client/v4/accounts/a/realtime/kit/none/meetings", "" },
    }) do
      get(change[1], change[2])
      local _, _, changed = get(path, options)
      assert.falsy(changed:find("304", 1, true), change[1])
      options = "--header 'If-None-Match: " .. changed:match("\netag: ([^\r\n]*)") .. "'"
    end
  end)

  it("knows all operations and kinds of faults, with a sentence for each kind", function()
    local shown = fault_form.view(emulator.new())
    local kinds = require("rtk.emulator.faults.kinds")
    for _, kind in ipairs(shown.kinds) do
      assert.matches("%.$", kind.sentence, 1, false, kind.name)
      assert.equal(kinds[kind.name].required, kind.required)
    end
    local count = 0
    for _ in pairs(kinds) do
      count = count + 1
    end
    assert.equal(count, #shown.kinds)
    assert.is_true(#shown.operations > 55)
  end)
end)
