// SPDX-License-Identifier: MIT
// Makes the page livelier; it works without. Keeps the list of live sessions up to date and
// copies the token.
//
// This is also where a real page joins, with the RealtimeKit web SDK (on npm:
// @cloudflare/realtimekit, and @cloudflare/realtimekit-ui for <rtk-meeting>):
//
//   const meeting = await RealtimeKitClient.init({ authToken: token.value });
//   document.querySelector("rtk-meeting").meeting = meeting;

const REFRESH = 3000; // milliseconds

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function item(session) {
  const made = document.createElement("li");
  made.append(element("span", "title", session.title), element("span", "people", session.people));
  return made;
}

async function refresh(list) {
  const answer = await fetch("/sessions").catch(() => null);
  if (!answer || !answer.ok) return; // what is there is the best guess
  const { sessions } = await answer.json();
  const nobody = element("li", "", "Nobody yet. Be the first!");
  list.replaceChildren(...(sessions.length ? sessions.map(item) : [nobody]));
}

const list = document.getElementById("live");
if (list) setInterval(() => document.hidden || refresh(list), REFRESH);

const copy = document.getElementById("copy");
// Browsers let pages copy over https and on this machine only.
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById("token").value);
    copy.textContent = "Copied";
  });
}
