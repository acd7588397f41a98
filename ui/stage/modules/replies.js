/** What each word of the server does to the session. */

import { readAnswer } from "./answer.js";
import { readSaved } from "./opened.js";
import { SETTLED_STATES } from "./saving.js";

/** Why a frame may come if it is asked for again. */
const PASSING_TROUBLES = ["render_failed", "unexpected"];

export class Replies {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    this.words = {
      opened: (message) => session.arrive(message),
      op_ok: (message) => this.#acknowledged(message),
      op_refused: (message) => this.#refused(message),
      saved: (message) => session.saving.saved(message),
      save_refused: (message) => session.saving.refused(message),
      cleared: (message) => this.#cleared(message),
      flagged: ({ kind, reason }) => (session.item.flag = kind === "none" ? null : { kind, reason }),
      changed: (message) => this.#changed(message),
      not_drawn: (message) => this.#notDrawn(message),
      error: (message) => this.#failed(message),
    };
  }

  receive(message) {
    const { session } = this;
    if (session.route.leftovers.active) {
      session.route.leftovers.receive(message);
      return;
    }
    this.words[message.type]?.(message);
    if (session.route.leaving) session.route.follow();
    session.listener.onChange();
  }

  drawn(header, payload) {
    const { session } = this;
    session.frames.answered(header.layer, header.seq);
    if (header.assignment !== session.item?.assignment) return;
    if (header.layer === "main") session.undrawn = null;
    session.picture?.receive(header, payload);
  }

  #acknowledged({ op_id: opId, version, state, saved }) {
    const { session } = this;
    session.journal.forget(session.item.assignment, opId);
    this.#enter(state);
    // Taking back a clear brings the saved answer back too.
    session.editor.saved = readSaved(saved);
    session.editor.acknowledge(opId, version);
    session.outbox.settle(opId);
  }

  #refused({ op_id: opId, answer, version, message }) {
    const { session } = this;
    session.journal.forget(session.item.assignment, opId);
    session.outbox.settle(opId);
    session.editor.refuse(opId, answer ? readAnswer(answer) : session.editor.committed, version ?? 0);
    session.tell({ level: "error", key: "op_refused", detail: message });
    session.show("full");
  }

  #cleared({ op_id: opId, answer, version, state }) {
    const { session } = this;
    if (!session.outbox.settle(opId)) return;
    session.editor.markCleared(opId, readAnswer(answer), version);
    this.#enter(state);
    session.tell({ level: "note", key: "cleared" });
    session.show("full");
  }

  /** Another tab, or a colleague, has changed the same item. */
  #changed({ answer, version, state, saved }) {
    const { session } = this;
    this.#enter(state);
    session.editor.saved = readSaved(saved);
    session.editor.merge(readAnswer(answer), version);
    session.show("full");
  }

  #notDrawn({ assignment, layer, seq, cad_index: cadIndex, code, message }) {
    const { session } = this;
    session.frames.answered(layer, seq);
    if (assignment !== session.item?.assignment || layer !== "main" || seq < session.frames.newest("main")) return;
    if (PASSING_TROUBLES.includes(code)) {
      session.frames.retryLater(layer);
      return;
    }
    session.undrawn = { cad_index: cadIndex, code, message };
    session.picture?.dropMain();
    session.outbox.pump();
  }

  #failed({ code, message }) {
    const { session } = this;
    session.route.failed();
    session.askForFrames();
    session.tell({ level: "error", key: session.item ? "failed" : "cannot_open", detail: message || code });
  }

  /** The item's state by the server's word; the count of saved items follows it. */
  #enter(state) {
    const { item } = this.session;
    const settled = (which) => Number(SETTLED_STATES.includes(which));
    item.progress = { ...item.progress, saved: item.progress.saved + settled(state) - settled(item.state) };
    item.state = state;
  }
}
