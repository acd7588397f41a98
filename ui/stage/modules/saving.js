/**
 * Saving what is seen: once every gesture before it is acknowledged and the answer is drawn in full, never before.
 *
 * "Save and next" goes on as soon as the answer was seen; the save is then confirmed, or its failure shown, on the
 * item that it belongs to.
 */

import { missing, readAnswer, same } from "./answer.js";
import { newId } from "./ids.js";

export class Saving {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
  }

  /** @param {boolean} next whether the next open item follows */
  save(next) {
    const { session } = this;
    const { job } = session;
    const { answer, dirty } = job.editor;
    const lacking = missing(answer);
    if (lacking.length > 0) {
      this.#miss(job, lacking);
    } else if (job.undrawn && answer.object_status !== "status_bad") {
      session.tell({ level: "error", key: "save_undrawn" });
    } else if (job.pending && same(job.pending.answer, answer)) {
      job.pending.next ||= next;
      this.proceed();
    } else if (!dirty && job.settled && job.outbox.empty) {
      session.tell({ level: "note", key: "already_saved" });
      if (next) session.goOn();
    } else {
      this.#begin(job, answer, next);
    }
  }

  #begin(job, answer, next) {
    const { session } = this;
    // What is to be saved now takes the place of a save that has not gone out yet.
    if (job.pending) job.outbox.withdraw(job.pending.id);
    this.#queue(job, newId(), answer, next);
    session.journal.keepSave(job.assignment, { id: job.pending.id, answer });
    this.proceed();
  }

  #queue(job, id, answer, next) {
    const { session } = this;
    job.notice = session.online ? null : { level: "note", key: "save_waits" };
    const seq = session.show("full", true);
    let wasSeen = false;
    const seen = () => (wasSeen ||= session.job === job && (job.undrawn !== null || session.picture.drawnSeq >= seq));
    job.pending = { id, answer, next, seen };
    job.outbox.add("save", id, { type: "save", save_id: id, answer }, seen);
  }

  /** An edit after the key was pressed: the save goes on with what was seen then, but nobody is moved on. */
  stay() {
    const { pending } = this.session.job;
    if (pending) pending.next = false;
  }

  /** The connection is gone: what is on its way will be saved when it is back. */
  wait() {
    const { job } = this.session;
    if (job?.pending) job.notice = { level: "note", key: "save_waits" };
  }

  /** A save that an earlier page did not get through; where the answer is another one by now, a person decides. */
  resume(job) {
    const { session } = this;
    const kept = job.pending ? null : session.journal.saveOf(job.assignment);
    if (!kept) return;
    const { answer, saved } = job.editor;
    if (saved && same(kept.answer, saved.answer)) {
      session.journal.forgetSave(job.assignment, kept.id);
    } else if (job.item.canEdit && same(kept.answer, answer)) {
      this.#queue(job, kept.id, kept.answer, false);
    } else {
      session.journal.forgetSave(job.assignment, kept.id);
      job.notice = { level: "note", key: "save_not_sent" };
    }
  }

  /** Goes on to the next item where that was asked for, the answer was seen, and it is certain which is next. */
  proceed() {
    const { session } = this;
    const { item, pending } = session.job ?? {};
    if (!pending?.next || !pending.seen() || !session.online || !this.#isOpen(item.nextOpen)) return;
    pending.next = false;
    session.goOn();
  }

  /** As far as we know. One that we have saved ourselves meanwhile is not; the answer to this save says more. */
  #isOpen(assignment) {
    const { session } = this;
    if (assignment === null) return false;
    const job = session.shelf.get(assignment);
    return !job || (!job.pending && !job.settled);
  }

  saved(message) {
    const { session } = this;
    const job = session.shelf.get(message.assignment);
    const entry = job?.outbox.settle(message.save_id);
    session.journal.forgetSave(message.assignment, message.save_id);
    if (!entry) return;
    const next = this.#done(job, message.save_id)?.next;
    job.item.state = message.state;
    job.item.progress = message.progress;
    job.item.nextOpen = message.next_open_id;
    if (job.item.flag?.kind === "skip") job.item.flag = null;
    const before = job.editor.answer;
    job.editor.markSaved({ ...message, answer: readAnswer(message.answer) }, entry.message.answer);
    if (job === session.job) {
      if (!same(before, job.editor.answer)) session.show("full");
      session.tell({ level: "note", key: job.editor.dirty ? "saved_before_change" : "saved" });
      if (next) session.goOn();
    } else if (job.item.task.id === session.item.task.id) {
      session.item.progress = message.progress;
      if (!session.notice) session.tell({ level: "note", key: "saved_before", values: { n: job.item.position } });
      if (session.item.nextOpen === job.assignment) session.ahead.askForPlace();
    }
  }

  refused({ assignment, save_id: saveId, missing: lacking, answer, version, message }) {
    const { session } = this;
    session.journal.forgetSave(assignment, saveId);
    const job = session.shelf.get(assignment);
    if (!job?.outbox.settle(saveId)) return;
    this.#done(job, saveId);
    if (lacking?.length > 0) {
      this.#miss(job, lacking);
      return;
    }
    if (answer) job.editor.merge(readAnswer(answer), version);
    session.tellOf(job, { level: "error", key: "save_refused", detail: message });
    if (job === session.job) session.show("full");
  }

  /** This save is answered; a later one may be on its way. @returns {object | null} what was pending */
  #done(job, saveId) {
    const { pending } = job;
    if (pending?.id !== saveId) return null;
    job.pending = null;
    return pending;
  }

  #miss(job, fields) {
    const { session } = this;
    const isPresent = job === session.job;
    session.tellOf(job, { level: isPresent ? "missing" : "error", key: "missing", fields });
    if (isPresent) session.listener.onMissing(fields[0]);
  }
}
