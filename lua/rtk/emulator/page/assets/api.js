// SPDX-License-Identifier: MIT
// Talks to the emulator: reads that cost nothing while nothing has changed, its calls, and
// operations of the API itself. What fails throws an Error with the emulator's own words.

let last = { url: "", tag: "", data: null };

async function send(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "omit", ...options });
  } catch {
    throw new Error("The emulator does not answer. Is it still running?");
  }
  if (response.status === 304) return { response };
  const text = await response.text();
  let body = null;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Error(`The emulator answered ${response.status} without JSON.`);
  }
  if (response.ok) return { response, body };
  const failure = body.error || (body.errors || [])[0] || {};
  throw new Error(failure.message || `The emulator answered ${response.status}.`);
}

function query(members) {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined && value !== null && value !== "") parts.set(name, value);
  }
  const text = parts.toString();
  return text ? `?${text}` : "";
}

/** Reads from the emulator. Answers the same object while nothing has changed. */
export async function read(name, members = {}) {
  const url = `/_emulator/${name}${query(members)}`;
  const known = last.url === url ? { "If-None-Match": last.tag } : {};
  const { response, body } = await send(url, { headers: known });
  if (!body) return last.data;
  const tag = response.headers.get("etag");
  if (tag) last = { url, tag, data: body.data };
  return body.data;
}

function json(method, body) {
  const headers = { "Content-Type": "application/json" };
  return { method, headers, body: JSON.stringify(body || {}) };
}

/** Makes a call of the emulator, such as advance. */
export async function call(name, members, method = "POST") {
  const { body } = await send(`/_emulator/${name}`, json(method, members));
  return body.data;
}

let connection;

/** What clients need: account_id, api_token, app_id; webhook_events for all webhooks. */
export async function connect() {
  connection = connection || (await send("/_emulator/connect", {})).body.data;
  return connection;
}

/** Performs an operation of the API in an app, as a client does; it is in the journal. */
export async function operate(place, method, path, members) {
  const { api_token: token } = await connect();
  const url = `/client/v4/accounts/${place.account_id}/realtime/kit/${place.app_id}${path}`;
  const options = members ? json(method, members) : { method, headers: {} };
  options.headers.Authorization = `Bearer ${token}`;
  return (await send(url, options)).body.data;
}
