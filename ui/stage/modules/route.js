/**
 * Which item this page is on, is going to, and comes back to after a lost connection.
 *
 * An item that is at hand is shown at once, and the server confirms it; another one is shown when it has come. What
 * was done on the item that is left is delivered by its own outbox.
 */

export class Route {
  /**
   * @param {import("./session.js").Session} session
   * @param {number} assignment the item to begin with
   */
  constructor(session, assignment) {
    this.session = session;
    this.target = assignment;
    /** @type {number | null} what the server was asked to open */
    this.requested = null;
    /** @type {number | null} where we came from */
    this.left = null;
    this.refused = false;
    /** Whether the item that was asked for has to be asked for once more. */
    this.stale = false;
  }

  /** On the way to an item that is not at hand. */
  get leaving() {
    return this.session.item !== null && this.target !== this.session.item.assignment;
  }

  connected() {
    this.refused = false;
    this.requested = null;
    this.follow();
  }

  lost() {
    this.requested = null;
    this.target = this.session.item?.assignment ?? this.target;
  }

  go(assignment) {
    const { session } = this;
    if (assignment === this.target) return;
    this.target = assignment;
    const present = session.item?.assignment ?? null;
    const job = session.shelf.get(assignment);
    if (job) {
      this.left = present;
      session.take(job);
    }
    this.follow();
  }

  /** The item is not what it was, for a reviewer has decided: everything of it anew. */
  again() {
    if (this.leaving) return;
    // What is on its way may have been written before the decision.
    this.stale = this.requested !== null;
    if (!this.stale) this.follow();
  }

  /** Asks for the target as soon as that is possible. */
  follow() {
    const { session } = this;
    if (this.requested === this.target || this.refused) return;
    session.frames.pause();
    if (session.send({ type: session.watch ? "watch" : "open", assignment: this.target, ...session.watch?.wish })) this.requested = this.target;
  }

  /** @returns {boolean} whether this is the item that was asked for */
  arrived(assignment) {
    if (assignment !== this.requested) return false;
    this.requested = null;
    if (this.stale) queueMicrotask(() => this.again());
    return true;
  }

  /**
   * The item asked for cannot be opened: we stay where we are, go back to where we were, or are nowhere.
   * @param {number | undefined} assignment that the server speaks of
   */
  failed(assignment) {
    const { session } = this;
    if (this.requested === null || assignment !== this.requested) return;
    const failed = session.shelf.get(this.requested);
    this.requested = null;
    this.refused = session.item === null;
    this.target = session.item?.assignment ?? this.target;
    if (!failed || failed.confirmed || failed !== session.job) return;
    const before = session.shelf.get(this.left);
    if (before) this.go(before.assignment);
    session.shelf.drop(failed);
  }
}
