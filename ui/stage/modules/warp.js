/**
 * Where a frame belongs now: the picture of an older pose in an older view, moved to the present ones.
 *
 * Exact for px, py, theta and every change of view. Distance is scaled about the centre, off by about
 * viewport·x·z·Δd/d³; azimuth and elevation can only come from the server.
 */

import { rollBetween } from "./pose.js";
import { sameView, toScreen } from "./view.js";

/**
 * Canvas transform (a, b, c, d, e, f) from device pixels of the frame to device pixels of the screen.
 *
 * @param {{pose: import("./pose.js").Pose, view: import("./view.js").View}} from of the frame
 * @param {{pose: import("./pose.js").Pose, view: import("./view.js").View}} to on the screen
 */
export function warp(from, to) {
  const centre = toScreen(from.view, from.pose.px, from.pose.py);
  const target = toScreen(to.view, to.pose.px, to.pose.py);
  const scale = (to.view.scale / from.view.scale) * (from.pose.distance / to.pose.distance);
  const roll = turns(from.pose, to.pose) ? -rollBetween(from.pose, to.pose) : 0;
  const cos = scale * Math.cos(roll);
  const sin = scale * Math.sin(roll);
  return [
    cos, sin, -sin, cos,
    target.x - cos * centre.x + sin * centre.y,
    target.y - sin * centre.x - cos * centre.y,
  ];
}

/** Whether the frame shows exactly the present pose in the present view. */
export function upToDate(from, to) {
  const names = ["distance", "px", "py"];
  return !turns(from.pose, to.pose) && names.every((name) => from.pose[name] === to.pose[name]) &&
    sameView(from.view, to.view);
}

/** Whether the present pose shows another side of the object, which only the server can draw. */
export function showsAnotherSide(from, to) {
  return from.pose.azimuth !== to.pose.azimuth || from.pose.elevation !== to.pose.elevation;
}

function turns(a, b) {
  return a.azimuth !== b.azimuth || a.elevation !== b.elevation || a.theta !== b.theta;
}
