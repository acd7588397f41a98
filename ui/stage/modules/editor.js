/**
 * One item being edited: the answer, its history and what of it is saved. Knows neither page nor network.
 *
 * A gesture is begun, updated and committed; the commit is an op, which the caller sends. Undo, redo and revert
 * are ops as well, so that the server's history and this one are the same list.
 *
 * @typedef {import("./answer.js").Answer} Answer
 * @typedef {{op_id: string, kind: "edit" | "undo" | "redo" | "revert" | "clear", base_version: number,
 *            changes: import("./answer.js").Changes, undoes: string | null,
 *            started_at: string, ended_at: string}} Op
 * @typedef {{op_id: string, kind: string, changes: import("./answer.js").Changes}} HistoryEntry
 */

import { difference, same, side, withGroups } from "./answer.js";
import { newId } from "./ids.js";

const now = () => new Date().toISOString();

export class Editor {
  /**
   * @param {{answer: Answer, version: number, saved: {answer: Answer} | null,
   *          undo: HistoryEntry[], redo: HistoryEntry[]}} opened the next one to undo or redo is the last
   * @param {Op[]} unacknowledged gestures of before that the server may not have heard of
   */
  constructor(opened, unacknowledged = []) {
    this.version = 0;
    /** `version`: the one that the person saw when they began. @type {{startedAt: string, version: number} | null} */
    this.gesture = null;
    /** Groups that show somebody else's change, which an undo of ours does not touch. @type {Set<string>} */
    this.ofOthers = new Set();
    /** @type {Op[]} */
    this.unacknowledged = [...unacknowledged];
    /** The answer without the running gesture. */
    this.committed = opened.answer;
    /** The answer on the screen. */
    this.answer = opened.answer;
    this.reopen(opened);
  }

  /** Whether the answer on the screen differs from the one that is saved. */
  get dirty() {
    return this.saved === null || !same(this.answer, this.saved.answer);
  }

  /** The groups that the server has not heard of as a gesture. @returns {string[]} */
  get unheard() {
    const groups = this.unacknowledged.flatMap((op) => Object.keys(op.changes));
    return [...new Set([...groups, ...Object.keys(difference(this.committed, this.answer))])];
  }

  /** Starts a gesture; one that was running ends first. Returns that one's op, if it changed anything. */
  begin() {
    const ended = this.commit();
    this.gesture = { startedAt: now(), version: this.version };
    return ended;
  }

  update(answer) {
    this.answer = answer;
  }

  /** Ends the running gesture. @returns {Op | null} the op, or null where nothing changed */
  commit() {
    if (this.gesture === null) return null;
    const { gesture } = this;
    this.gesture = null;
    return this.#record("edit", this.answer, null, gesture);
  }

  /** Gives the running gesture up: everything is as it was before it. */
  cancel() {
    this.gesture = null;
    this.answer = this.committed;
  }

  /** A gesture of one step. @returns {Op | null} */
  edit(answer) {
    this.gesture ??= { startedAt: now(), version: this.version };
    this.answer = answer;
    return this.commit();
  }

  get canUndo() {
    return this.undoable.length > 0;
  }

  get canRedo() {
    return this.redoable.length > 0;
  }

  /** @returns {Op | null} */
  undo() {
    return this.#takeBack("undo", this.undoable);
  }

  /** @returns {Op | null} */
  redo() {
    return this.#takeBack("redo", this.redoable);
  }

  /** Back to the last save. @returns {Op | null} */
  revert() {
    if (this.saved === null) return null;
    return this.#record("revert", this.saved.answer, null);
  }

