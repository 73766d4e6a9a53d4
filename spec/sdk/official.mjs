// SPDX-License-Identifier: MIT
// Lets Cloudflare's official SDK perform every RealtimeKit operation that it has against the
// emulator, as one story, and checks what comes back. Each chapter leaves what later ones need.
//
// Usage: main.lua -- node spec/sdk/official.mjs DIRECTORY, where the npm package is installed
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import * as emulator from "./emulator.mjs";
import { Operations } from "./operations.mjs";

const { Cloudflare } = createRequire(path.resolve(process.argv[2], "package.json"))("cloudflare");
const { realtimeKit } = new Cloudflare({
  apiToken: emulator.apiToken,
  baseURL: emulator.baseURL,
  maxRetries: 0,
});
const operations = new Operations(realtimeKit);
const call = (...args) => operations.call(...args);

const account = { account_id: emulator.accountId };
let app; // { account_id, app_id }
let appId;

const ids = (items) => items.map((item) => item.id).sort();

async function createApp() {
  const made = await call("apps.post", [{ ...account, name: "Talks" }], ({ success, data }) => {
    assert.equal(success, true);
    assert.equal(data.app.name, "Talks");
  });
  appId = made.data.app.id;
  app = { ...account, app_id: appId };
  await call("apps.get", [account], ({ data }) => {
    assert.deepEqual(ids(data), [appId, emulator.defaultAppId].sort());
  });
}

/// Leaves a preset "speaker".
async function makePresets() {
  const listed = await call("presets.get", [appId, { ...account, search: "host" }], ({ data }) => {
    assert.ok(data.length > 0);
    for (const preset of data) assert.match(preset.name, /host/);
  });
  const model = listed.data[0];
  const shown = await call("presets.getPresetByID", [model.id, app], ({ data }) => {
    assert.equal(data.name, model.name);
    assert.equal(data.permissions.kick_participant, true);
  });
  const { config, permissions, ui } = shown.data;
  const fields = { config, permissions, ui };
  const made = await call("presets.create", [appId, { ...account, ...fields, name: "draft" }], ({ data }) => {
    assert.deepEqual(data.permissions, permissions);
  });
  const { id } = made.data;
  const silent = { ...permissions, can_record: false };
  await call("presets.update", [id, { ...app, permissions: { can_record: false } }], ({ data }) => {
    assert.deepEqual(data.permissions, silent);
    assert.equal(data.name, "draft");
  });
  await call("presets.replacePresetByID", [id, { ...app, ...fields, name: "speaker" }], ({ data }) => {
    assert.equal(data.id, id);
    assert.equal(data.name, "speaker");
    assert.equal(data.permissions.can_record, true);
  });
  const spare = await realtimeKit.presets.create(appId, { ...account, ...fields, name: "spare" });
  await call("presets.delete", [spare.data.id, app], ({ data }) => {
    assert.equal(data.id, spare.data.id);
  });
  await assert.rejects(realtimeKit.presets.getPresetByID(spare.data.id, app), { status: 404 });
}

/// Returns the id of a meeting, which is not the only one.
async function makeMeetings() {
  const body = { title: "Draft", session_keep_alive_time_in_secs: 60 };
  const made = await call("meetings.create", [appId, { ...account, ...body }], ({ data }) => {
    assert.equal(data.title, "Draft");
    assert.equal(data.status, "ACTIVE");
  });
  const { id } = made.data;
  const other = await realtimeKit.meetings.create(appId, { ...account, title: "Other" });
  await call("meetings.get", [appId, { ...account, per_page: 1, page_no: 2 }], ({ data, paging }) => {
    assert.deepEqual(ids(data), [id]);
    assert.equal(paging.total_count, 2);
  });
  await call("meetings.updateMeetingByID", [other.data.id, { ...app, status: "INACTIVE" }], ({ data }) => {
    assert.equal(data.status, "INACTIVE");
    assert.equal(data.title, "Other");
  });
  await call("meetings.replaceMeetingByID", [id, { ...app, title: "Talk" }], ({ data }) => {
    assert.equal(data.id, id);
    assert.equal(data.title, "Talk");
  });
  await call("meetings.getMeetingByID", [id, app], ({ data }) => {
    assert.equal(data.title, "Talk");
  });
  return id;
}

