/** What each word of the server does to the session, and to the item that it speaks of. */

import { readAnswer, same } from "./answer.js";
import { personOfLayer } from "./ghosts.js";
import { readSaved } from "./opened.js";

/** Why a frame may come if it is asked for again. */
const PASSING_TROUBLES = ["render_failed", "unexpected"];

export class Replies {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    this.words = {
      opened: (message) => session.arrive(message),
      prefetched: (message) => session.ahead.receive(message),
      op_ok: (message) => this.#acknowledged(message),
      op_refused: (message) => this.#refused(message),
      saved: (message) => session.saving.saved(message),
      save_refused: (message) => session.saving.refused(message),
      cleared: (message) => this.#cleared(message),
      flagged: (message) => this.#flagged(message),
      changed: (message) => this.#changed(message),
      presence: (message) => session.presence.receive(message),
      moving: (message) => session.watch?.moved(message) || session.ghosts.moved(message),
      follows: (message) => session.open(message.assignment),
      talk: (message) => session.review.receive(message),
      news: (message) => session.review.hear(message),
      review_done: (message) => session.review.done(message),
      review_refused: (message) => session.review.refused(message),
      proposal_taken: (message) => session.review.taken(message),
      not_drawn: (message) => this.#notDrawn(message),
      told: (message) => session.secondLook.receive(message),
      flip_asked: (message) => session.secondLook.receive(message),
      flip_done: (message) => session.secondLook.answered(message),
      flip_refused: (message) => session.secondLook.answered(message),
      error: (message) => this.#failed(message),
    };
  }

  receive(message) {
    this.words[message.type]?.(message);
    this.session.catchUp.heard(message);
    // The drags of others come thirty times a second, and are on the picture, not in the panel.
    if (message.type !== "moving") this.session.listener.onChange();
  }

  drawn(header, payload) {
    const { session } = this;
    if (header.layer === "ahead") {
      session.ahead.drawn(header, payload);
      return;
    }
    const person = personOfLayer(header.layer);
    if (person !== null) {
      if (!session.watch?.drawn(person, header, payload)) session.ghosts.drawn(person, header, payload);
      return;
    }
    session.meter.arrived(header);
    session.frames.answered(header.layer, header.seq);
    if (header.assignment !== session.item?.assignment) return;
    if (header.layer === "main") session.job.undrawn = null;
    session.picture?.receive(header, payload);
  }

  #flagged({ kind, reason }) {
    const { job } = this.session;
    job.item.flag = kind === "none" ? null : { kind, reason };
    if (job.notice?.key === "failed") job.notice = null;
  }

  #acknowledged({ assignment, op_id: opId, version, state, saved, holds, of_others: ofOthers }) {
    const { session } = this;
    session.journal.forget(assignment, opId);
    const job = session.shelf.get(assignment);
    if (!job) return;
    job.enter(state);
    // Taking back a clear brings the saved answer back too.
    job.editor.saved = readSaved(saved);
    const before = job.editor.answer;
    job.editor.acknowledge(opId, version, { ...holds, answer: readAnswer(holds.answer) }, ofOthers);
    job.outbox.settle(opId);
    if (job === session.job && !same(before, job.editor.answer)) session.show("full");
  }

  #refused({ assignment, op_id: opId, answer, version, message }) {
    const { session } = this;
    session.journal.forget(assignment, opId);
    const job = session.shelf.get(assignment);
    if (!job) return;
    job.outbox.settle(opId);
    job.editor.refuse(opId, answer ? readAnswer(answer) : job.editor.committed, version ?? 0);
    session.tellOf(job, { level: "error", key: "op_refused", detail: message });
    if (job === session.job) session.show("full");
  }

  #cleared({ assignment, op_id: opId, answer, version, state }) {
    const { session } = this;
    const job = session.shelf.get(assignment);
    if (!job?.outbox.settle(opId)) return;
    job.editor.markCleared(opId, readAnswer(answer), version);
    job.enter(state);
    if (job !== session.job) return;
    session.tell({ level: "note", key: "cleared" });
    session.show("full");
  }

  /** Another tab, or a colleague, has changed the same item. */
  #changed(message) {
    const { assignment, answer, version, state, saved, by_id: author, groups } = message;
    const { session } = this;
    const job = session.shelf.get(assignment);
    if (!job) return;
    job.enter(state);
    job.editor.saved = readSaved(saved);
    if (author !== session.userId) job.editor.changedByOther(groups);
    job.editor.merge(readAnswer(answer), version);
    session.replaced.receive(message);
    if (job !== session.job) return;
    if (session.watch?.holds) session.watch.show();
    else session.show(job.editor.gesture ? "drag" : "full");
  }

  #notDrawn({ assignment, layer, seq, cad_index: cadIndex, code, message }) {
    const { session } = this;
    session.frames.answered(layer, seq);
    if (assignment !== session.item?.assignment || layer !== "main" || seq < session.frames.newest("main")) return;
    if (PASSING_TROUBLES.includes(code)) {
      session.frames.retryLater(layer);
      return;
    }
    session.job.undrawn = { cad_index: cadIndex, code, message };
    session.picture?.dropMain();
    session.painted();
  }

  #failed({ assignment, code, message }) {
    const { session } = this;
    session.route.failed(assignment);
    session.askForFrames();
    session.tell({ level: "error", key: session.item ? "failed" : "cannot_open", detail: message || code });
  }
}
