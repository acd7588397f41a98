/**
 * What is painted over the photo, and how it looks: overlays, boxes, the ring that rolls. Draws, decides nothing.
 *
 * @typedef {import("./overlay.js").Overlay} Overlay
 * @typedef {import("./view.js").View} View
 */

import { upToDate, warp } from "./warp.js";
import { toScreen } from "./view.js";

const DARK = "rgba(0, 0, 0, 0.55)";
const LIGHT = "rgba(255, 255, 255, 0.9)";
export const ALONE_COLOUR = "#c4cad4";
export const ALONE_LINES = "#28303c";
export const REFERENCE_COLOUR = "#ffb224";
const OTHERS_COLOUR = "#ffffff";

/** An overlay moved to where its object is now. @param {{pose: object, view: View}} now */
export function paintOverlay(context, overlay, now, { colour, opacity }) {
  overlay.draw(context, warp(overlay, now), colour, opacity, upToDate(overlay, now));
}

/** The outlines of the other objects of the photo, faint. */
export function paintOthers(context, overlays, view) {
  for (const overlay of overlays) {
    paintOverlay(context, overlay, { pose: overlay.pose, view }, { colour: OTHERS_COLOUR, opacity: 0.55 });
  }
}

/** A box in OpenCV image coordinates (x1, y1, x2, y2): whole for other objects, corners for the item's own. */
export function paintBox(context, box, view, ratio, own) {
  const a = toScreen(view, box[0], box[1]);
  const b = toScreen(view, box[2], box[3]);
  const [left, top] = [Math.round(a.x) + 0.5, Math.round(a.y) + 0.5];
  const [right, bottom] = [Math.round(b.x) + 0.5, Math.round(b.y) + 0.5];
  context.save();
  context.beginPath();
  if (own) cornersPath(context, left, top, right, bottom, ratio);
  else context.rect(left, top, right - left, bottom - top);
  context.setLineDash(own ? [] : [4 * ratio, 4 * ratio]);
  strokeTwice(context, own ? 2 * ratio : ratio, own ? LIGHT : "rgba(255, 255, 255, 0.6)");
  context.restore();
}

function cornersPath(context, left, top, right, bottom, ratio) {
  const arm = Math.min(18 * ratio, (right - left) / 3, (bottom - top) / 3);
  for (const [x, y, dx, dy] of [
    [left, top, arm, arm], [right, top, -arm, arm], [right, bottom, -arm, -arm], [left, bottom, arm, -arm],
  ]) {
    context.moveTo(x + dx, y);
    context.lineTo(x, y);
    context.lineTo(x, y + dy);
  }
}

/** The ring that rolls the object, with a mark that shows how it is rolled. */
export function paintRing(context, ring, theta, ratio, active) {
  context.save();
  context.globalAlpha = active ? 1 : 0.45;
  context.beginPath();
  context.arc(ring.x, ring.y, ring.radius, 0, 2 * Math.PI);
  strokeTwice(context, (active ? 2 : 1.25) * ratio, LIGHT);
  const up = -Math.PI / 2 - theta;
  const [x, y] = [ring.x + ring.radius * Math.cos(up), ring.y + ring.radius * Math.sin(up)];
  context.beginPath();
  context.arc(x, y, 5 * ratio, 0, 2 * Math.PI);
  context.fillStyle = LIGHT;
  context.fill();
  context.lineWidth = ratio;
  context.strokeStyle = DARK;
  context.stroke();
  context.restore();
}

/** A small cross where the object's origin lies. */
export function paintCentre(context, { x, y }, ratio) {
  const arm = 6 * ratio;
  context.save();
  context.beginPath();
  context.moveTo(x - arm, y);
  context.lineTo(x + arm, y);
  context.moveTo(x, y - arm);
  context.lineTo(x, y + arm);
  strokeTwice(context, 1.25 * ratio, LIGHT);
  context.restore();
}

/** Light on dark, so that it shows on any photo. */
function strokeTwice(context, width, colour) {
  context.lineWidth = width + 2;
  context.strokeStyle = DARK;
  context.stroke();
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}