/// Returns the participants Ann, Bob and Cid with their tokens.
async function addPeople(meetingId) {
  const people = {};
  for (const name of ["Ann", "Bob", "Cid", "Dan"]) {
    const body = { custom_participant_id: name.toLowerCase(), name, preset_name: "speaker" };
    const made = await call("meetings.addParticipant", [meetingId, { ...app, ...body }], ({ data }) => {
      assert.equal(data.name, name);
      assert.equal(data.preset_name, "speaker");
      assert.match(data.token, /^ey/);
    });
    people[name] = made.data;
  }
  const within = { ...app, meeting_id: meetingId };
  await call("meetings.deleteMeetingParticipant", [people.Dan.id, within], ({ data }) => {
    assert.equal(data.custom_participant_id, "dan");
  });
  delete people.Dan;
  await call("meetings.getMeetingParticipants", [meetingId, app], ({ data, paging }) => {
    assert.deepEqual(ids(data), ids(Object.values(people)));
    assert.equal(paging.total_count, 3);
  });
  await call("meetings.editParticipant", [people.Bob.id, { ...within, name: "Robert" }], ({ data }) => {
    assert.equal(data.name, "Robert");
  });
  await call("meetings.getMeetingParticipant", [people.Bob.id, within], ({ data }) => {
    assert.equal(data.name, "Robert");
    assert.equal(data.custom_participant_id, "bob");
  });
  const renewed = await call("meetings.refreshParticipantToken", [people.Ann.id, within], ({ data }) => {
    assert.notEqual(data.token, people.Ann.token);
  });
  people.Ann.token = renewed.data.token;
  return people;
}

/// Returns Ann's peer.
async function meet(meetingId, people) {
  const ann = await emulator.join(people.Ann.token);
  await emulator.join(people.Bob.token);
  await emulator.join(people.Cid.token);
  await emulator.advance(60);
  await emulator.chat({ ...app, peer_id: ann.id, text: "Written by Ann" });
  await emulator.speak({ ...app, peer_id: ann.id, text: "Spoken by Ann" });
  await call("activeSession.getActiveSession", [meetingId, app], ({ data }) => {
    assert.equal(data.id, ann.session_id);
    assert.equal(data.live_participants, 3);
    assert.equal(data.status, "LIVE");
  });
  const poll = { question: "Tea?", options: ["yes", "no"] };
  await call("activeSession.createPoll", [meetingId, { ...app, ...poll }], ({ data }) => {
    assert.equal(data.poll.question, "Tea?");
    assert.deepEqual(data.poll.options.map((option) => option.text), poll.options);
  });
  const kick = { participant_ids: [people.Cid.id], custom_participant_ids: [] };
  await call("activeSession.kickParticipants", [meetingId, { ...app, ...kick }], ({ data }) => {
    assert.equal(data.action, "kick");
    assert.equal(data.participants.length, 1);
  });
  return ann;
}

