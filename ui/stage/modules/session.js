/**
 * One annotator at work: the item in hand, what is done to it, and the server's answers. Knows no page.
 *
 * Each item is a job (job.js) with its own editor and outbox; the one on the screen is `job`. Those that were left
 * stay on the shelf until the server has everything of them.
 *
 * Editing (editing.js) goes editor → outbox → server; seeing goes picture → frames → server → picture. This module
 * joins them.
 *
 * @typedef {{level: "note" | "error" | "missing", key: string, detail?: string, fields?: string[],
 *            values?: object}} Notice
 * @typedef {{onChange: () => void, onItem: () => void, onFetched: (job: Job) => void,
 *            onMissing: (field: string) => void, onFinished: () => void}} Listener
 */

import { Ahead } from "./ahead.js";
import { CatchUp } from "./catchup.js";
import { Connection } from "./connection.js";
import { drawNext } from "./draw.js";
import { Editing } from "./editing.js";
import { FrameRequests } from "./frames.js";
import { Job } from "./job.js";
import { Ghosts } from "./ghosts.js";
import { Leftovers } from "./leftovers.js";
import { Meter } from "./meter.js";
import { OpJournal } from "./outbox.js";
import { Presence } from "./presence.js";
import { ReplacedChanges } from "./replaced.js";
import { Replies } from "./replies.js";
import { Review } from "./review.js";
import { Route } from "./route.js";
import { Saving } from "./saving.js";
import { SecondLook } from "./second_look.js";
import { Shelf } from "./shelf.js";
import { Watch } from "./watch.js";

export class Session extends Editing {
  /**
   * @param {{socketUrl: string, userId: number, assignment: number, stepTable: object, storage: Storage,
   *          listener: Listener, watching?: boolean, person?: number | null}} options
   */
  constructor({ socketUrl, userId, assignment, stepTable, storage, listener, watching = false, person = null }) {
    super();
    this.listener = listener;
    this.userId = userId;
    this.online = false;
    /** @type {string | null} why the server ended the session */
    this.ended = null;
    /** @type {Job | null} the item on the screen */
    this.job = null;
    this.shelf = new Shelf();
    /** Whether the pool was asked for the next item. */
    this.drawing = false;
    /** @type {Notice | null} while there is no item */
    this.homeless = null;
    /** Whether anybody can see the page. */
    this.visible = true;
    /** @type {import("./picture.js").Picture | null} set by the page once there are canvases */
    this.picture = null;

    this.send = (message) => this.connection.send(message);
    this.journal = new OpJournal(storage, userId);
    this.means = { stepTable, journal: this.journal, send: this.send };
    this.meter = new Meter();
    this.frames = new FrameRequests((message) => this.#ask(message));
    this.presence = new Presence(this);
    this.ghosts = new Ghosts(this);
    this.replaced = new ReplacedChanges(this);
    this.review = new Review(this);
    this.secondLook = new SecondLook(this);
    /** Only for a page that looks on. @type {Watch | null} */
    this.watch = watching ? new Watch(this, person) : null;
    this.leftovers = new Leftovers(this.journal, this.send);
    this.catchUp = new CatchUp(this);
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

  /** Whoever works on the item with us must know what of a pose is under our hand. */
  #ask(message) {
    return this.send(message.layer === "main" && this.editor ? { ...message, groups: this.editor.unheard } : message);
  }

  dispose() {
    clearTimeout(this.pauseTimer);
    this.connection.close();
    for (const job of this.shelf) job.close();
  }

  get item() {
    return this.job?.item ?? null;
  }

  /** Of the answer; while a proposal is being made, of that. */
  get editor() {
    return this.job?.suggestion?.editor ?? this.job?.editor ?? null;
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

  /** @returns {"saved" | "unsaved" | "saving" | "catching_up" | "offline" | "error"} */
  get status() {
    if (!this.online) return "offline";
    if (this.notice?.level === "error") return "error";
    if (this.catchUp.busy) return "catching_up";
    if (this.job?.pending) return "saving";
    return !this.job || this.editor.dirty || !this.outbox.empty ? "unsaved" : "saved";
  }

  /** Between two items, and until a clear is through, nothing can be changed. */
  get locked() {
    if (this.job?.suggestion) return this.route.leaving;
    if (!this.job || !this.item.canEdit || this.route.leaving) return true;
    return this.online && (this.outbox.has("clear") || this.outbox.has("take") || Boolean(this.job.pending?.next));
  }

  /** Whether nothing is lost when the page goes: the server has every gesture, and nothing is being proposed or said. */
  get delivered() {
    return !this.review.proposals.unsent && !this.review.remarks.unsent && [...this.shelf].every((job) => !job.outbox.has("op"));
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
    if (way === "nextOpen" && this.drawsNext) this.#draw();
    else if (!this.route.leaving) this.open(this.item[way]);
    else if (way !== "nextOpen" && place >= 0) this.open(all[place + (way === "next" ? 1 : -1)] ?? null);
  }

  /** To the next open item, if there is one; at the end of what is ours, to the next that the pool gives. */
  goOn() {
    if (this.drawsNext) this.#draw();
    else if (this.item.nextOpen === null) this.listener.onFinished();
    else this.open(this.item.nextOpen);
  }

  /** Whether the next item is one that nobody has yet. */
  get drawsNext() {
    return this.item.nextOpen === null && this.item.task.is_pool && this.item.canEdit;
  }

  async #draw() {
    const { job } = this;
    if (this.drawing) return;
    if (!this.online) {
      this.tell({ level: "note", key: "needs_connection" });
      return;
    }
    this.drawing = true;
    const { assignment, refusal } = await drawNext(job.item.task.id, job.assignment);
    this.drawing = false;
    if (job !== this.job) return;
    if (assignment) this.open(assignment);
    else if (refusal.code === "pool_empty") this.listener.onFinished();
    else this.tell({ level: "note", key: "failed", detail: refusal.message });
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
    this.ghosts.clear();
    this.watch?.clear();
    this.listener.onItem();
    this.saving.resume(job);
    this.catchUp.look();
  }

  #connected() {
    this.catchUp.begin();
    this.ahead.forget();
    this.route.connected();
    this.leftovers.deliver((assignment) => this.shelf.get(assignment) !== null || assignment === this.route.target);
  }

  #lost() {
    this.online = false;
    this.route.lost();
    this.frames.pause();
    this.meter.clear();
    this.ghosts.clear();
    this.watch?.clear();
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
