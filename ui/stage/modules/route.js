/**
 * Which item this page is on, is going to, and comes back to after a lost connection.
 *
 * An item is left only when all that was done on it is acknowledged. After every connect, what an earlier page left
 * behind on other items is delivered first.
 */

import { Leftovers } from "./leftovers.js";

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
    this.refused = false;
    this.leftovers = new Leftovers(session.journal, (message) => session.connection.send(message), () => this.follow());
  }

  /** On the way from one item to another. */
  get leaving() {
    return this.session.item !== null && this.target !== this.session.item.assignment;
  }

  connected() {
    this.refused = false;
    this.leftovers.start(this.target);
  }

  lost() {
    this.requested = null;
    this.target = this.session.item?.assignment ?? this.target;
  }

  go(assignment) {
    this.target = assignment;
    this.follow();
  }

  /** Asks for the target as soon as that is possible. */
  follow() {
    const { session } = this;
    if (this.requested === this.target || this.refused || this.leftovers.active) return;
    if (session.online && this.leaving && !session.outbox.empty) return;
    session.frames.pause();
    if (session.connection.send({ type: "open", assignment: this.target })) this.requested = this.target;
  }

  /** @returns {boolean} whether this is the item that was asked for */
  arrived(assignment) {
    if (assignment !== this.requested) return false;
    this.requested = null;
    return true;
  }

  /** The item asked for cannot be opened: we stay where we are, or nowhere. */
  failed() {
    if (this.requested === null) return;
    this.requested = null;
    this.refused = this.session.item === null;
    this.target = this.session.item?.assignment ?? this.target;
  }
}
