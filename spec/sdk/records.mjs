// SPDX-License-Identifier: MIT
// What can be read after a meeting: its session, what was written and said, and the figures of the
// app, which has had one session, two recordings and a livestream of 13 seconds.
import assert from "node:assert/strict";
import * as emulator from "./emulator.mjs";
import { account, call, ids } from "./sdk.mjs";

export async function lookBack(app, meetingId, ann) {
  const sessionId = ann.session_id;
  await call("sessions.getSessions", [app.app_id, { ...account, status: "ENDED" }], ({ data }) => {
    assert.deepEqual(ids(data.sessions), [sessionId]);
  });
  await call("sessions.getSessionDetails", [sessionId, app], ({ data }) => {
    assert.equal(data.associated_id, meetingId);
    assert.equal(data.max_concurrent_participants, 3);
    assert.equal(data.status, "ENDED");
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

export async function readWhatIsLeft(app, sessionId) {
  await call("sessions.getSessionChat", [sessionId, app], async ({ data }) => {
    assert.match(await emulator.download(data.chat_download_url), /Written by Ann/);
  });
  await call(
    "sessions.getSessionTranscripts",
    [sessionId, { ...app, format: "SRT" }],
    async ({ data }) => {
      assert.equal(data.sessionId, sessionId);
      const subtitles = await emulator.download(data.transcript_download_url);
      assert.match(subtitles, /^1\n00:01:.*\nAnn: Spoken by Ann\n$/);
    },
  );
  await call("sessions.generateSummaryOfTranscripts", [sessionId, app], ({ success }) => {
    assert.equal(success, true);
  });
  await emulator.advance(30);
  await call("sessions.getSessionSummary", [sessionId, app], async ({ data }) => {
    assert.match(await emulator.download(data.summaryDownloadUrl), /Spoken by Ann/);
  });
}

export async function readFigures(app) {
  const daywise = ({ data }) => {
    assert.equal(data.session_stats.sessions_count, 1);
    assert.equal(data.recording_stats.recording_count, 2);
    assert.ok(data.session_stats.sessions_minutes_consumed > 0);
  };
  await call("analytics.getOrgAnalytics", [app.app_id, account], daywise);
  await call("livestreams.getOrgAnalytics", [app.app_id, account], daywise);
  await call("livestreams.getLivestreamAnalyticsComplete", [app.app_id, account], ({ data }) => {
    assert.equal(data.count, 1);
    assert.equal(data.total_ingest_seconds, 13);
  });
  await call("livestreams.getLivestreamAnalyticsDaywise", [app.app_id, account], ({ data }) => {
    assert.equal(data.length, 1);
    assert.equal(data[0].total_ingest_seconds, 13);
  });
}
