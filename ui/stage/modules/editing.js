/**
 * What the hand does to the item in hand: gestures, steps, answers, history, save. A part of the session, which knows
 * the item, the picture and the way to the server.
 */

import { withGroups } from "./answer.js";
import { newId } from "./ids.js";

const PAUSE_ENDS_GESTURE_MS = 300;

export class Editing {
  constructor() {
    this.pauseTimer = 0;
  }

  begin() {
    if (this.locked) return false;
    clearTimeout(this.pauseTimer);
    this.changing();
    this.#deliver(this.editor.begin());
    return true;
  }

  /** The answer is about to change: nobody is moved on now, and what was said of it holds no more. */
  changing() {
    if (!this.job) return;
    this.saving.stay();
    this.secondLook.changed(this.item.assignment);
    if (this.job.notice?.level === "note") this.tell(null);
  }

  /** The gesture goes on. @param {import("./pose.js").Pose} pose */
  update(pose) {
    if (!this.editor?.gesture) return;
    this.editor.update({ ...this.editor.answer, pose });
    this.#felt(this.show("drag"));
  }

  /** What the hand did is to be seen in this frame. @param {number} seq */
  #felt(seq) {
    if (this.online && this.visible) this.meter.asked(seq);
  }

  commit() {
    clearTimeout(this.pauseTimer);
    if (!this.editor?.gesture) return;
    this.#deliver(this.editor.commit());
    this.show("full");
  }

  cancel() {
    clearTimeout(this.pauseTimer);
    if (!this.editor?.gesture) return;
    this.editor.cancel();
    this.show("full");
  }

  /** For what has no end of its own, as a wheel: the gesture ends with a pause. */
  updateUntilPause(change) {
    if (!this.editor?.gesture && !this.begin()) return;
    this.update(change(this.editor.answer.pose));
    clearTimeout(this.pauseTimer);
    this.pauseTimer = setTimeout(() => this.commit(), PAUSE_ENDS_GESTURE_MS);
  }

  /** A change of one step, one gesture. @param {(answer: import("./answer.js").Answer) => object} change */
  edit(change) {
    if (this.locked) return;
    this.commit();
    this.#deliver(this.editor.edit(change(this.editor.answer)));
    this.#felt(this.show("full"));
  }

  editPose(change) {
    this.edit((answer) => ({ ...answer, pose: change(answer.pose) }));
  }

  step(name, direction, size) {
    this.editPose((pose) => this.steps.step(pose, name, direction, size));
  }

  turnRound() {
    this.editPose((pose) => this.steps.set(pose, "azimuth", this.steps.shown(pose, "azimuth") + 180));
  }

  /** The object's centre to the middle of the item's box. */
  bringBack() {
    const [x1, y1, x2, y2] = this.item.box;
    this.editPose((pose) => ({ ...pose, px: (x1 + x2) / 2, py: (y1 + y2) / 2 }));
  }

  /** A number typed into a parameter's box. */
  type(name, value) {
    this.editPose((pose) => this.steps.typed(pose, name, value));
  }

  /** A parameter's slider moves; `commit` when it is let go. @param {number} position see steps.js */
  slide(name, position) {
    clearTimeout(this.pauseTimer);
    if (!this.editor.gesture && !this.begin()) return;
    const value = this.steps.fromSlider(name, position, this.item.answer.pose.distance);
    this.update(this.steps.set(this.editor.answer.pose, name, value));
  }

  /** A step of a held key: its repetitions belong to one gesture, which `commit` ends. */
  nudge(name, direction, size, repeated) {
    if (!(repeated && this.editor?.gesture) && !this.begin()) return;
    this.update(this.steps.step(this.editor.answer.pose, name, direction, size));
  }

  setModel(cadIndex) {
    this.edit((answer) => withGroups(answer, { model: { cad_index: cadIndex } }));
  }

  /** The model before or after the present one, round and round. */
  turnModel(direction) {
    if (!this.item) return;
    const indexes = this.item.models.map((model) => model.cad_index);
    const place = indexes.indexOf(this.editor.answer.cad_index);
    const next = place < 0 ? 0 : (place + direction + indexes.length) % indexes.length;
    if (indexes.length > 0) this.setModel(indexes[next]);
  }

  answerQuality(status) {
    this.edit((answer) => ({ ...answer, object_status: status }));
  }

  answerDensity(dense) {
    this.edit((answer) => ({ ...answer, dense }));
  }

  undo() {
    this.#history(() => this.editor.undo());
  }

  redo() {
    this.#history(() => this.editor.redo());
  }

  revert() {
    this.#history(() => this.editor.revert());
  }

  #history(act) {
    if (this.locked) return;
    this.commit();
    this.#deliver(act());
    this.show("full");
  }

  /** Withdraws the answer: the server knows the starting pose. */
  clear() {
    if (this.locked || this.job.suggestion) return;
    if (!this.online) {
      this.tell({ level: "note", key: "needs_connection" });
      return;
    }
    this.commit();
    const id = newId();
    this.outbox.add("clear", id, { type: "clear", op_id: id });
    this.listener.onChange();
  }

  /** Saves what is seen; then, if `next`, shows the next open item. */
  save(next) {
    if (this.locked || this.job.suggestion) return;
    this.commit();
    // A test that tells of each answer is left by what it tells.
    this.saving.save(next && !this.item.task.tells);
    this.listener.onChange();
  }

  /** @param {"skip" | "help" | "none"} kind */
  flag(kind, reason = "") {
    if (!this.online) this.tell({ level: "note", key: "needs_connection" });
    else this.connection.send({ type: "flag", kind, reason });
  }

  #deliver(op) {
    if (!op) return;
    if (this.job.suggestion) {
      this.listener.onChange();
      return;
    }
    this.saving.stay();
    this.secondLook.changed(this.item.assignment);
    this.job.notice = null;
    this.journal.keep(this.item.assignment, op);
    this.outbox.add("op", op.op_id, { type: "op", ...op });
    this.listener.onChange();
  }
}
