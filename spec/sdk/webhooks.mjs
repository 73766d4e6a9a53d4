// SPDX-License-Identifier: MIT
// The life of a webhook, from its creation to its removal.
import assert from "node:assert/strict";
import { account, call, ids, realtimeKit } from "./sdk.mjs";

export async function tendWebhooks(app) {
  const body = { name: "Ends", url: "https://example.com/ends", events: ["meeting.ended"] };
  const made = await call(
    "webhooks.createWebhook",
    [app.app_id, { ...account, ...body }],
    ({ data }) => {
      assert.equal(data.enabled, true);
      assert.deepEqual(data.events, body.events);
    },
  );
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
  await call("webhooks.getWebhooks", [app.app_id, account], ({ data }) => {
    assert.deepEqual(ids(data), [id]);
  });
  await call("webhooks.deleteWebhook", [id, app], ({ success }) => {
    assert.equal(success, true);
  });
  await assert.rejects(realtimeKit.webhooks.getWebhookByID(id, app), { status: 404 });
}