async function record(meetingId, sessionId) {
  const body = { ...account, meeting_id: meetingId };
  const started = await call("recordings.startRecordings", [appId, body], ({ data }) => {
    assert.equal(data.status, "INVOKED");
    assert.equal(data.session_id, sessionId);
  });
  const { id } = started.data;
  await emulator.advance(3);
  await call("recordings.getActiveRecordings", [meetingId, app], ({ data }) => {
    assert.equal(data.id, id);
    assert.equal(data.status, "RECORDING");
  });
  await call("recordings.startTrackRecording", [appId, body], ({ data }) => {
    assert.notEqual(data.recording.id, id);
    assert.equal(data.recording.status, "INVOKED");
  });
  await emulator.advance(27);
  for (const [action, status] of [["pause", "PAUSED"], ["resume", "RECORDING"], ["stop", "UPLOADING"]]) {
    await call("recordings.pauseResumeStopRecording", [id, { ...app, action }], ({ data }) => {
      assert.equal(data.id, id);
      assert.equal(data.status, status);
    });
  }
  await emulator.advance(5);
  await call("recordings.getOneRecording", [id, app], async ({ data }) => {
    assert.equal(data.status, "UPLOADED");
    assert.equal(data.recording_duration, 27);
    assert.ok((await emulator.download(data.download_url)).length > 0);
  });
  await call("recordings.getRecordings", [appId, { ...account, status: ["UPLOADED"] }], ({ data, paging }) => {
    assert.deepEqual(ids(data), [id]);
    assert.equal(paging.total_count, 1);
  });
}

async function stream(meetingId) {
  const body = { ...app, name: "Show" };
  const started = await call("livestreams.startLivestreamingAMeeting", [meetingId, body], ({ data }) => {
    assert.equal(data.status, "INVOKED");
    assert.match(data.ingest_server, /^rtmps:/);
  });
  const { id } = started.data;
  await emulator.advance(13);
  await call("livestreams.getMeetingActiveLivestreams", [meetingId, app], ({ data }) => {
    assert.equal(data.id, id);
    assert.equal(data.name, "Show");
    assert.equal(data.status, "LIVE");
  });
  const live = await call("livestreams.getActiveLivestreamsForLivestreamID", [id, app], ({ data }) => {
    assert.equal(data.livestream.id, id);
    assert.equal(data.session.livestream_id, id);
    assert.equal(data.session.ingest_seconds, 10);
  });
  await call("livestreams.stopLivestreamingAMeeting", [meetingId, app], ({ success }) => {
    assert.equal(success, true);
  });
  await emulator.advance(3);
  const sessionId = live.data.session.id;
  await call("livestreams.getLivestreamSessionDetailsForSessionID", [sessionId, app], ({ data }) => {
    assert.equal(data.id, sessionId);
    assert.equal(data.ingest_seconds, 13);
    assert.ok(data.stopped_time > data.started_time);
  });
  await call("livestreams.getLivestreamSessionForLivestreamID", [id, app], ({ data }) => {
    assert.equal(data.livestream.status, "IDLE");
    assert.deepEqual(ids(data.sessions), [sessionId]);
  });
  await call("livestreams.getAllLivestreams", [appId, { ...account, status: "IDLE" }], ({ data }) => {
    assert.deepEqual(ids(data), [id]);
  });
}

async function endMeeting(meetingId) {
  await call("activeSession.kickAllParticipants", [meetingId, app], ({ data }) => {
    assert.equal(data.action, "kick-all");
    assert.equal(data.kicked_participants_count, 2);
  });
  await emulator.advance(60);
  await assert.rejects(realtimeKit.activeSession.getActiveSession(meetingId, app), { status: 404 });
}

async function lookBack(meetingId, ann) {
  const sessionId = ann.session_id;
  await call("sessions.getSessions", [appId, { ...account, status: "ENDED" }], ({ data }) => {
    assert.deepEqual(ids(data.sessions), [sessionId]);
  });
  await call("sessions.getSessionDetails", [sessionId, app], ({ data }) => {
    assert.equal(data.session.associated_id, meetingId);
    assert.equal(data.session.max_concurrent_participants, 3);
    assert.equal(data.session.status, "ENDED");
  });
  await call("sessions.getSessionParticipants", [sessionId, app], ({ data }) => {
    assert.equal(data.participants.length, 3);
    assert.ok(ids(data.participants).includes(ann.id));
  });
  const within = { ...app, session_id: sessionId };
  await call("sessions.getSessionParticipantDetails", [ann.id, within], ({ data }) => {
    assert.equal(data.participant.custom_participant_id, "ann");
    assert.ok(data.participant.duration > 1);
  });
  await call("sessions.getParticipantDataFromPeerID", [ann.id, app], ({ data }) => {
    assert.equal(data.participant.id, ann.id);
    assert.equal(data.participant.session_id, sessionId);
    assert.equal(data.participant.role, "speaker");
  });
}