  #takeBack(kind, list) {
    const target = list.at(-1);
    if (!target) return null;
    // What others have changed since stays; the server knows exactly what comes out, and says so.
    const own = Object.entries(target.changes).filter(([group]) => !this.ofOthers.has(group));
    const after = withGroups(this.committed, side(Object.fromEntries(own), "before"));
    return this.#record(kind, after, target.op_id);
  }

  #record(kind, after, undoes, { startedAt, version } = { startedAt: now(), version: this.version }) {
    const changes = difference(this.committed, after);
    this.answer = after;
    if (Object.keys(changes).length === 0 && undoes === null) return null;
    const op = {
      op_id: newId(), kind, base_version: version, changes, undoes,
      started_at: startedAt, ended_at: now(),
    };
    this.committed = after;
    this.#remember(op);
    this.unacknowledged.push(op);
    if (kind !== "undo") for (const group of Object.keys(changes)) this.ofOthers.delete(group);
    return op;
  }

  #remember(op) {
    if (op.kind === "undo") {
      this.undoable = this.undoable.filter((entry) => entry.op_id !== op.undoes);
      this.redoable.push(op);
    } else if (op.kind === "redo") {
      this.redoable = this.redoable.filter((entry) => entry.op_id !== op.undoes);
      this.undoable.push(op);
    } else {
      this.undoable.push(op);
      this.redoable = [];
    }
  }

  /**
   * The server has an op for good. @param {{version: number, answer: Answer} | null} holds what stands there now
   * @param {string[] | null} ofOthers after an undo or redo
   */
  acknowledge(opId, version, holds = null, ofOthers = null) {
    this.unacknowledged = this.unacknowledged.filter((op) => op.op_id !== opId);
    this.version = Math.max(this.version, version);
    if (ofOthers) this.#markOthers(ofOthers);
    if (holds && holds.version >= this.version) this.merge(holds.answer, holds.version);
  }

  /** Somebody else has changed these groups; what we have done to them since is later. */
  changedByOther(groups) {
    this.#markOthers([...this.ofOthers, ...groups]);
  }

  #markOthers(groups) {
    const { unheard } = this;
    this.ofOthers = new Set(groups.filter((group) => !unheard.includes(group)));
  }

  /** The server refused an op: it never happened, and what the server says holds. */
  refuse(opId, answer, version) {
    const isOther = (op) => op.op_id !== opId;
    this.unacknowledged = this.unacknowledged.filter(isOther);
    this.undoable = this.undoable.filter(isOther);
    this.redoable = this.redoable.filter(isOther);
    this.merge(answer, version);
  }

  /**
   * The server's answer under what it has not heard of yet: gestures on their way and the one under the hand.
   * Both stand where they touch different groups; in one group the later, our own, stands.
   */
  merge(answer, version) {
    const local = difference(this.committed, this.answer);
    this.version = Math.max(this.version, version);
    this.committed = this.unacknowledged.reduce((merged, op) => withGroups(merged, side(op.changes, "after")), answer);
    this.answer = this.gesture ? withGroups(this.committed, side(local, "after")) : this.committed;
  }

  /**
   * A save was acknowledged. What is kept may differ from what was sent in how an angle is written: where nothing
   * was done since, the screen takes it over.
   *
   * @param {{answer: Answer, version: number}} kept @param {Answer} sent
   */
  markSaved(kept, sent) {
    this.saved = kept;
    this.version = Math.max(this.version, kept.version);
    if (this.unacknowledged.length === 0 && same(this.committed, sent)) this.merge(kept.answer, kept.version);
  }

  /** The answer was withdrawn and the item stands at its starting pose again; that too can be undone. */
  markCleared(opId, answer, version) {
    this.#remember({ op_id: opId, kind: "clear", changes: difference(this.committed, answer) });
    this.saved = null;
    this.merge(answer, version);
  }

  /** The server has made a gesture for us: parts of a proposal were taken over. It can be undone like any other. */
  markTaken(opId, changes, answer, version) {
    this.#remember({ op_id: opId, kind: "edit", changes });
    this.merge(answer, version);
  }

  /** Takes over what the server says of the same item after a reconnect, keeping what it has not heard of. */
  reopen({ answer, version, saved, undo, redo, ofOthers = [] }) {
    this.saved = saved;
    this.ofOthers = new Set(ofOthers);
    this.undoable = [...undo];
    this.redoable = [...redo];
    const heard = new Set([...undo, ...redo].map((entry) => entry.op_id));
    for (const op of this.unacknowledged) {
      if (!heard.has(op.op_id)) this.#remember(op);
    }
    this.merge(answer, version);
  }
}
