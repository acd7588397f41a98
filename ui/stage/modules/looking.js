/**
 * How a person looks at photos, from one item to the next: the whole photo, or the item's box with some room about it.
 * Who zoomed in at one item does not want to do so again at each of two hundred; `0` shows whole photos again.
 * Pure arithmetic.
 *
 * @typedef {number | null} Room times the box that the screen holds; null: the whole photo
 */

import { fit, frame } from "./view.js";

/** A view that is hardly nearer than the whole photo was not meant to be nearer. */
const NEARER = 1.05;

/** How somebody looks who sees this part of this photo. @returns {Room} */
export function roomOf(view, [x1, y1, x2, y2], image) {
  if (view.scale < fit(image, view).scale * NEARER) return null;
  return Math.min(view.width / ((x2 - x1) * view.scale), view.height / ((y2 - y1) * view.scale));
}

/** The part of another photo that this person wants to see. @param {Room} room @returns {import("./view.js").View} */
export function viewWith(room, box, image, screen) {
  const whole = fit(image, screen);
  const near = room === null ? whole : frame(box, image, screen, room);
  return near.scale < whole.scale * NEARER ? whole : near;
}
