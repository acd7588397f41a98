/**
 * One annotator at work: the item in hand, what is done to it, and the server's answers. Knows no page.
 *
 * Each item is a job (job.js) with its own editor and outbox; the one on the screen is `job`. Those that were left
 * stay on the shelf until the server has everything of them.
 *
 * Editing goes editor → outbox → server; seeing goes picture → frames → server → picture. This module joins them.
 *
 * @typedef {{level: "note" | "error" | "missing", key: string, detail?: string, fields?: string[],
 *            values?: object}} Notice
 * @typedef {{onChange: () => void, onItem: () => void, onFetched: (job: Job) => void,
 *            onMissing: (field: string) => void, onFinished: () => void}} Listener
 */

import { withGroups } from "./answer.js";
import { Ahead } from "./ahead.js";
import { Connection } from "./connection.js";
import { FrameRequests } from "./frames.js";
import { newId } from "./ids.js";
import { Job } from "./job.js";
import { Leftovers } from "./leftovers.js";
import { Meter } from "./meter.js";
import { OpJournal } from "./outbox.js";
import { Replies } from "./replies.js";
import { Route } from "./route.js";
import { Saving } from "./saving.js";
import { Shelf } from "./shelf.js";

const PAUSE_ENDS_GESTURE_MS = 300;

export class Session {
  /**
   * @param {{socketUrl: string, userId: number, assignment: number, stepTable: object, storage: Storage,
   *          listener: Listener}} options
   */
  constructor({ socketUrl, userId, assignment, stepTable, storage, listener }) {
    this.listener = listener;
    this.online = false;
    /** @type {string | null} why the server ended the session */
    this.ended = null;
    /** @type {Job | null} the item on the screen */
    this.job = null;
    this.shelf = new Shelf();
    /** @type {Notice | null} while there is no item */
    this.homeless = null;
    this.pauseTimer = 0;
    /** Whether anybody can see the page. */
    this.visible = true;
    /** @type {import("./picture.js").Picture | null} set by the page once there are canvases */
    this.picture = null;

    this.send = (message) => this.connection.send(message);
    this.journal = new OpJournal(storage, userId);
    this.means = { stepTable, journal: this.journal, send: this.send };
    this.meter = new Meter();
    this.frames = new FrameRequests(this.send);
    this.leftovers = new Leftovers(this.journal, this.send);
    this.ahead = new Ahead(this, this.means);
    this.saving = new Saving(this);
    this.route = new Route(this, assignment);
    this.replies = new Replies(this);
    this.connection = new Connection(socketUrl, {
      onOpen: () => this.#connected(),
      onClose: () => this.#lost(),
      onMessage: (message) => this.replies.receive(message),
      onFrame: (header, payload) => this.replies.drawn(header, payload),
      onRoundTrip: (ms) => this.meter.rtt(ms),
      onEnded: (reason) => {
        this.ended = reason;
        this.#lost();
      },
    });
  }

  dispose() {
    clearTimeout(this.pauseTimer);
    this.connection.close();
    for (const job of this.shelf) job.close();
  }

  get item() {
    return this.job?.item ?? null;
  }

  get editor() {
    return this.job?.editor ?? null;
  }

  get steps() {
    return this.job?.steps ?? null;
  }

  get outbox() {
    return this.job?.outbox ?? null;
  }

  get undrawn() {
    return this.job?.undrawn ?? null;
  }

  /** @type {Notice | null} */
  get notice() {
    return this.job ? this.job.notice : this.homeless;
  }

  /** @returns {"saved" | "unsaved" | "saving" | "offline" | "error"} */
  get status() {
    if (!this.online) return "offline";
    if (this.notice?.level === "error") return "error";
    if (this.job?.pending) return "saving";
    return !this.job || this.editor.dirty || !this.outbox.empty ? "unsaved" : "saved";
  }

  /** Between two items, and until a clear is through, nothing can be changed. */
  get locked() {
    if (!this.job || !this.item.canEdit || this.route.leaving) return true;
    return this.online && (this.outbox.has("clear") || Boolean(this.job.pending?.next));
  }

