// SPDX-License-Identifier: MIT
// What there is before anybody joins: an app, its presets, a meeting and its participants.
import assert from "node:assert/strict";
import * as emulator from "./emulator.mjs";
import { account, call, ids, realtimeKit } from "./sdk.mjs";

/// Returns what operations below the app take: the ids of the account and of the app.
export async function createApp() {
  const made = await call("apps.post", [{ ...account, name: "Talks" }], ({ success, data }) => {
    assert.equal(success, true);
    assert.equal(data.app.name, "Talks");
  });
  const { id } = made.data.app;
  await call("apps.get", [account], ({ data }) => {
    assert.deepEqual(ids(data), [id, emulator.defaultAppId].sort());
  });
  return { ...account, app_id: id };
}

/// Leaves a preset "speaker", which may do what hosts may.
export async function makePresets(app) {
  const listed = await call(
    "presets.get",
    [app.app_id, { ...account, search: "host" }],
    ({ data }) => {
      assert.ok(data.length > 0);
      for (const preset of data) assert.match(preset.name, /host/);
    },
  );
  const model = listed.data[0];
  const shown = await call("presets.getPresetByID", [model.id, app], ({ data }) => {
    assert.equal(data.name, model.name);
    assert.equal(data.permissions.kick_participant, true);
  });
  const { config, permissions, ui } = shown.data;
  const fields = { config, permissions, ui };
  const made = await call(
    "presets.create",
    [app.app_id, { ...account, ...fields, name: "draft" }],
    ({ data }) => {
      assert.deepEqual(data.permissions, permissions);
    },
  );
  const { id } = made.data;
  const silent = { ...permissions, can_record: false };
  await call("presets.update", [id, { ...app, permissions: { can_record: false } }], ({ data }) => {
    assert.deepEqual(data.permissions, silent);
    assert.equal(data.name, "draft");
  });
  await call(
    "presets.replacePresetByID",
    [id, { ...app, ...fields, name: "speaker" }],
    ({ data }) => {
      assert.equal(data.id, id);
      assert.equal(data.name, "speaker");
      assert.equal(data.permissions.can_record, true);
    },
  );
  await deletePreset(app, fields);
}

async function deletePreset(app, fields) {
  const body = { ...account, ...fields, name: "spare" };
  const spare = await realtimeKit.presets.create(app.app_id, body);
  await call("presets.delete", [spare.data.id, app], ({ success }) => {
    assert.equal(success, true);
  });
  await assert.rejects(realtimeKit.presets.getPresetByID(spare.data.id, app), { status: 404 });
}

/// Returns the id of a meeting, which is not the only one.
export async function makeMeetings(app) {
  const body = { title: "Draft", session_keep_alive_time_in_secs: 60 };
  const made = await call("meetings.create", [app.app_id, { ...account, ...body }], ({ data }) => {
    assert.equal(data.title, "Draft");
    assert.equal(data.status, "ACTIVE");
  });
  const { id } = made.data;
  const other = await realtimeKit.meetings.create(app.app_id, { ...account, title: "Other" });
  await call(
    "meetings.get",
    [app.app_id, { ...account, per_page: 1, page_no: 2 }],
    ({ data, paging }) => {
      assert.deepEqual(ids(data), [id]);
      assert.equal(paging.total_count, 2);
    },
  );
  await call(
    "meetings.updateMeetingByID",
    [other.data.id, { ...app, status: "INACTIVE" }],
    ({ data }) => {
      assert.equal(data.status, "INACTIVE");
      assert.equal(data.title, "Other");
    },
  );
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
export async function addPeople(app, meetingId) {
  const people = {};
  for (const name of ["Ann", "Bob", "Cid", "Dan"]) {
    const body = { custom_participant_id: name.toLowerCase(), name, preset_name: "speaker" };
    const made = await call(
      "meetings.addParticipant",
      [meetingId, { ...app, ...body }],
      ({ data }) => {
        assert.equal(data.name, name);
        assert.equal(data.preset_name, "speaker");
        assert.match(data.token, /^ey/);
      },
    );
    people[name] = made.data;
  }
  await changePeople(app, meetingId, people);
  return people;
}

/// Removes Dan, renames Bob and gives Ann another token.
async function changePeople(app, meetingId, people) {
  const within = { ...app, meeting_id: meetingId };
  await call("meetings.deleteMeetingParticipant", [people.Dan.id, within], ({ data }) => {
    assert.equal(data.custom_participant_id, "dan");
  });
  delete people.Dan;
  await call("meetings.getMeetingParticipants", [meetingId, app], ({ data, paging }) => {
    assert.deepEqual(ids(data), ids(Object.values(people)));
    assert.equal(paging.total_count, 3);
  });
  await call(
    "meetings.editParticipant",
    [people.Bob.id, { ...within, name: "Robert" }],
    ({ data }) => {
      assert.equal(data.name, "Robert");
    },
  );
  await call("meetings.getMeetingParticipant", [people.Bob.id, within], ({ data }) => {
    assert.equal(data.name, "Robert");
    assert.equal(data.custom_participant_id, "bob");
  });
  const renewed = await call(
    "meetings.refreshParticipantToken",
    [people.Ann.id, within],
    ({ data }) => {
      assert.notEqual(data.token, people.Ann.token);
    },
  );
  people.Ann.token = renewed.data.token;
}
