// SPDX-License-Identifier: MIT
// Lets Cloudflare's official SDK perform every RealtimeKit operation that it has against the
// emulator, as one story, and checks what comes back. Each chapter leaves what later ones need.
//
// Usage: main.lua -- node spec/sdk/official.mjs DIRECTORY, where the npm package is installed
import { endMeeting, meet, readLivestreams, readRecordings, record, stream } from "./meeting.mjs";
import { addPeople, createApp, makeMeetings, makePresets } from "./preparations.mjs";
import { lookBack, readFigures, readWhatIsLeft } from "./records.mjs";
import { operations } from "./sdk.mjs";
import { tendWebhooks } from "./webhooks.mjs";

async function story() {
  const app = await createApp();
  await makePresets(app);
  const meetingId = await makeMeetings(app);
  const people = await addPeople(app, meetingId);
  const ann = await meet(app, meetingId, people);
  await readRecordings(app, await record(app, meetingId, ann.session_id));
  await readLivestreams(app, await stream(app, meetingId));
  await endMeeting(app, meetingId);
  await lookBack(app, meetingId, ann);
  await readWhatIsLeft(app, ann.session_id);
  await tendWebhooks(app);
  await readFigures(app);
}

let ending;
try {
  await story();
} catch (error) {
  ending = error;
}
const failed = operations.report();
if (ending) console.error(`the story ended early: ${ending.stack}`);
process.exitCode = ending || failed > 0 ? 1 : 0;
