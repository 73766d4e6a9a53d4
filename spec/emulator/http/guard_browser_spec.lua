-- SPDX-License-Identifier: MIT
-- A hostile page in Chromium against a running emulator: everything that it can send, and what it
-- can read.
local browser = require("spec.support.servers.browser")
local http = require("spec.support.servers.emulator_http")
local openresty = require("spec.support.servers.openresty")
local server = require("rtk.emulator.server")
local shell = require("spec.support.servers.shell")

-- Neither nginx nor the browser depends on the Lua that runs the specs.
if shell.lua() ~= "luajit" then return end

-- Writes "sent" when all has been sent that can be, with what could be read of it.
local PAGE = [[
<!doctype html><title>page</title>
<form id=form method=post enctype=text/plain target=frame action="$ADMIN/reset">
<input name='{"seconds":1,"x":"' value='"}'></form>
<iframe name=frame></iframe><iframe src="$ADMIN/journal"></iframe>
<img src="$ADMIN/journal"><script src="$ADMIN/journal"></script>
<p id=read></p>
<script>
const body = '{"seconds":1000}';
const read = [];
const plain = { method: "POST", body, mode: "no-cors", headers: { "Content-Type": "text/plain" } };
const json = { method: "POST", body, headers: { "Content-Type": "application/json" } };
const tries = [
  fetch("$ADMIN/advance", plain).then((r) => r.text()),
  fetch("$ADMIN/advance", { ...plain, mode: "cors" }).then((r) => r.text()),
  fetch("$ADMIN/advance", json).then((r) => r.text()),
  fetch("$ADMIN/reset", { method: "POST" }).then((r) => r.text()),
  fetch("$ADMIN/clear_faults", { method: "POST", mode: "no-cors" }).then((r) => r.text()),
  fetch("$ADMIN/faults", { method: "DELETE" }).then((r) => r.text()),
  fetch("$ADMIN/journal").then((r) => r.text()),
  fetch("$ADMIN/snapshot", { credentials: "include" }).then((r) => r.text()),
];
navigator.sendBeacon("$ADMIN/advance", body);
navigator.sendBeacon("$ADMIN/advance", new Blob([body], { type: "application/json" }));
new WebSocket("$ADMIN/journal".replace("http", "ws"));
document.getElementById("form").submit();
Promise.allSettled(tries).then((all) => {
  for (const one of all) if (one.status === "fulfilled") read.push(one.value);
  setTimeout(() => {
    document.getElementById("read").textContent = "sent, read: " + read.join("");
  }, 500);
});
</script>]]

describe("a hostile page in Chromium", function()
  local emulator, hostile, visitor, log

  setup(function()
    log = os.tmpname()
    emulator = assert(server.start({ access_log = log }))
    hostile = openresty.start({
      http = "init_by_lua_block { pages = {} }",
      server = 'location = /page { content_by_lua_block { ngx.header["Content-Type"] = "text/html" '
        .. "ngx.print(pages.hostile) } }",
    })
    hostile:run(("pages.hostile = %q"):format((PAGE:gsub("%$ADMIN", emulator.admin_url))))
    http.request(emulator.admin_url .. "/faults", '--data \'{"kind":"close"}\'')
    visitor = browser.start({ "--host-resolver-rules=MAP *.example 127.0.0.1" })
  end)

  teardown(function()
    if visitor then visitor:stop() end
    emulator:stop()
    hostile:remove()
    os.remove(log)
  end)

  local function state()
    local _, body = http.request(emulator.admin_url .. "/snapshot")
    return body
  end

  -- The statuses that the browser was answered with.
  local function answered()
    local statuses = {}
    for line in shell.read(log):gmatch("[^\n]+") do
      if line:find("Mozilla/", 1, true) then statuses[#statuses + 1] = line:match('" (%d%d%d) ') end
    end
    return statuses
  end

  for _, host in ipairs({ "evil.example", "127.0.0.1", "localhost" }) do
    it("changes nothing and reads nothing, as a page of " .. host, function()
      local before, count = state(), #answered()
      assert.matches('"kind":"close"', before, 1, true)
      visitor:open(("http://%s:%d/page"):format(host, hostile.port))
      assert.equal("sent, read:", visitor:text_after("#read", "sent, read:"))
      -- Some come later, and nginx writes its log after it has answered.
      visitor.wait_for(function()
        return #answered() >= count + 8
      end)
      assert.equal(before, state())
      local statuses = answered()
      assert.is_true(#statuses >= count + 8, #statuses .. " requests came")
      for _, status in ipairs(statuses) do
        assert.equal("403", status)
      end
    end)
  end

  it("reads nothing by a name that was bound to this machine", function()
    visitor:open(("http://evil.example:%d/_emulator/journal"):format(emulator.port))
    local refusal = ("the emulator is not evil.example:%d"):format(emulator.port)
    assert.matches(refusal, visitor:text("body"), 1, true)
  end)
end)