  /** Whether the server has every gesture, on this item and on those before it. */
  get delivered() {
    return [...this.shelf].every((job) => !job.outbox.has("op"));
  }

  /** Whether the present item is open and drawn, so that there is time for others. */
  get settled() {
    const { picture, route } = this;
    if (!this.online || !this.visible || !this.job || !picture || route.requested !== null || this.editor.gesture) return false;
    return this.undrawn !== null || picture.drawnSeq === this.frames.newest("main");
  }

  /** Items left behind whose work was not accepted. @returns {Job[]} */
  get troubled() {
    return [...this.shelf].filter((job) => job !== this.job && job.notice?.level === "error");
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

  /** Presses add up: one that comes while we are on the way counts from there. @param {"previous" | "next" | "nextOpen"} way */
  go(way) {
    if (!this.item) return;
    const { all } = this.item;
    const place = all.indexOf(this.route.target);
    if (!this.route.leaving) this.open(this.item[way]);
    else if (way !== "nextOpen" && place >= 0) this.open(all[place + (way === "next" ? 1 : -1)] ?? null);
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
    const known = this.shelf.get(message.assignment_id);
    const job = known ?? new Job(message, this.means);
    job.confirmed = true;
    known?.refresh(message);
    const again = job === this.job;
    if (!again) this.take(job);
    for (const each of this.shelf) each.outbox.pump();
    this.askForFrames();
    if (again) this.show("full");
    this.ahead.wish();
  }

  /** Takes another item in hand. @param {Job} job */
  take(job) {
    if (this.job) this.job.keepFrame(this.picture?.release() ?? null);
    this.job = job;
    this.shelf.keep(job, job);
    job.undrawn = null;
    if (job.notice?.level !== "error") job.notice = null;
    this.frames.clear();
    this.meter.clear();
    this.listener.onItem();
    this.saving.resume(job);
  }

  #connected() {
    this.ahead.forget();
    this.route.connected();
    this.leftovers.deliver((assignment) => this.shelf.get(assignment) !== null || assignment === this.route.target);
  }

  #lost() {
    this.online = false;
    this.route.lost();
    this.frames.pause();
    this.meter.clear();
    for (const job of this.shelf) job.outbox.lost();
    this.saving.wait();
    this.listener.onChange();
  }

  /** A page that nobody looks at asks for nothing; the gesture that was under way is done. */
  setVisible(visible) {
    this.visible = visible;
    if (visible) {
      this.askForFrames();
      this.ahead.wish();
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
    this.changing();
    this.#deliver(this.editor.begin());
    return true;
  }

  /** The answer is about to change: nobody is moved on now, and what was said of it holds no more. */
  changing() {
    if (!this.job) return;
    this.saving.stay();
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
    this.saving.stay();
    this.job.notice = null;
    this.journal.keep(this.item.assignment, op);
    this.outbox.add("op", op.op_id, { type: "op", ...op });
    this.listener.onChange();
  }

  /** Puts the answer on the screen. @param {"drag" | "full"} detail @returns {number} the frame asked for */
  show(detail, pinned = false) {
    const { answer } = this.editor;
    if (this.undrawn && this.undrawn.cad_index !== answer.cad_index) this.job.undrawn = null;
    this.listener.onChange();
    return this.picture?.show(answer, { detail, pinned }) ?? 0;
  }

  /** The picture shows a newer frame: a save may have waited for it. */
  painted() {
    this.outbox?.pump();
    this.saving.proceed();
    this.ahead.wish();
    const report = this.visible && this.meter.report();
    if (report) this.send(report);
    this.listener.onChange();
  }

  /** Of the item on the screen. @param {Notice} notice */
  tell(notice) {
    this.tellOf(this.job, notice);
  }

  /** @param {Job | null} job the item that it is about @param {Notice} notice */
  tellOf(job, notice) {
    if (job) job.notice = notice;
    else this.homeless = notice;
    this.listener.onChange();
  }
}
