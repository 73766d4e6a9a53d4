// SPDX-License-Identifier: MIT
// The emulator that the environment names: where it is, and its own calls below /_emulator/, which
// do what browsers and time do at the service.

const { env } = process;

export const baseURL = env.CLOUDFLARE_BASE_URL;
export const accountId = env.CLOUDFLARE_ACCOUNT_ID;
export const defaultAppId = env.REALTIMEKIT_APP_ID;

async function post(call, given) {
  const response = await fetch(new URL(`/_emulator/${call}`, baseURL), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(given),
  });
  const { data, error } = await response.json();
  if (error) throw new Error(`${call}: ${error.message}`);
  return data;
}

export const join = (token) => post("join", { token });
export const chat = (given) => post("chat", given);
export const speak = (given) => post("speak", given);
export const advance = (seconds) => post("advance", { seconds });

/// What is behind a link.
export async function download(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`a download was answered with ${response.status}`);
  return response.text();
}
