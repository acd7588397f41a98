/** Remarks on the picture: where their marks are, where a new one is pinned, what was read. */

import { newId } from "./ids.js";
import { project } from "./pose.js";
import { toPixel, toScreen } from "./view.js";
import { warp } from "./warp.js";

const OBJECT_SLACK = 3;
/** CSS pixels between a slip and what it must not cover, and the picture's edges. */
const GAP = 14;
const EDGE = 8;

/**
 * Where a slip goes: beside the object on the side with most room, near the point that it is about; where the object
 * fills the picture, in the corner farthest from the point.
 *
 * @param {{x: number, y: number}} at @param {{left: number, right: number, top: number, bottom: number} | null} object
 * @param {{width: number, height: number}} slip @param {{width: number, height: number}} room
 * @returns {{left: number, top: number}}
 */
export function slipPlace(at, object, slip, room) {
  const around = object ?? { left: at.x, right: at.x, top: at.y, bottom: at.y };
  const across = (left) => Math.max(EDGE, Math.min(left, room.width - slip.width - EDGE));
  const along = (top) => Math.max(EDGE, Math.min(top, room.height - slip.height - EDGE));
  const level = across(at.x - slip.width / 2);
  const beside = along(at.y - slip.height / 2);
  const sides = [
    { space: room.width - around.right - slip.width, left: across(around.right + GAP), top: beside },
    { space: around.left - slip.width, left: across(around.left - GAP - slip.width), top: beside },
    { space: room.height - around.bottom - slip.height, left: level, top: along(around.bottom + GAP) },
    { space: around.top - slip.height, left: level, top: along(around.top - GAP - slip.height) },
  ].filter(({ space }) => space >= GAP + EDGE);
  const [best] = sides.sort((a, b) => b.space - a.space);
  if (best) return { left: best.left, top: best.top };
  return {
    left: at.x < room.width / 2 ? room.width - slip.width - EDGE : EDGE,
    top: at.y < room.height / 2 ? room.height - slip.height - EDGE : EDGE,
  };
}

export class Remarks {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** Whether the list is open. */
    this.open = false;
    /** @type {number | null} the thread that was asked for */
    this.chosen = null;
    /** @type {{at: {x: number, y: number}, pin: object | null, words?: string} | null} one that is being written; `at` in CSS pixels */
    this.draft = null;
    /** Whether the next click on the picture says where. */
    this.pinning = false;
  }

  get threads() {
    return this.session.review.talk?.threads ?? [];
  }

  get unread() {
    return this.threads.filter((thread) => thread.unread).length;
  }

  /** Whether words were written that nobody has been sent. */
  get unsent() {
    return Boolean(this.draft?.words?.trim());
  }

  write(words) {
    if (this.draft) this.draft.words = words;
  }

  /** Where a remark's point is on the picture, in CSS pixels; null where it cannot be seen. */
  place(pin) {
    const { picture, item } = this.session;
    if (!pin || !picture?.view || !picture.answer) return null;
    const point = pin.on === "photo" ? [pin.u, pin.v] : project(picture.answer.pose, item.viewport, pin.point);
    if (!point) return null;
    const { x, y } = toScreen(picture.view, ...point);
    const { width, height } = picture.screen;
    if (x < 0 || y < 0 || x > width || y > height) return null;
    return { x: x / picture.ratio, y: y / picture.ratio };
  }

  /** Begins one at a point of the picture in CSS pixels: on the model where that is under it. */
  begin(at) {
    const { session } = this;
    const { picture, review } = session;
    if (!session.item || !review.talk?.can_remark) return;
    if (!at || !picture?.view) {
      this.draft = { at: null, pin: null };
    } else {
      const [x, y] = [at.x * picture.ratio, at.y * picture.ratio];
      const { px: u, py: v } = toPixel(picture.view, x, y);
      const onObject = picture.covers(x, y, OBJECT_SLACK * picture.ratio);
      const { pose, cad_index } = picture.answer;
      this.draft = { at, pin: onObject ? { on: "object", u, v, pose, cad_index } : { on: "photo", u, v } };
    }
    this.draft.object = this.#object();
    this.pinning = false;
    session.listener.onChange();
  }

  /** Where the model is on the picture, in CSS pixels. */
  #object() {
    const { main, answer, view, ratio } = this.session.picture ?? {};
    if (!main?.plane || !answer) return null;
    const { x, y, width, height } = main.header;
    const [a, b, c, d, e, f] = warp(main, { pose: answer.pose, view });
    const corners = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]];
    const columns = corners.map(([u, v]) => (a * u + c * v + e) / ratio);
    const rows = corners.map(([u, v]) => (b * u + d * v + f) / ratio);
    return { left: Math.min(...columns), right: Math.max(...columns), top: Math.min(...rows), bottom: Math.max(...rows) };
  }

  /** The next click on the picture says where; once more takes that back. */
  aim() {
    this.pinning = !this.pinning && Boolean(this.session.review.talk?.can_remark);
    this.session.listener.onChange();
  }

  /** Pins it to the photo instead, or back to the model. */
  pinTo(on) {
    const { draft, session } = this;
    if (!draft?.pin) return;
    const { u, v } = draft.pin;
    const { pose, cad_index } = session.picture.answer;
    draft.pin = on === "object" ? { on, u, v, pose, cad_index } : { on, u, v };
    session.listener.onChange();
  }

  cancel() {
    this.draft = null;
    this.pinning = false;
    this.session.listener.onChange();
  }

  add(text) {
    const { draft, session } = this;
    if (!draft || !text.trim()) return;
    draft.id ??= newId();
    session.review.say({ type: "remark_add", entry_id: draft.id, pin: draft.pin, text: text.trim() }, draft.id, () => {
      if (this.draft === draft) this.cancel();
    });
  }

  reply(thread, text, done) {
    if (!text.trim()) return;
    const id = newId();
    this.session.review.say({ type: "remark_reply", remark: thread.id, entry_id: id, text: text.trim() }, id, done);
  }

  resolve(thread, resolved) {
    this.session.review.say({ type: "remark_resolve", remark: thread.id, resolved }, "");
  }

  /** @param {number | null} chosen the thread to begin with */
  show(open, chosen = null) {
    this.open = open;
    this.chosen = chosen;
    this.read();
    this.session.listener.onChange();
  }

  /** What is to be seen in the list counts as read. */
  read() {
    const unread = this.threads.filter((thread) => thread.unread).map((thread) => thread.id);
    if (!this.open || unread.length === 0 || !this.session.visible) return;
    this.session.review.say({ type: "remarks_read", remarks: unread }, "");
  }
}
