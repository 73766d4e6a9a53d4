// SPDX-License-Identifier: MIT
// How to point a program here: environment lines for shell, Lua, Node and Python.
import { h } from "../dom.js";
import { copy } from "../parts.js";

function lines(data) {
  const base = `${location.origin}/client/v4`;
  const { api_token: token, account_id: account, app_id: app } = data;
  return [
    [
      "Shell",
      "For any program that reads its environment; rtk and Cloudflare's own SDKs do.",
      `export CLOUDFLARE_BASE_URL='${base}'
export CLOUDFLARE_API_TOKEN='${token}'
export CLOUDFLARE_ACCOUNT_ID='${account}'
export REALTIMEKIT_APP_ID='${app}'`,
    ],
    [
      "Lua",
      "rtk, in plain Lua or in nginx.",
      `local rtk = require("rtk")
local client = rtk.new {
  base_url = "${base}",
  api_token = "${token}",
  account_id = "${account}",
  app_id = "${app}",
}
print(assert(client.meetings:create { title = "Stand-up" }).id)`,
    ],
    [
      "Node",
      "Cloudflare's SDK: npm install cloudflare",
      `import Cloudflare from "cloudflare";
const client = new Cloudflare({ baseURL: "${base}", apiToken: "${token}" });
const place = { account_id: "${account}" };
const made = await client.realtimeKit.meetings.create("${app}", { ...place, title: "Stand-up" });
console.log(made.data.id);`,
    ],
    [
      "Python",
      "The standard library is enough.",
      `import json, urllib.request
request = urllib.request.Request(
    "${base}/accounts/${account}/realtime/kit/${app}/meetings",
    data=json.dumps({"title": "Stand-up"}).encode(),
    headers={"Authorization": "Bearer ${token}", "Content-Type": "application/json"},
)
print(json.load(urllib.request.urlopen(request))["data"]["id"])`,
    ],
  ];
}

export const connect = {
  title: "Connect",
  reads: () => ["connect", {}],
  draw(data) {
    return [
      h("h1", {}, "Connect"),
      h("p", {}, "Point a program here and use it as if this were the service. What it sends appears in the journal."),
      lines(data).map(([name, about, text]) =>
        h(
          "section",
          { class: "card", "aria-labelledby": `connect-${name}` },
          h("div", { class: "title-row" }, h("h2", { id: `connect-${name}` }, name), copy(text, `Copy for ${name}`)),
          h("p", { class: "soft" }, about),
          h("pre", { tabindex: "0", role: "region", "aria-label": `For ${name}` }, text),
        ),
      ),
    ];
  },
};
