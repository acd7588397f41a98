/**
 * Gestures that an earlier page could not deliver, on items that this one does not have at hand. They are sent after
 * every connect until the server has answered; ids make a repetition harmless.
 */

export class Leftovers {
  /**
   * @param {import("./outbox.js").OpJournal} journal
   * @param {(message: object) => boolean} send
   */
  constructor(journal, send) {
    this.journal = journal;
    this.send = send;
  }

  /** @param {(assignment: number) => boolean} atHand items that deliver their own */
  deliver(atHand) {
    for (const assignment of this.journal.assignments()) {
      if (atHand(assignment)) continue;
      for (const op of this.journal.of(assignment)) this.send({ type: "op", ...op, assignment });
    }
  }
}
