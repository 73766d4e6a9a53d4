// SPDX-License-Identifier: MIT
// Charts: calls per second, what is left of the rate limit, and the analytics by day.
import { bars, figures, steps } from "../svg.js";
import { h } from "../dom.js";
import { count } from "../format.js";
import { empty } from "../parts.js";

const SECONDS = 60;

// Requests in each of the last seconds, oldest first.
function perSecond(requests, now) {
  const numbers = new Array(SECONDS).fill(0);
  for (const [received] of requests) {
    const age = Math.floor(now) - Math.floor(received);
    if (age >= 0 && age < SECONDS) numbers[SECONDS - 1 - age] += 1;
  }
  return numbers.map((value, index) => [`${SECONDS - 1 - index} s ago`, value]);
}

function drawCalls(data, now) {
  const rows = perSecond(data.requests, now);
  const most = Math.max(...rows.map(([, value]) => value));
  if (!most) return empty("No request in the last minute.", h("p", {}, "The chart fills as requests come."));
  return bars(rows, { label: `Requests per second in the last minute, at most ${most}`, from: "1 min ago", to: "now" });
}

function drawBudget(data, now) {
  if (!data.limit) {
    return empty("There is no rate limit.", h("p", {}, "Start the emulator with --rate-limit 1200/300 for one."));
  }
  const points = data.requests.filter(([, , left]) => left != null).map(([at, , left]) => [at, left]);
  if (!points.length) return empty("No request in this window.", h("p", {}, `The quota is ${count(data.limit.quota)} in ${data.limit.window} s.`));
  const last = points[points.length - 1][1];
  return steps(points, {
    from: now - data.seconds,
    to: now,
    most: data.limit.quota,
    label: `${count(last)} of ${count(data.limit.quota)} requests are left`,
  });
}

function drawDays(days, name, label) {
  const rows = days.map((day) => [day.day || day.date, day[name] || 0]);
  const total = rows.reduce((sum, [, value]) => sum + value, 0);
  return [
    h("h3", {}, label, h("span", { class: "soft" }, ` ${count(Math.round(total * 100) / 100)} in all`)),
    bars(rows, { label, from: rows.length ? rows[0][0] : "", to: rows.length ? rows[rows.length - 1][0] : "" }),
    figures(label, rows),
  ];
}

function drawAnalytics(analytics) {
  if (!analytics) return empty("The account was not used yet.");
  const sessions = analytics.session_stats.day_stats;
  const recordings = analytics.recording_stats.day_stats;
  // Their list leaves out the days without any.
  const days = new Map(analytics.livestreams.map((day) => [day.date, day]));
  const watched = days.size ? sessions.map(({ day }) => ({ day, ...days.get(day) })) : [];
  return h(
    "div",
    { class: "columns" },
    h("section", {}, drawDays(sessions, "total_sessions", "Sessions")),
    h("section", {}, drawDays(sessions, "total_session_minutes", "Minutes of participants")),
    h("section", {}, drawDays(recordings, "total_recordings", "Recordings")),
    h("section", {}, drawDays(recordings, "total_recording_minutes", "Minutes of recordings")),
    watched.length > 0 && h("section", {}, drawDays(watched, "total_viewer_seconds", "Seconds watched of livestreams")),
  );
}

export const charts = {
  title: "Charts",
  reads: () => ["charts", {}],
  // Time passes although nothing changes.
  isMoving: true,
  draw(data) {
    const now = Date.now() / 1000;
    return [
      h("h1", {}, "Charts"),
      h(
        "div",
        { class: "columns" },
        h("section", { class: "card" }, h("h2", {}, "Calls per second"), drawCalls(data, now)),
        h("section", { class: "card" }, h("h2", {}, "Rate limit"), drawBudget(data, now)),
      ),
      h("section", { class: "card" }, h("h2", {}, "Analytics by day"), drawAnalytics(data.analytics)),
    ];
  },
};
