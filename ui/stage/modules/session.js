/**
 * One annotator at work: the item in hand, what is done to it, and the server's answers. Knows no page.
 *
 * Editing goes editor → outbox → server; seeing goes picture → frames → server → picture. This module joins them.
 *
 * @typedef {{level: "note" | "error" | "missing", key: string, detail?: string, fields?: string[]}} Notice
 * @typedef {{onChange: () => void, onItem: () => void, onMissing: (field: string) => void,
 *            onFinished: () => void}} Listener
 */

import { withGroups } from "./answer.js";
import { Connection } from "./connection.js";
import { Editor } from "./editor.js";
import { FrameRequests } from "./frames.js";
import { newId } from "./ids.js";
import { readOpened } from "./opened.js";
import { OpJournal, Outbox } from "./outbox.js";
import { Replies } from "./replies.js";
import { Route } from "./route.js";
import { Saving } from "./saving.js";
import { Steps } from "./steps.js";

const PAUSE_ENDS_GESTURE_MS = 300;

export class Session {
  /**
   * @param {{socketUrl: string, userId: number, assignment: number, stepTable: object, storage: Storage,
   *          listener: Listener}} options
   */
  constructor({ socketUrl, userId, assignment, stepTable, storage, listener }) {
    this.listener = listener;
    this.stepTable = stepTable;
    this.online = false;
    /** @type {string | null} why the server ended the session */
    this.ended = null;
    /** @type {import("./opened.js").Opened | null} */
    this.item = null;
    /** @type {Editor | null} */
    this.editor = null;
    /** @type {Notice | null} */
    this.notice = null;
    /** @type {{cad_index: number, code: string, message: string} | null} */
    this.undrawn = null;
    this.pauseTimer = 0;
    /** Whether anybody can see the page. */
    this.visible = true;
    /** @type {import("./picture.js").Picture | null} set by the page once there are canvases */
    this.picture = null;

    const send = (message) => this.connection.send(message);
    this.journal = new OpJournal(storage, userId);
    this.frames = new FrameRequests(send);
    this.outbox = new Outbox(send, () => this.editor?.version ?? 0);
    this.saving = new Saving(this);
    this.route = new Route(this, assignment);
    this.replies = new Replies(this);
    this.connection = new Connection(socketUrl, {
      onOpen: () => this.route.connected(),
      onClose: () => this.#lost(),
      onMessage: (message) => this.replies.receive(message),
      onFrame: (header, payload) => this.replies.drawn(header, payload),
      onEnded: (reason) => {
        this.ended = reason;
        this.#lost();
      },
    });
  }

  dispose() {
    clearTimeout(this.pauseTimer);
    this.connection.close();
  }

  /** @returns {"saved" | "unsaved" | "saving" | "offline" | "error"} */
  get status() {
    if (!this.online) return "offline";
    if (this.notice?.level === "error") return "error";
    if (this.saving.pending) return "saving";
    return !this.editor || this.editor.dirty || !this.outbox.empty ? "unsaved" : "saved";
  }

  /** Between two items, and until a clear is through, nothing can be changed. */
  get locked() {
    if (!this.editor || !this.item.canEdit || this.route.leaving) return true;
    return this.online && (this.outbox.has("clear") || Boolean(this.saving.pending?.next));
  }

  // ---- which item ----------------------------------------------------------------------------------------------

  /** Goes to another item; what was done on this one is delivered first. @param {number | null} assignment */
  open(assignment) {
    if (assignment === null) return;
    if (!this.online) {
      this.tell({ level: "note", key: "needs_connection" });
      return;
    }
    this.commit();
    this.route.go(assignment);
    this.listener.onChange();
  }

  /** To the next open item, if there is one. */
  goOn() {
    if (this.item.nextOpen === null) this.listener.onFinished();
    else this.open(this.item.nextOpen);
  }

  /** The item that was asked for is here. @param {object} message `opened` */
  arrive(message) {
    if (!this.route.arrived(message.assignment_id)) return;
    this.online = true;
    const item = readOpened(message);
    const again = this.item?.assignment === item.assignment;
    this.item = item;
    if (again) {
      this.editor.reopen(item);
      this.outbox.pump();
    } else {
      this.#begin(item);
    }
    this.askForFrames();
    if (again) this.show("full");
  }

  #begin(item) {
    const unheard = this.journal.of(item.assignment);
    this.editor = new Editor(item, unheard);
    this.steps = new Steps(this.stepTable, item.box);
    this.notice = this.undrawn = null;
    this.frames.clear();
    for (const op of unheard) this.outbox.add("op", op.op_id, { type: "op", ...op });
    this.listener.onItem();
  }

  #lost() {
    this.online = false;
    this.route.lost();
    this.frames.pause();
    this.outbox.lost();
    this.listener.onChange();
  }

  /** A page that nobody looks at asks for nothing; the gesture that was under way is done. */
  setVisible(visible) {
    this.visible = visible;
    if (visible) {
      this.askForFrames();
    } else {
      this.commit();
      this.frames.pause();
    }
  }

  /** Frames are asked for where there is an item to draw and somebody to see it. */
  askForFrames() {
    if (this.visible && this.online && this.route.requested === null) this.frames.resume();
  }

  // ---- gestures ------------------------------------------------------------------------------------------------

  begin() {
    if (this.locked) return false;
    clearTimeout(this.pauseTimer);
    this.#deliver(this.editor.begin());
    return true;
  }

  /** The gesture goes on. @param {import("./pose.js").Pose} pose */
  update(pose) {
    if (!this.editor?.gesture) return;
    this.editor.update({ ...this.editor.answer, pose });
    this.show("drag");
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
    this.show("full");
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
    if (this.locked) return;
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
    if (this.locked) return;
    this.commit();
    this.saving.save(next);
    this.listener.onChange();
  }

  /** @param {"skip" | "help" | "none"} kind */
  flag(kind, reason = "") {
    if (!this.online) this.tell({ level: "note", key: "needs_connection" });
    else this.connection.send({ type: "flag", kind, reason });
  }

  #deliver(op) {
    if (!op) return;
    this.notice = null;
    this.journal.keep(this.item.assignment, op);
    this.outbox.add("op", op.op_id, { type: "op", ...op });
    this.listener.onChange();
  }

  /** Puts the answer on the screen. @param {"drag" | "full"} detail @returns {number} the frame asked for */
  show(detail, pinned = false) {
    const { answer } = this.editor;
    if (this.undrawn && this.undrawn.cad_index !== answer.cad_index) this.undrawn = null;
    this.listener.onChange();
    return this.picture?.show(answer, { detail, pinned }) ?? 0;
  }

  /** The picture shows a newer frame: a save may have waited for it. */
  painted() {
    this.outbox.pump();
    this.listener.onChange();
  }

  /** @param {Notice} notice */
  tell(notice) {
    this.notice = notice;
    this.listener.onChange();
  }
}
