/**
 * What the hand does on the picture.
 *
 * Drag on the object: move it. Beside it (or right button, or Alt): turn and tilt. The ring (or Shift): roll.
 * Wheel: distance; with Ctrl or ⌘: zoom. Space or middle button: pan. Double click: put the centre there.
 * Fingers: touch.js.
 */

import { tidy } from "./pose.js";
import { Touch } from "./touch.js";
import { toPixel, toScreen } from "./view.js";

const DRAG_THRESHOLD = 3;
const DEGREES_PER_PIXEL = 0.4;
const RING_REACH = 9;
const OBJECT_SLACK = 6;
const NOTCH = 100;
const LINE = 40;

const shortest = (angle) => Math.atan2(Math.sin(angle), Math.cos(angle));

export class Gestures {
  /**
   * @param {HTMLElement} element that receives the pointer
   * @param {import("./session.js").Session} session @param {import("./picture.js").Picture} picture
   * @param {{space: boolean}} held keys that change what a drag does
   */
  constructor(element, session, picture, held) {
    Object.assign(this, { element, session, picture, held });
    this.drag = null;
    this.touch = new Touch(session, picture);
    this.abort = new AbortController();
    const listen = (type, handler, options = {}) =>
      element.addEventListener(type, handler, { signal: this.abort.signal, ...options });
    listen("pointerdown", (event) => this.#down(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", (event) => this.#up(event));
    listen("pointercancel", () => this.cancel());
    listen("lostpointercapture", (event) => this.#up(event));
    listen("pointerleave", () => this.picture.setHover({ ring: false, near: false }));
    listen("dblclick", (event) => this.#doubleClick(event));
    listen("contextmenu", (event) => event.preventDefault());
    listen("wheel", (event) => this.#wheel(event), { passive: false });
  }

  dispose() {
    this.abort.abort();
  }

  get active() {
    return this.drag !== null || this.touch.active;
  }

  /** Gives the running drag up. */
  cancel() {
    this.touch.cancel();
    if (!this.drag) return;
    const { started, kind } = this.drag;
    this.drag = null;
    if (started && kind !== "pan") this.session.cancel();
    this.#cursor("");
  }

  /** Device pixels on the canvas. */
  #point(event) {
    const box = this.element.getBoundingClientRect();
    const { ratio } = this.picture;
    return { x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio };
  }

  #down(event) {
    // A captured pointer would take the click away from a link or a button in a banner.
    if (this.drag || !this.picture.answer || event.button > 2 || event.target.closest("a, button")) return;
    if (this.session.review?.remarks.pinning && event.button === 0) {
      const { x, y } = this.#point(event);
      this.session.review.remarks.begin({ x: x / this.picture.ratio, y: y / this.picture.ratio });
      return;
    }
    const point = this.#point(event);
    if (event.pointerType === "touch") {
      this.element.setPointerCapture(event.pointerId);
      this.touch.down(event.pointerId, point);
      return;
    }
    const kind = this.#kind(event, point);
    if (kind !== "pan" && this.session.locked) return;
    if (event.button === 1) event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.drag = { kind, point, from: point, started: false };
    this.#cursor(kind);
  }

  /** What a drag that starts here would do. @returns {"pan" | "roll" | "turn" | "move"} */
  #kind(event, { x, y }) {
    if (event.button === 1 || this.held.space) return "pan";
    if (event.shiftKey) return "roll";
    if (event.altKey || event.button === 2) return "turn";
    if (this.#onRing(x, y)) return "roll";
    return this.picture.covers(x, y, OBJECT_SLACK * this.picture.ratio) ? "move" : "turn";
  }

  #onRing(x, y) {
    const ring = this.picture.ring();
    return Math.abs(Math.hypot(x - ring.x, y - ring.y) - ring.radius) < RING_REACH * this.picture.ratio;
  }

  #move(event) {
    const point = this.#point(event);
    if (event.pointerType === "touch") {
      this.touch.move(event.pointerId, point);
      return;
    }
    if (!this.drag) {
      this.#hover(event, point);
      return;
    }
    const { drag } = this;
    if (!drag.started && !this.#start(point)) return;
    if (drag.kind === "pan") this.picture.pan(point.x - drag.point.x, point.y - drag.point.y);
    else this.session.update(this.#dragged(point));
    drag.point = point;
  }

  /** A drag begins once the pointer has left the spot, so that a click changes nothing. */
  #start(point) {
    const { drag } = this;
    if (Math.hypot(point.x - drag.from.x, point.y - drag.from.y) < DRAG_THRESHOLD * this.picture.ratio) return false;
    if (drag.kind !== "pan" && !this.session.begin()) return false;
    drag.started = true;
    drag.pose = this.session.editor.answer.pose;
    drag.rolled = 0;
    drag.point = drag.from;
    this.picture.setHover({ ring: drag.kind === "roll", near: drag.kind === "roll" });
    return true;
  }

  /** The pose that the drag has come to. */
  #dragged(point) {
    const { kind } = this.drag;
    if (kind === "move") return this.#moved(point);
    return kind === "turn" ? this.#turned(point) : this.#rolled(point);
  }

