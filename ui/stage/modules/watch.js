/**
 * Looking over somebody's shoulder: the stage shows what they have on their screen, and changes nothing.
 *
 * Of several people at work the one that moved last is followed while the hand holds something, the others are
 * ghosts. Frames are the followed person's own while they move; at rest this page asks for one in its own view.
 */

import * as views from "./view.js";

/** What the frame that is there can be moved for. */
const MOVES = ["px", "py", "distance", "theta"];

export class Watch {
  /** @param {import("./session.js").Session} session @param {number | null} person to go after from item to item */
  constructor(session, person) {
    this.session = session;
    this.person = person;
    /** @type {object | null} the newest `moving` of whom we follow */
    this.look = null;
    /** Whether we look at the part of the photo that they look at. */
    this.followsView = true;
  }

  /** Whom to go after, for the server. */
  get wish() {
    return { person: this.person };
  }

  get holds() {
    return this.look !== null && this.look.groups.length > 0;
  }

  /** @param {object} message `moving` @returns {boolean} whether it is about whom we follow */
  moved(message) {
    const { session, look } = this;
    if (message.assignment !== session.item?.assignment) return false;
    const same = look?.by.id === message.by.id;
    if (!same && this.holds) return false;
    if (message.left) {
      if (same) this.look = null;
      this.show();
      return same;
    }
    const changed = !same || look.mode !== message.mode || !views.sameView(look.view, message.view);
    this.look = message;
    if (changed) session.listener.onLook?.(message);
    this.show();
    return true;
  }

  /** Their frame, in our picture. @returns {boolean} whether it is theirs whom we follow */
  drawn(id, header, payload) {
    const { session } = this;
    if (this.look?.by.id !== id || header.assignment !== session.item?.assignment || !session.picture) return false;
    const { pose, cad_index: cadIndex, view, mode } = header;
    const seq = session.frames.adopt("main", { pose, cad_index: cadIndex, view, mode, detail: header.detail });
    session.picture.receive({ ...header, layer: "main", seq }, payload);
    // What they see at rest is drawn for their view; ours may be another one.
    if (!this.holds && header.detail === "full") session.show("full");
    return true;
  }

  /** Puts what they have under the hand over the answer that stands. */
  show() {
    const { session, look } = this;
    const { editor, picture } = session;
    if (!editor || !picture) return;
    const wasHeld = editor.answer !== editor.committed;
    const before = picture.answer?.pose;
    editor.answer = this.holds ? { ...editor.committed, pose: look.pose } : editor.committed;
    if (this.holds) {
      picture.answer = editor.answer;
      // Another side comes with its frame, a moment later: until then there is nothing to paint anew.
      if (!before || MOVES.some((name) => before[name] !== look.pose[name])) picture.invalidate();
      session.listener.onChange();
    } else if (wasHeld) {
      session.show("full");
    }
  }

  /** Their part of the photo, as large as it goes on this screen. @returns {import("./view.js").View | null} */
  viewFor(screen) {
    const { left, top, scale, width, height } = this.look?.view ?? {};
    if (!this.followsView || scale === undefined) return null;
    const own = scale * Math.min(screen.width / width, screen.height / height);
    return {
      left: left + width / 2 / scale - screen.width / 2 / own,
      top: top + height / 2 / scale - screen.height / 2 / own,
      scale: own,
      width: screen.width,
      height: screen.height,
    };
  }

  /** The person at this screen has chosen a part of the photo for themselves. */
  lookElsewhere() {
    this.followsView = false;
    this.session.listener.onChange();
  }

  clear() {
    this.look = null;
  }
}
