// SPDX-License-Identifier: MIT
// A meeting in progress: who is there, what is recorded and streamed, and its end.
import assert from "node:assert/strict";
import * as emulator from "./emulator.mjs";
import { account, call, ids, realtimeKit } from "./sdk.mjs";

/// Returns Ann's peer.
export async function meet(app, meetingId, people) {
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
    assert.deepEqual(
      data.poll.options.map((option) => option.text),
      poll.options,
    );
  });
  const kick = { participant_ids: [people.Cid.id], custom_participant_ids: [] };
  await call("activeSession.kickParticipants", [meetingId, { ...app, ...kick }], ({ data }) => {
    assert.equal(data.action, "kick");
    assert.equal(data.participants.length, 1);
  });
  return ann;
}

/// Returns the id of a recording that is uploaded.
export async function record(app, meetingId, sessionId) {
  const body = { ...account, meeting_id: meetingId };
  const started = await call("recordings.startRecordings", [app.app_id, body], ({ data }) => {
    assert.equal(data.status, "INVOKED");
    assert.equal(data.session_id, sessionId);
  });
  const { id } = started.data;
  await emulator.advance(3);
  await call("recordings.getActiveRecordings", [meetingId, app], ({ data }) => {
    assert.equal(data.id, id);
    assert.equal(data.status, "RECORDING");
  });
  await call("recordings.startTrackRecording", [app.app_id, body], ({ data }) => {
    assert.notEqual(data.recording.id, id);
    assert.equal(data.recording.status, "INVOKED");
  });
  await emulator.advance(27);
  for (const [action, status] of [
    ["pause", "PAUSED"],
    ["resume", "RECORDING"],
    ["stop", "UPLOADING"],
  ]) {
    await call("recordings.pauseResumeStopRecording", [id, { ...app, action }], ({ data }) => {
      assert.equal(data.id, id);
      assert.equal(data.status, status);
    });
  }
  await emulator.advance(5);
  return id;
}

export async function readRecordings(app, id) {
  await call("recordings.getOneRecording", [id, app], async ({ data }) => {
    assert.equal(data.status, "UPLOADED");
    assert.equal(data.recording_duration, 27);
    assert.ok((await emulator.download(data.download_url)).length > 0);
  });
  await call(
    "recordings.getRecordings",
    [app.app_id, { ...account, status: ["UPLOADED"] }],
    ({ data, paging }) => {
      assert.deepEqual(ids(data), [id]);
      assert.equal(paging.total_count, 1);
    },
  );
}

/// Returns the ids of a livestream that is over and of its session.
export async function stream(app, meetingId) {
  const body = { ...app, name: "Show" };
  const started = await call(
    "livestreams.startLivestreamingAMeeting",
    [meetingId, body],
    ({ data }) => {
      assert.equal(data.status, "INVOKED");
      assert.match(data.ingest_server, /^rtmps:/);
    },
  );
  const { id } = started.data;
  await emulator.advance(13);
  await call("livestreams.getMeetingActiveLivestreams", [meetingId, app], ({ data }) => {
    assert.equal(data.id, id);
    assert.equal(data.name, "Show");
    assert.equal(data.status, "LIVE");
  });
  const live = await call(
    "livestreams.getActiveLivestreamsForLivestreamID",
    [id, app],
    ({ data }) => {
      assert.equal(data.livestream.id, id);
      assert.equal(data.session.livestream_id, id);
      assert.equal(data.session.ingest_seconds, 10);
    },
  );
  await call("livestreams.stopLivestreamingAMeeting", [meetingId, app], ({ success }) => {
    assert.equal(success, true);
  });
  await emulator.advance(3);
  return { id, sessionId: live.data.session.id };
}

export async function readLivestreams(app, { id, sessionId }) {
  await call(
    "livestreams.getLivestreamSessionDetailsForSessionID",
    [sessionId, app],
    ({ data }) => {
      assert.equal(data.id, sessionId);
      assert.equal(data.ingest_seconds, 13);
      assert.ok(data.stopped_time > data.started_time);
    },
  );
  await call("livestreams.getLivestreamSessionForLivestreamID", [id, app], ({ data }) => {
    assert.equal(data.livestream.status, "IDLE");
    assert.deepEqual(ids(data.sessions), [sessionId]);
  });
  await call(
    "livestreams.getAllLivestreams",
    [app.app_id, { ...account, status: "IDLE" }],
    ({ data }) => {
      assert.deepEqual(ids(data), [id]);
    },
  );
}

export async function endMeeting(app, meetingId) {
  await call("activeSession.kickAllParticipants", [meetingId, app], ({ data }) => {
    assert.equal(data.action, "kick-all");
    assert.equal(data.kicked_participants_count, 2);
  });
  await emulator.advance(60);
  await assert.rejects(realtimeKit.activeSession.getActiveSession(meetingId, app), { status: 404 });
}
