/**
 * The items that the page has at hand: the present one, those that were left with something still on its way, and a
 * few more, visited lately or fetched ahead.
 */

const MOST_IDLE = 8;

export class Shelf {
  constructor() {
    /** @type {Map<number, import("./job.js").Job>} in the order of use */
    this.jobs = new Map();
  }

  get(assignment) {
    return this.jobs.get(assignment) ?? null;
  }

  /** Puts it where it is forgotten last. @param {import("./job.js").Job} present is never forgotten */
  keep(job, present) {
    this.jobs.delete(job.assignment);
    this.jobs.set(job.assignment, job);
    const idle = [...this.jobs.values()].filter((each) => each.idle && each !== present && each !== job);
    for (const each of idle.slice(0, Math.max(0, idle.length - MOST_IDLE))) this.drop(each);
  }

  drop(job) {
    job.close();
    this.jobs.delete(job.assignment);
  }

  [Symbol.iterator]() {
    return this.jobs.values();
  }
}
