/**
 * Fingers on the picture: one turns and tilts the object; two move it, bring it nearer by spreading, roll it by
 * twisting. What is done until the last finger leaves is one gesture.
 */

import { tidy } from "./pose.js";

const THRESHOLD = 6;
const DEGREES_PER_PIXEL = 0.4;
const DEGREES = 180 / Math.PI;

const shortest = (angle) => Math.atan2(Math.sin(angle), Math.cos(angle));

export class Touch {
  /** @param {import("./session.js").Session} session @param {import("./picture.js").Picture} picture */
  constructor(session, picture) {
    Object.assign(this, { session, picture });
    /** @type {Map<number, {x: number, y: number}>} fingers on the picture, in device pixels */
    this.fingers = new Map();
    this.started = false;
  }

  get active() {
    return this.fingers.size > 0;
  }

  down(id, point) {
    if (this.session.locked || this.fingers.size === 2) return;
    this.fingers.set(id, point);
    this.#rebase();
  }

  move(id, point) {
    if (!this.fingers.has(id)) return;
    const before = this.fingers.get(id);
    if (!this.started) {
      if (Math.hypot(point.x - before.x, point.y - before.y) < THRESHOLD * this.picture.ratio) return;
      if (!this.session.begin()) return;
      this.started = true;
      this.#rebase();
    }
    this.fingers.set(id, point);
    this.session.update(this.fingers.size === 2 ? this.#spread() : this.#turn(point));
  }

  up(id) {
    if (!this.fingers.delete(id)) return;
    if (this.fingers.size) this.#rebase();
    else this.#end(() => this.session.commit());
  }

  cancel() {
    this.fingers.clear();
    this.#end(() => this.session.cancel());
  }

  #end(how) {
    if (this.started) how();
    this.started = false;
  }

  /** What follows is counted from here: a finger came or went. */
  #rebase() {
    this.from = new Map(this.fingers);
    this.pose = this.session.editor.answer.pose;
  }

  #turn({ x, y }) {
    const [from] = this.from.values();
    const { pose } = this;
    const reach = DEGREES_PER_PIXEL / this.picture.ratio;
    const [dx, dy] = [(x - from.x) * reach, (y - from.y) * reach];
    const [cos, sin] = [Math.cos(pose.theta), Math.sin(pose.theta)];
    const turned = this.session.steps.drag(pose, "azimuth", -(cos * dx - sin * dy));
    return this.session.steps.drag(turned, "elevation", sin * dx + cos * dy);
  }

  #spread() {
    const [before, now] = [this.from, this.fingers].map((fingers) => {
      const [a, b] = [...fingers.values()];
      return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, reach: Math.max(Math.hypot(b.x - a.x, b.y - a.y), 1), angle: Math.atan2(b.y - a.y, b.x - a.x) };
    });
    const { steps } = this.session;
    const { scale } = this.picture.view;
    const nearer = steps.drag(this.pose, "distance", before.reach / now.reach);
    const rolled = steps.drag(nearer, "theta", -shortest(now.angle - before.angle) * DEGREES);
    return { ...rolled, px: tidy(this.pose.px + (now.x - before.x) / scale, 2), py: tidy(this.pose.py + (now.y - before.y) / scale, 2) };
  }
}
