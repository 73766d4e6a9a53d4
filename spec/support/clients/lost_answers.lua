-- SPDX-License-Identifier: MIT
-- Calls whose answers are lost: the answers of the transport, and the outcome of a call.

local clients = require("spec.support.clients.clients")

local lost_answers = {
  TIMEOUT = { kind = "timeout", message = "timed out", sent = true },
  BAD_GATEWAY = { status = 502, text = "<html>" },
  REFUSED = { kind = "connection", message = "refused", sent = false },
  UNROUTED = {
    status = 404,
    json = { success = false, errors = { { code = 7003, message = "Could not route to /x" } } },
  },
}

--- An error response of the service.
function lost_answers.service(status, message)
  local failure = { success = false, error = { code = status, message = message } }
  return { status = status, json = failure }
end

lost_answers.NO_SESSION = lost_answers.service(404, "No active session found for meeting_id m1")

local calls = {
  kick = function(client, options)
    return client.active_session:kick("m1", { participant_ids = { "p1" } }, options)
  end,
  kick_all = function(client, options)
    return client.active_session:kick_all("m1", nil, options)
  end,
  mute = function(client, options)
    return client.active_session:mute("m1", { participant_ids = { "p1" } }, options)
  end,
  mute_all = function(client, options)
    return client.active_session:mute_all("m1", nil, options)
  end,
  stop_livestream = function(client, options)
    return client.livestreams:stop("m1", nil, options)
  end,
  stop = function(client, options)
    return client.recordings:stop("r1", options)
  end,
  pause = function(client, options)
    return client.recordings:pause("r1", options)
  end,
  resume = function(client, options)
    return client.recordings:resume("r1", options)
  end,
  delete = function(client, options)
    return client.webhooks:delete("w1", nil, options)
  end,
}

--- What a call comes to that gets these answers, and the requests "METHOD path" that it made.
function lost_answers.result_of(name, answers, options, call_options)
  local client, transport = clients.fake(answers, options)
  local value, message, err = calls[name](client, call_options)
  local requests = {}
  for index, request in ipairs(transport.requests) do
    requests[index] = request.method .. " " .. request.url:match("/app(/.*)$")
  end
  return { value = value, message = message, err = err, requests = requests }
end

return lost_answers
