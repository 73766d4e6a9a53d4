// SPDX-License-Identifier: MIT
// Lets Cloudflare's command line tool work on the emulator, to which nothing but the environment
// leads it, and checks what it prints.
//
// Usage: main.lua -- node spec/sdk/cli.mjs DIRECTORY, where the npm package is installed
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { defaultAppId } from "./emulator.mjs";

const program = path.resolve(process.argv[2], "node_modules/cf/bin/cf");
const home = mkdtempSync(path.join(tmpdir(), "rtk-cf-"));

// This version hides the commands of most products, but has them.
const env = { ...process.env, HOME: home, CF_NO_PROMPT: "1", CF_HIDE_COMMANDS: "false" };

let passed = 0;

/// What a command prints, which is JSON. One that fails raises.
function cf(...words) {
  const text = execFileSync(process.execPath, [program, ...words], { env, encoding: "utf8" });
  passed += 1;
  console.log(`ok      cf ${words.slice(0, 3).join(" ")}`);
  return JSON.parse(text);
}

const kit = (...words) => cf("realtime-kit", ...words).data;
const body = (value) => ["--body", JSON.stringify(value)];

function story() {
  assert.equal(cf("user", "tokens", "verify").status, "active");
  assert.deepEqual(
    kit("apps", "get").map((app) => app.id),
    [defaultAppId],
  );
  const meeting = kit("meetings", "create", defaultAppId, ...body({ title: "Weekly" }));
  assert.equal(meeting.title, "Weekly");
  assert.deepEqual(
    kit("meetings", "get", defaultAppId).map((one) => one.id),
    [meeting.id],
  );
  const ann = { name: "Ann", preset_name: "group_call_host", custom_participant_id: "ann" };
  assert.ok(kit("meetings", "add-participant", defaultAppId, meeting.id, ...body(ann)).token);
  const given = body({ meeting_id: meeting.id });
  const recording = kit("recordings", "start-recordings", defaultAppId, ...given);
  assert.equal(recording.status, "INVOKED");
}

try {
  story();
  console.log(`${passed} passed, 0 failed`);
} finally {
  rmSync(home, { recursive: true });
}
