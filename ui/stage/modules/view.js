/**
 * The part of the photo on the screen. Pure arithmetic.
 *
 * Image coordinates U are corner-based: U = u + 0.5 with u as OpenCV counts pixel centres; a point U shows at device
 * pixel X = (U − left) · scale. The object is `domain.view.View`.
 *
 * @typedef {{left: number, top: number, scale: number, width: number, height: number}} View device pixels
 * @typedef {{width: number, height: number}} Size
 */

const LARGEST_SCALE = 64;
const SMALLEST_OF_FIT = 0.5;

function about(centreX, centreY, scale, { width, height }) {
  return { left: centreX - width / 2 / scale, top: centreY - height / 2 / scale, scale, width, height };
}

/** The whole photo, centred. @param {Size} image @param {Size} screen @returns {View} */
export function fit(image, screen) {
  const scale = Math.min(screen.width / image.width, screen.height / image.height);
  return about(image.width / 2, image.height / 2, scale, screen);
}

/** A box (x1, y1, x2, y2) with room about it: `room` times as much as it needs. @returns {View} */
export function frame([x1, y1, x2, y2], image, screen, room = 1.5) {
  const whole = fit(image, screen).scale;
  const scale = Math.min(screen.width / ((x2 - x1) * room), screen.height / ((y2 - y1) * room));
  return about((x1 + x2) / 2 + 0.5, (y1 + y2) / 2 + 0.5, Math.min(Math.max(scale, whole), LARGEST_SCALE), screen);
}

/** Zoomed by a factor; what lies under the device pixel (x, y) stays there. */
export function zoomed(view, x, y, factor, image) {
  const whole = fit(image, view).scale;
  const scale = Math.min(Math.max(view.scale * factor, whole * SMALLEST_OF_FIT), LARGEST_SCALE);
  const { u, v } = toCorner(view, x, y);
  return kept({ ...view, scale, left: u - x / scale, top: v - y / scale }, image);
}

/** Moved by device pixels. */
export function panned(view, dx, dy, image) {
  return kept({ ...view, left: view.left - dx / view.scale, top: view.top - dy / view.scale }, image);
}

/** On a screen of another size, with the same point in the middle. */
export function resized(view, screen) {
  return about(view.left + view.width / 2 / view.scale, view.top + view.height / 2 / view.scale, view.scale, screen);
}

/** At least a corner of the photo stays on the screen. */
function kept(view, image) {
  const margin = 80 / view.scale;
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  return {
    ...view,
    left: clamp(view.left, margin - view.width / view.scale, image.width - margin),
    top: clamp(view.top, margin - view.height / view.scale, image.height - margin),
  };
}

/** Corner-based image coordinates of a device pixel. */
export function toCorner(view, x, y) {
  return { u: view.left + x / view.scale, v: view.top + y / view.scale };
}

/** Device pixel of OpenCV image coordinates. */
export function toScreen(view, px, py) {
  return { x: (px + 0.5 - view.left) * view.scale, y: (py + 0.5 - view.top) * view.scale };
}

/** OpenCV image coordinates of a device pixel. */
export function toPixel(view, x, y) {
  return { px: view.left + x / view.scale - 0.5, py: view.top + y / view.scale - 0.5 };
}

export function sameView(a, b) {
  return ["left", "top", "scale", "width", "height"].every((name) => a[name] === b[name]);
}