  #moved({ x, y }) {
    const { from, pose } = this.drag;
    const { scale } = this.picture.view;
    return { ...pose, px: tidy(pose.px + (x - from.x) / scale, 2), py: tidy(pose.py + (y - from.y) / scale, 2) };
  }

  /** The near side follows the hand, however the object is rolled. */
  #turned({ x, y }) {
    const { from, pose } = this.drag;
    const reach = DEGREES_PER_PIXEL / this.picture.ratio;
    const [dx, dy] = [(x - from.x) * reach, (y - from.y) * reach];
    const [cos, sin] = [Math.cos(pose.theta), Math.sin(pose.theta)];
    const turned = this.session.steps.drag(pose, "azimuth", -(cos * dx - sin * dy));
    return this.session.steps.drag(turned, "elevation", sin * dx + cos * dy);
  }

  #rolled(point) {
    const { drag } = this;
    const centre = toScreen(this.picture.view, drag.pose.px, drag.pose.py);
    const angle = ({ x, y }) => Math.atan2(y - centre.y, x - centre.x);
    drag.rolled -= shortest(angle(point) - angle(drag.point));
    return this.session.steps.drag(drag.pose, "theta", (drag.rolled * 180) / Math.PI);
  }

  #up({ pointerId }) {
    this.touch.up(pointerId);
    if (!this.drag) return;
    const { started, kind } = this.drag;
    this.drag = null;
    this.#cursor("");
    this.picture.setHover({ ring: false, near: false });
    if (started && kind !== "pan") this.session.commit();
  }

  #hover(event, point) {
    if (!this.picture.answer || event.pointerType === "touch") return;
    const kind = this.#kind(event, point);
    const near = kind !== "pan" && kind !== "move";
    this.picture.setHover({ near, ring: kind === "roll" });
    this.#cursor(kind);
  }

  #cursor(kind) {
    if (kind) this.element.dataset.cursor = this.drag ? `${kind}-active` : kind;
    else delete this.element.dataset.cursor;
  }

  #doubleClick(event) {
    if (event.button !== 0 || this.session.locked || !this.picture.answer || event.target.closest("button")) return;
    const { x, y } = this.#point(event);
    const { px, py } = toPixel(this.picture.view, x, y);
    this.session.editPose((pose) => ({ ...pose, px: tidy(px, 2), py: tidy(py, 2) }));
  }

  #wheel(event) {
    event.preventDefault();
    if (!this.picture.answer || this.drag) return;
    // Some mice turn Shift and wheel into sideways scrolling; lines and pages come from others.
    const travel = (event.deltaY || event.deltaX) * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE);
    const notches = travel / NOTCH;
    if (event.ctrlKey || event.metaKey) {
      const { x, y } = this.#point(event);
      this.picture.zoom(1.2 ** -Math.max(-4, Math.min(4, notches)), x, y);
      return;
    }
    const size = event.shiftKey ? "coarse" : event.altKey ? "finest" : "fine";
    const factor = 1 + this.session.steps.table.distance[size];
    this.session.updateUntilPause((pose) => this.session.steps.drag(pose, "distance", factor ** notches));
  }
}
