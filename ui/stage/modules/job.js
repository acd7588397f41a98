/**
 * One item in this page's hands: what the server said of it, what is done to it, and what of that is on its way.
 *
 * An item keeps its own outbox, so that the page can go on to another one before everything is acknowledged.
 */

import { Editor } from "./editor.js";
import { readOpened } from "./opened.js";
import { Outbox } from "./outbox.js";
import { Steps } from "./steps.js";

/** Nothing is left to do for the annotator. */
export const SETTLED_STATES = Object.freeze(["saved", "accepted"]);

export class Job {
  /**
   * @param {object} message `opened` or `prefetched`
   * @param {{stepTable: object, journal: import("./outbox.js").OpJournal, send: (message: object) => boolean}} means
   */
  constructor(message, { stepTable, journal, send }) {
    this.item = readOpened(message);
    const { assignment, box } = this.item;
    const unheard = journal.of(assignment);
    this.editor = new Editor(this.item, unheard);
    this.steps = new Steps(stepTable, box);
    this.outbox = new Outbox((word) => send({ ...word, assignment }), () => this.editor.version);
    /** @type {{id: string, answer: object, next: boolean, seen: () => boolean} | null} the save that is under way */
    this.pending = null;
    /** @type {import("./session.js").Notice | null} */
    this.notice = null;
    /** @type {{cad_index: number, code: string, message: string} | null} */
    this.undrawn = null;
    /** A proposal that is being made here. @type {{editor: Editor, fix: boolean, adjudicates: boolean, revision: number | null} | null} */
    this.suggestion = null;
    /** Whether the server has opened it for this page; before that it is shown as it was when it was fetched. */
    this.confirmed = false;
    /** @type {import("./overlay.js").Overlay | null} a frame in full detail to show it with at once */
    this.frame = null;
    /** @type {HTMLImageElement[]} held, so that the gallery has them without asking */
    this.thumbnails = [];
    for (const op of unheard) this.outbox.add("op", op.op_id, { type: "op", ...op });
  }

  get assignment() {
    return this.item.assignment;
  }

  /** Whether nothing of it would be lost with it. */
  get idle() {
    return this.outbox.empty && this.editor.gesture === null && this.notice?.level !== "error";
  }

  get settled() {
    return SETTLED_STATES.includes(this.item.state);
  }

  /** What the server says of it now, under what it has not heard of yet. @param {object} message */
  refresh(message) {
    this.item = readOpened(message);
    this.editor.reopen(this.item);
  }

  /** Only where it stands among the others, which changes with the work on them. @param {object} message */
  replace(message) {
    const { position, total, previous, next, nextOpen, all, progress } = readOpened(message);
    Object.assign(this.item, { position, total, previous, next, nextOpen, all, progress });
  }

  /** The item's state by the server's word; the count of saved items follows it. */
  enter(state) {
    const settled = (which) => Number(SETTLED_STATES.includes(which));
    const { progress, state: before } = this.item;
    this.item.progress = { ...progress, saved: progress.saved + settled(state) - settled(before) };
    this.item.state = state;
  }

  keepFrame(overlay) {
    if (this.frame !== overlay) this.frame?.close();
    this.frame = overlay;
  }

  /** Hands the frame over. @returns {import("./overlay.js").Overlay | null} */
  takeFrame() {
    const { frame } = this;
    this.frame = null;
    return frame;
  }

  close() {
    this.keepFrame(null);
    this.thumbnails = [];
  }
}
