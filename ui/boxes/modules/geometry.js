/**
 * Boxes as [x1, y1, x2, y2] in pixels of the photo, x2 > x1 and y2 > y1. Pure arithmetic.
 *
 * @typedef {[number, number, number, number]} Corners
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: -1 | 0 | 1, y: -1 | 0 | 1}} Handle which sides of a box it moves
 */

/** Less than this in pixels of the photo, either way, is no box. */
export const SMALLEST = 2;

/** @type {Handle[]} corners before edges: where both are in reach, the corner is meant */
export const HANDLES = [
  { x: -1, y: -1 }, { x: 1, y: -1 }, { x: 1, y: 1 }, { x: -1, y: 1 },
  { x: 0, y: -1 }, { x: 1, y: 0 }, { x: 0, y: 1 }, { x: -1, y: 0 },
];

const within = (value, low, high) => Math.min(Math.max(value, low), high);

/** A tenth of a pixel is finer than anybody draws, and reads better. */
export const tidy = (value) => Math.round(value * 10) / 10;

/** The box between two points, inside the photo. */
export function between(a, b, size) {
  const [x1, x2] = [within(a.x, 0, size.width), within(b.x, 0, size.width)].sort((p, q) => p - q);
  const [y1, y2] = [within(a.y, 0, size.height), within(b.y, 0, size.height)].sort((p, q) => p - q);
  return [x1, y1, x2, y2].map(tidy);
}

export const isBox = ([x1, y1, x2, y2]) => x2 - x1 >= SMALLEST && y2 - y1 >= SMALLEST;

/** Moved as far as it stays inside the photo; one that reaches beyond already is cut first. */
export function moved(box, dx, dy, size) {
  const [x1, y1, x2, y2] = between({ x: box[0], y: box[1] }, { x: box[2], y: box[3] }, size);
  const [stepX, stepY] = [within(dx, -x1, size.width - x2), within(dy, -y1, size.height - y2)];
  return [x1 + stepX, y1 + stepY, x2 + stepX, y2 + stepY].map(tidy);
}

/** With the sides that the handle holds at the point; pulled over the other side, the box turns over. */
export function resized(box, handle, point, size) {
  const [x1, y1, x2, y2] = box;
  const a = { x: handle.x > 0 ? x1 : x2, y: handle.y > 0 ? y1 : y2 };
  const b = { x: handle.x === 0 ? x1 : point.x, y: handle.y === 0 ? y1 : point.y };
  const made = between(a, b, size);
  return isBox(made) ? made : box;
}

/** Where a handle is. */
export function handlePoint([x1, y1, x2, y2], { x, y }) {
  return { x: x1 + ((x2 - x1) * (x + 1)) / 2, y: y1 + ((y2 - y1) * (y + 1)) / 2 };
}

/** The handle that is nearest to the point, if one is within reach. @returns {Handle | null} */
export function handleAt(box, point, reach) {
  let best = null;
  let nearest = reach;
  for (const handle of HANDLES) {
    const at = handlePoint(box, handle);
    const distance = Math.hypot(at.x - point.x, at.y - point.y);
    if (distance < nearest) [best, nearest] = [handle, distance];
  }
  return best;
}

export const contains = ([x1, y1, x2, y2], { x, y }) => x >= x1 && x <= x2 && y >= y1 && y <= y2;

export const area = ([x1, y1, x2, y2]) => (x2 - x1) * (y2 - y1);

export const sameBox = (a, b) => a.every((value, index) => value === b[index]);
