/**
 * After a lost connection, and after a crash: what is still on its way to the server, so that the page can say so.
 *
 * Gestures are delivered from wherever the page is. A save is of what was seen, so that of an item which an earlier
 * page had open waits until that item is opened and drawn again.
 */

export class CatchUp {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** Ids of what was not acknowledged when the connection came. @type {Set<string>} */
    this.waiting = new Set();
    /** Items that are not at hand and have a save which the server has not answered. @type {number[]} */
    this.elsewhere = [];
  }

  get busy() {
    return this.waiting.size > 0;
  }

  /** There is a connection (again). */
  begin() {
    const { journal, shelf } = this.session;
    const kept = journal.assignments().flatMap((assignment) => journal.of(assignment).map((op) => op.op_id));
    const queued = [...shelf].flatMap((job) => job.outbox.entries.map((entry) => entry.id));
    this.waiting = new Set([...kept, ...queued]);
    this.look();
  }

  /** @param {object} message any word of the server: its answers name what they answer */
  heard({ op_id: opId, save_id: saveId, type }) {
    this.waiting.delete(opId);
    if (!saveId) return;
    this.waiting.delete(saveId);
    if (type === "saved") this.look();
  }

  look() {
    const { journal, shelf, item } = this.session;
    this.elsewhere = journal.saves().filter((assignment) => assignment !== item?.assignment && !shelf.get(assignment)?.pending);
  }
}
