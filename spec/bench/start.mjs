// SPDX-License-Identifier: MIT
// What start.lua measures, done with the official SDK: load it and make one call. Prints the peak
// of resident memory in kilobytes.
//
// Usage: node spec/bench/start.mjs DIRECTORY, where the npm package is installed
import { createRequire } from "node:module";
import path from "node:path";

const { Cloudflare } = createRequire(path.resolve(process.argv[2], "package.json"))("cloudflare");
const { env } = process;
const client = new Cloudflare({
  apiToken: env.CLOUDFLARE_API_TOKEN,
  baseURL: env.CLOUDFLARE_BASE_URL,
});
await client.realtimeKit.meetings.get(env.REALTIMEKIT_APP_ID, {
  account_id: env.CLOUDFLARE_ACCOUNT_ID,
  per_page: 1,
});
console.log(process.resourceUsage().maxRSS);
