/**
 * How the six parameters change: steps, ranges and sliders, from the numbers of domain/steps.py.
 *
 * Values here are as people see them: canonical degrees, CAD units, image pixels.
 *
 * @typedef {import("./pose.js").Pose} Pose
 * @typedef {"finest" | "fine" | "coarse"} Size
 * @typedef {{kind: "add" | "multiply" | "box", finest: number, fine: number, coarse: number,
 *            at_limits: "wrap" | "clamp" | "free", limits: [number, number] | null}} ParameterSteps
 */

import { ANGLES, shownDegrees, tidy, tidyDigits, withDegrees } from "./pose.js";

const isAngle = (name) => ANGLES.includes(name);
const clamp = (value, [low, high]) => Math.min(Math.max(value, low), high);

export class Steps {
  /**
   * @param {Object<string, ParameterSteps>} table
   * @param {[number, number, number, number]} box x1, y1, x2, y2 of the item, which scales the steps of its centre
   */
  constructor(table, box) {
    this.table = table;
    this.box = box;
    this.diagonal = Math.max(Math.hypot(box[2] - box[0], box[3] - box[1]), 1);
  }

  /** What a person reads for a parameter. */
  shown(pose, name) {
    return isAngle(name) ? shownDegrees(pose)[name] : pose[name];
  }

  /** The pose with a parameter typed in: an elevation beyond the pole becomes the same picture in canonical form. */
  typed(pose, name, value) {
    if (isAngle(name)) return withDegrees(pose, { [name]: value });
    const { at_limits: atLimits, limits } = this.table[name];
    return { ...pose, [name]: atLimits === "clamp" && limits ? clamp(value, limits) : value };
  }

  /** The pose with a parameter set by hand (step, slider, drag): angles that cannot wrap stop at their ends. */
  set(pose, name, value) {
    const { at_limits: atLimits, limits } = this.table[name];
    return this.typed(pose, name, atLimits === "clamp" && limits ? clamp(value, limits) : value);
  }

  /** The pose one step on. @param {-1 | 1} direction @param {Size} size */
  step(pose, name, direction, size) {
    return this.set(pose, name, this.stepped(this.shown(pose, name), name, direction, size));
  }

  stepped(value, name, direction, size) {
    const steps = this.table[name];
    // Rounding keeps decimals short and lets a step up and a step down meet where they began.
    if (steps.kind === "multiply") return tidyDigits(value * (1 + steps[size]) ** direction, 12);
    const unit = steps.kind === "box" ? this.diagonal : 1;
    return tidy(value + direction * steps[size] * unit, 9);
  }

  /** The pose dragged by some amount: degrees, a factor, or pixels; rounded to what a hand can mean. */
  drag(pose, name, amount) {
    const { kind } = this.table[name];
    const value = this.shown(pose, name);
    return this.set(pose, name, kind === "multiply" ? tidyDigits(value * amount, 6) : tidy(value + amount, 2));
  }

  /** Where a slider stands, 0 to 1000, and back; distance runs in ratio. */
  slider(name, value, anchor) {
    const [low, high] = this.range(name, anchor);
    const fraction =
      this.table[name].kind === "multiply" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return clamp(1000 * fraction, [0, 1000]);
  }

  fromSlider(name, position, anchor) {
    const [low, high] = this.range(name, anchor);
    const fraction = position / 1000;
    if (this.table[name].kind === "multiply") return tidyDigits(low * (high / low) ** fraction, 5);
    return tidy(low + fraction * (high - low), isAngle(name) ? 1 : 2);
  }

  /** A slider's ends: the limits of an angle, a box diagonal about the box, eight times nearer and farther. */
  range(name, anchor) {
    const { kind, limits } = this.table[name];
    if (kind === "multiply") return [anchor / 8, anchor * 8];
    if (kind === "add") return limits;
    const [low, high] = name === "px" ? [this.box[0], this.box[2]] : [this.box[1], this.box[3]];
    const middle = (low + high) / 2;
    return [middle - this.diagonal, middle + this.diagonal];
  }
}
