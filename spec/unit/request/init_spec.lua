-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local operation = require("rtk.request.operation")
local read_only = require("spec.support.data.read_only")
local request = require("rtk.request")
local rtk = require("rtk")

describe("rtk.request", function()
  local channel = {
    settings = { base_url = "https://a.test/p", is_legacy = true, timeout = 60, max_retries = 2 },
    runtime = {
      now = function()
        return 100
      end,
    },
  }
  local creating = operation.named["POST /meetings"]

  local scope = { channel = channel, account_prefix = false, app_prefix = false }

  local function new(op, body, options)
    return request.new(scope, op, {}, body, options)
  end

  it("builds what the transport takes", function()
    local made = new(creating, { title = "T" }, { headers = "mine", extra_query = { a = 1 } })
    assert.equal("POST", made.method)
    assert.equal("https://a.test/p/meetings?a=1", made.url)
    assert.equal('{"title":"T"}', made.body)
    assert.equal("mine", made.own_headers)
  end)

  it("starts without attempts and has a path to show", function()
    local made = new(creating)
    assert.equal(0, made.attempt)
    assert.equal(0, made.elapsed)
    assert.equal("/meetings", made.path)
    assert.equal(creating, made.operation)
    assert.is_nil(made.deadline)
  end)

  it("sets a deadline for a total timeout", function()
    local made = new(creating, nil, { total_timeout = 7, timeout = 3 })
    assert.equal(107, made.deadline)
    assert.equal(3, made.attempt_timeout)
  end)

  describe("the path of an operation", function()
    local name = "PATCH /meetings/{meeting_id}/participants/{participant_id}"

    it("fills ids in the template's order", function()
      local text = request.path(operation.named[name], { "a/b", "c" })
      assert.equal("/meetings/a%2Fb/participants/c", text)
      assert.equal("/meetings", request.path(operation.named["GET /meetings"], {}))
      local token = operation.named["POST /m/{a}/p/{b}/token"]
      assert.equal("/m/1/p/2/token", request.path(token, { "1", "2" }))
    end)

    it("names the id that is missing", function()
      local ok, message = pcall(request.path, operation.named[name], { "m" })
      assert.is_false(ok)
      assert.truthy(message:find("participant_id must be a string", 1, true), message)
    end)

    it("refuses an id with which another operation would be called, and names both", function()
      local chat = operation.named["GET /sessions/{session_id}/chat"]
      assert.equal(
        'session_id must not be "peer-report", with which '
          .. "GET /sessions/peer-report/{peer_id} would be called",
        (clients.misuse_of(request.path, chat, { "peer-report" }):gsub("^%S+ ", ""))
      )
      assert.equal("/sessions/peer-report2/chat", request.path(chat, { "peer-report2" }))
      local session = operation.named["GET /sessions/{session_id}"]
      assert.equal("/sessions/peer-report", request.path(session, { "peer-report" }))
    end)
  end)

  describe("text that is not UTF-8", function()
    local ok = { json = { success = true, data = { id = "m1" } } }
    local BAD = "Jos\233 of a private name"

    it("fails the call as invalid, in bodies and queries alike, and sends nothing", function()
      local client, transport = clients.fake({ ok })
      local function assert_invalid(field, value, message, err)
        assert.is_nil(value)
        assert.equal("invalid", err.kind)
        assert.equal(0, err.attempts)
        assert.is_nil(err.status)
        assert.is_false(err.maybe_executed)
        assert.truthy(message:find(field, 1, true), message)
        assert.truthy(message:find("that is not UTF-8 from byte 4 on", 1, true), message)
        assert.falsy(message:find("private", 1, true), message)
      end
      local meetings = client.meetings
      assert_invalid("body.title", meetings:create({ title = BAD }))
      local nested = { ai_config = { summarization = read_only({ text = BAD }) } }
      assert_invalid("body.ai_config.summarization", meetings:update("m1", nested))
      assert_invalid("query.search", meetings:list({ search = BAD }))
      local extra = { extra_query = { a = { "x", BAD } }, extra_body = nil }
      assert_invalid("query.a", meetings:get("m1", nil, extra))
      assert_invalid("body.x", meetings:create({}, { extra_body = { x = BAD } }))
      assert_invalid("query.q", client:request({ path = "/x", query = { q = BAD } }))
      local posted = { path = "/x", method = "POST", body = { q = BAD } }
      assert_invalid("body.q", client:request(posted))
      assert.equal(0, #transport.requests)
    end)

    it("is the failure of a loop's first page", function()
      local client = clients.fake({ ok })
      local next_meeting = client.meetings:each({ search = BAD })
      assert.matches("query.search.*not UTF%-8", tostring(clients.misuse_of(next_meeting)))
    end)

    it("ends with an event like other failures", function()
      local types = {}
      local client = clients.fake({ ok }, {
        on_event = function(event)
          types[#types + 1] = event.type .. " " .. tostring(event.kind)
        end,
      })
      client.meetings:create({ title = BAD })
      assert.same({ "call invalid" }, types)
    end)

    it("is what rtk.is_text finds", function()
      for _, text in ipairs({ "", "plain", "José", "\240\159\152\128", "\0" }) do
        assert.is_true(rtk.is_text(text))
      end
      local surrogate, overlong, cut = "\237\160\128", "\192\128", "\226\130"
      for _, value in ipairs({ BAD, "\255", surrogate, overlong, cut, 5, {}, true }) do
        assert.is_false(rtk.is_text(value))
      end
      assert.is_false(rtk.is_text(nil))
      local client, transport = clients.fake({ ok })
      assert(client.meetings:list({ search = "José" }))
      assert.truthy(transport:last().url:find("search=Jos%C3%A9", 1, true))
    end)
  end)

  it("refuses a body for HEAD", function()
    local message = clients.misuse_of(request.custom, scope, {
      method = "HEAD",
      path = "/meetings",
      body = {},
    })
    assert.truthy(message:find("HEAD sends no body", 1, true), message)
  end)
end)