async function readWhatIsLeft(sessionId) {
  await call("sessions.getSessionChat", [sessionId, app], async ({ data }) => {
    assert.match(await emulator.download(data.chat_download_url), /Written by Ann/);
  });
  await call("sessions.getSessionTranscripts", [sessionId, { ...app, format: "SRT" }], async ({ data }) => {
    assert.equal(data.sessionId, sessionId);
    const subtitles = await emulator.download(data.transcript_download_url);
    assert.match(subtitles, /^1\n00:01:.*\nAnn: Spoken by Ann\n$/);
  });
  await call("sessions.generateSummaryOfTranscripts", [sessionId, app], ({ success }) => {
    assert.equal(success, true);
  });
  await emulator.advance(30);
  await call("sessions.getSessionSummary", [sessionId, app], async ({ data }) => {
    assert.match(await emulator.download(data.summaryDownloadUrl), /Spoken by Ann/);
  });
}

async function tendWebhooks() {
  const body = { name: "Ends", url: "https://example.com/ends", events: ["meeting.ended"] };
  const made = await call("webhooks.createWebhook", [appId, { ...account, ...body }], ({ data }) => {
    assert.equal(data.enabled, true);
    assert.deepEqual(data.events, body.events);
  });
  const { id } = made.data;
  await call("webhooks.editWebhook", [id, { ...app, enabled: false }], ({ data }) => {
    assert.equal(data.enabled, false);
    assert.equal(data.name, "Ends");
  });
  const starts = { ...body, name: "Starts", events: ["meeting.started"] };
  await call("webhooks.replaceWebhook", [id, { ...app, ...starts }], ({ data }) => {
    assert.equal(data.id, id);
    assert.deepEqual(data.events, ["meeting.started"]);
  });
  await call("webhooks.getWebhookByID", [id, app], ({ data }) => {
    assert.equal(data.name, "Starts");
    assert.equal(data.url, body.url);
  });
  await call("webhooks.getWebhooks", [appId, account], ({ data }) => {
    assert.deepEqual(ids(data), [id]);
  });
  await call("webhooks.deleteWebhook", [id, app], ({ data }) => {
    assert.equal(data.id, id);
  });
  await assert.rejects(realtimeKit.webhooks.getWebhookByID(id, app), { status: 404 });
}

/// One session and two recordings, a livestream of 13 seconds.
async function readFigures() {
  const daywise = ({ data }) => {
    assert.equal(data.session_stats.sessions_count, 1);
    assert.equal(data.recording_stats.recording_count, 2);
    assert.ok(data.session_stats.sessions_minutes_consumed > 0);
  };
  await call("analytics.getOrgAnalytics", [appId, account], daywise);
  await call("livestreams.getOrgAnalytics", [appId, account], daywise);
  await call("livestreams.getLivestreamAnalyticsComplete", [appId, account], ({ data }) => {
    assert.equal(data.count, 1);
    assert.equal(data.total_ingest_seconds, 13);
  });
  await call("livestreams.getLivestreamAnalyticsDaywise", [appId, account], ({ data }) => {
    assert.equal(data.length, 1);
    assert.equal(data[0].total_ingest_seconds, 13);
  });
}

async function story() {
  await createApp();
  await makePresets();
  const meetingId = await makeMeetings();
  const people = await addPeople(meetingId);
  const ann = await meet(meetingId, people);
  await record(meetingId, ann.session_id);
  await stream(meetingId);
  await endMeeting(meetingId);
  await lookBack(meetingId, ann);
  await readWhatIsLeft(ann.session_id);
  await tendWebhooks();
  await readFigures();
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
