// SPDX-License-Identifier: MIT
// Keeps the page up to date: runs a function at most once a second, one run at a time, and not at
// all while nobody can see the page. What the user does runs it at once.

const INTERVAL = 1000; // milliseconds

/** Starts; answers { refresh } that runs the function now. */
export function keep(run) {
  let timer = 0;
  let running = null;
  let again = false;
  let started = -INTERVAL;

  function plan() {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") return;
    timer = setTimeout(tick, Math.max(0, started + INTERVAL - performance.now()));
  }

  async function tick() {
    if (running) {
      again = true;
      return running;
    }
    clearTimeout(timer);
    started = performance.now();
    // What goes wrong once must not end it.
    running = Promise.resolve(run()).catch(reportError);
    await running;
    running = null;
    if (!again) return plan();
    again = false;
    return tick();
  }

  document.addEventListener("visibilitychange", plan);
  plan();
  return { refresh: tick };
}
