// SPDX-License-Identifier: MIT
// Keeps account of the official SDK's RealtimeKit operations: which ones there are, read from the
// prototypes of its resources, and how each of their calls went. An operation that was never called
// has failed.

/// The names of a resource's methods, which the SDK has on the base of its class.
function methodsOf(resource) {
  const base = Object.getPrototypeOf(resource.constructor.prototype);
  return Object.getOwnPropertyNames(base).filter((name) => name !== "constructor");
}

/// Names such as "meetings.create", each with what went wrong so far; null before the first call.
function enumerate(realtimeKit) {
  const outcomes = new Map();
  for (const [name, resource] of Object.entries(realtimeKit)) {
    if (name === "_client") continue;
    for (const method of methodsOf(resource)) outcomes.set(`${name}.${method}`, null);
  }
  return outcomes;
}

export class Operations {
  constructor(realtimeKit) {
    this.realtimeKit = realtimeKit;
    this.outcomes = enumerate(realtimeKit);
  }

  /// Calls an operation and hands what it returns to `inspect`, which throws what it dislikes.
  /// That is noted and the caller goes on; a call that is refused is noted and thrown.
  async call(name, args, inspect) {
    const [resource, method] = name.split(".");
    const complaints = this.outcomes.get(name) ?? [];
    this.outcomes.set(name, complaints);
    let result;
    try {
      result = await this.realtimeKit[resource][method](...args);
    } catch (refusal) {
      complaints.push(refusal);
      throw refusal;
    }
    try {
      await inspect(result);
    } catch (complaint) {
      complaints.push(complaint);
    }
    return result;
  }

  /// Prints a line for each operation and the counts, and returns how many failed.
  report() {
    let failed = 0;
    for (const [name, complaints] of this.outcomes) {
      if (complaints?.length === 0) {
        console.log(`ok      ${name}`);
        continue;
      }
      failed += 1;
      console.log(`FAILED  ${name}: ${complaints ? complaints.join("; ") : "never called"}`);
    }
    console.log(`${this.outcomes.size - failed} passed, ${failed} failed`);
    return failed;
  }
}
