/**
 * An answer beside the one in hand, as an outline: what somebody proposes, or while a proposal is being made, the
 * answer that stands.
 */

import { same } from "./answer.js";
import { paintOverlay } from "./painter.js";
import { sameView } from "./view.js";

export const LAYER = "offer";
export const OFFER_COLOUR = "#ff9f1c";
export const STANDING_COLOUR = "#ffffff";

export class Offer {
  /** @param {import("./frames.js").FrameRequests} frames */
  constructor(frames) {
    this.frames = frames;
    this.clear();
  }

  clear() {
    this.overlay?.close();
    /** @type {import("./overlay.js").Overlay | null} */
    this.overlay = null;
    /** @type {import("./answer.js").Answer | null} */
    this.answer = null;
    this.view = null;
    this.colour = OFFER_COLOUR;
  }

  /** Asks for a frame where there is something new to see. @returns {boolean} whether there is */
  show(answer, colour, view) {
    if (answer === null) {
      if (this.answer === null) return false;
      this.clear();
      return true;
    }
    const changed = this.answer === null || !same(this.answer, answer) || colour !== this.colour;
    if (!changed && this.view !== null && sameView(this.view, view)) return false;
    if (this.answer?.cad_index !== answer.cad_index) this.overlay = null;
    Object.assign(this, { answer, colour, view });
    this.frames.request(LAYER, { pose: answer.pose, cad_index: answer.cad_index, view, mode: "silhouette", detail: "full" });
    return true;
  }

  receive(overlay) {
    if (this.answer === null) {
      overlay.close();
      return;
    }
    this.overlay?.close();
    this.overlay = overlay;
  }

  paint(context, view) {
    if (!this.overlay || !this.answer) return;
    paintOverlay(context, this.overlay, { pose: this.answer.pose, view }, { colour: this.colour, opacity: 1 });
  }
}
