/**
 * Gestures that an earlier page could not deliver, on items other than the present one: each item is opened, its
 * gestures are sent, and only then does the page go on with its own. Ids make a repetition harmless.
 */

export class Leftovers {
  /**
   * @param {import("./outbox.js").OpJournal} journal
   * @param {(message: object) => boolean} send
   * @param {() => void} done
   */
  constructor(journal, send, done) {
    this.journal = journal;
    this.send = send;
    this.done = done;
    this.waiting = [];
    this.unanswered = new Set();
  }

  get active() {
    return this.waiting.length > 0;
  }

  /** Begins anew on every connection. @param {number} present the item that delivers its own */
  start(present) {
    this.unanswered.clear();
    this.waiting = this.journal.assignments().filter((assignment) => assignment !== present);
    this.#step();
  }

  /** Takes the server's answers while at work. */
  receive(message) {
    const [assignment] = this.waiting;
    if (message.type === "opened" && message.assignment_id === assignment) {
      for (const op of this.journal.of(assignment)) {
        this.unanswered.add(op.op_id);
        this.send({ type: "op", ...op });
      }
    } else if (message.type === "op_ok" || message.type === "op_refused") {
      this.unanswered.delete(message.op_id);
      this.journal.forget(assignment, message.op_id);
    } else if (message.type === "error") {
      this.journal.forgetAll(assignment);
      this.unanswered.clear();
    } else {
      return;
    }
    if (this.unanswered.size === 0) {
      this.waiting.shift();
      this.#step();
    }
  }

  #step() {
    if (this.active) this.send({ type: "open", assignment: this.waiting[0] });
    else this.done();
  }
}
