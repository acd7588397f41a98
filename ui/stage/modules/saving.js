/**
 * Saving what is seen: once every gesture before it is acknowledged and the answer is drawn in full, never before.
 */

import { missing, readAnswer, same } from "./answer.js";
import { newId } from "./ids.js";

/** Nothing is left to do for the annotator. */
export const SETTLED_STATES = Object.freeze(["saved", "accepted"]);

export class Saving {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** @type {{id: string, next: boolean} | null} the save that is under way */
    this.pending = null;
  }

  /** @param {boolean} next whether the next open item follows */
  save(next) {
    const { session } = this;
    const { answer, dirty } = session.editor;
    const lacking = missing(answer);
    if (lacking.length > 0) {
      this.#miss(lacking);
    } else if (session.undrawn && answer.object_status !== "status_bad") {
      session.tell({ level: "error", key: "save_undrawn" });
    } else if (this.pending) {
      this.pending.next ||= next;
    } else if (!dirty && SETTLED_STATES.includes(session.item.state)) {
      session.tell({ level: "note", key: "already_saved" });
      if (next) session.goOn();
    } else {
      this.#begin(answer, next);
    }
  }

  #begin(answer, next) {
    const { session } = this;
    const id = newId();
    session.notice = null;
    this.pending = { id, next };
    const seq = session.show("full", true);
    const seen = () => session.undrawn !== null || session.picture.drawnSeq >= seq;
    session.outbox.add("save", id, { type: "save", save_id: id, answer }, seen);
  }

  saved(message) {
    const { session } = this;
    const entry = session.outbox.settle(message.save_id);
    if (!entry) return;
    const next = this.pending?.next;
    this.pending = null;
    session.item.state = message.state;
    session.item.progress = message.progress;
    session.item.nextOpen = message.next_open_id;
    if (session.item.flag?.kind === "skip") session.item.flag = null;
    const before = session.editor.answer;
    session.editor.markSaved({ ...message, answer: readAnswer(message.answer) }, entry.message.answer);
    if (!same(before, session.editor.answer)) session.show("full");
    session.tell({ level: "note", key: "saved" });
    if (next) session.goOn();
  }

  refused({ save_id: saveId, missing: lacking, answer, version, message }) {
    const { session } = this;
    if (!session.outbox.settle(saveId)) return;
    this.pending = null;
    if (lacking?.length > 0) {
      this.#miss(lacking);
      return;
    }
    if (answer) session.editor.merge(readAnswer(answer), version);
    session.tell({ level: "error", key: "save_refused", detail: message });
    session.show("full");
  }

  #miss(fields) {
    const { session } = this;
    session.tell({ level: "missing", key: fields.length > 1 ? "missing_both" : `missing_${fields[0]}`, fields });
    session.listener.onMissing(fields[0]);
  }
}
