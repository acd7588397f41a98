/**
 * The small picture of the pose alone, on a layer of its own: always the whole shaded model, however the large picture
 * shows it. It is drawn anew when the object rests in another pose.
 */

import { paintOverlay, ALONE_COLOUR } from "./painter.js";

export const LAYER = "pose";
/** Farthest point of a model from its origin, in CAD units, to begin with; what is cut off or tiny corrects it. */
const FIRST_REACH = 0.5;
const MOST_REACH = 64;
const GROWTH = 1.6;
const ROOM = 1.1;
const TINY = 0.5;

export class Miniature {
  /** @param {HTMLCanvasElement} canvas @param {import("./frames.js").FrameRequests} frames */
  constructor(canvas, frames) {
    this.canvas = canvas;
    this.frames = frames;
    /** @type {import("./overlay.js").Overlay | null} */
    this.overlay = null;
    this.clear();
  }

  clear() {
    this.overlay?.close();
    this.overlay = null;
    this.reach = FIRST_REACH;
    this.measured = false;
    this.asked = "";
  }

  /** Asks for the picture, where it is another one. @param {number} viewport of the item */
  show(answer, viewport) {
    const { pose, cad_index: cadIndex } = answer;
    this.wanted = { answer, viewport };
    if (this.cadIndex !== cadIndex) this.clear();
    this.cadIndex = cadIndex;
    const { azimuth, elevation, theta, distance } = pose;
    const { width, height } = this.canvas;
    const key = JSON.stringify([azimuth, elevation, theta, distance, width, height, this.reach]);
    if (key === this.asked || width * height === 0) return;
    this.asked = key;
    this.frames.request(LAYER, { pose, cad_index: cadIndex, view: this.#view(pose, viewport), mode: "solid", detail: "full" });
  }

  /** @param {import("./overlay.js").Overlay} overlay */
  receive(overlay) {
    if (overlay.header.cad_index !== this.cadIndex) {
      overlay.close();
      return;
    }
    this.overlay?.close();
    this.overlay = overlay;
    const filled = filling(overlay.header);
    if (filled >= 1 && this.reach < MOST_REACH) this.reach *= GROWTH;
    else if (!this.measured && filled > 0 && filled < TINY) this.reach *= filled;
    else {
      this.measured = true;
      return;
    }
    this.show(this.wanted.answer, this.wanted.viewport);
  }

  paint(answer, viewport) {
    const context = this.canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    if (!this.overlay || !answer) return;
    const now = { pose: answer.pose, view: this.#view(answer.pose, viewport) };
    paintOverlay(context, this.overlay, now, { colour: ALONE_COLOUR, opacity: 1 });
  }

  /** Whether the object, as it was drawn last and where it is now, has nothing in the photo. */
  outside(answer, image) {
    if (!this.overlay?.plane || filling(this.overlay.header) >= 1) return false;
    const { x, y, width, height, view, pose } = this.overlay.header;
    const nearer = pose.distance / answer.pose.distance;
    const u = (column) => answer.pose.px + 0.5 + (view.left + column / view.scale - pose.px - 0.5) * nearer;
    const v = (row) => answer.pose.py + 0.5 + (view.top + row / view.scale - pose.py - 0.5) * nearer;
    return u(x + width) <= 0 || u(x) >= image.width || v(y + height) <= 0 || v(y) >= image.height;
  }

  #view(pose, viewport) {
    const { width, height } = this.canvas;
    const scale = (Math.min(width, height) * pose.distance) / (2 * ROOM * this.reach * viewport);
    return { left: pose.px + 0.5 - width / 2 / scale, top: pose.py + 0.5 - height / 2 / scale, scale, width, height };
  }
}

/** How far from the middle the object goes, as a part of the nearest edge's distance; 1 where it may be cut off. */
function filling({ x, y, width, height, view }) {
  if (width * height === 0) return 0;
  if (x <= 0 || y <= 0 || x + width >= view.width || y + height >= view.height) return 1;
  const reach = Math.max(view.width / 2 - x, x + width - view.width / 2, view.height / 2 - y, y + height - view.height / 2);
  return Math.min(1, (2 * reach) / Math.min(view.width, view.height));
}
