// SPDX-License-Identifier: MIT
// The official SDK, which the environment alone leads to the emulator. It is taken from the directory
// that is the program's argument, where npm has installed it.
import { createRequire } from "node:module";
import path from "node:path";
import { accountId } from "./emulator.mjs";
import { Operations } from "./operations.mjs";

const { Cloudflare } = createRequire(path.resolve(process.argv[2], "package.json"))("cloudflare");

export const { realtimeKit } = new Cloudflare({ maxRetries: 0 });
export const operations = new Operations(realtimeKit);
export const call = (...args) => operations.call(...args);

/// What operations of the account take.
export const account = { account_id: accountId };

export const ids = (items) => items.map((item) => item.id).sort();
