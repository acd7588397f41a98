/**
 * What a person says of an item, and changes to it by field group; mirrors domain/answer.py.
 *
 * @typedef {{pose: import("./pose.js").Pose, cad_index: number,
 *            object_status: string | null, dense: string | null}} Answer
 * @typedef {Object<string, Object<string, number | string | null>>} GroupValues values of whole groups by name
 * @typedef {Object<string, {before: object, after: object}>} Changes
 */

import { PARAMETERS } from "./pose.js";

const FIELDS = Object.freeze({
  rotation: ["azimuth", "elevation", "theta"],
  centre: ["px", "py"],
  distance: ["distance"],
  model: ["cad_index"],
  quality: ["object_status"],
  density: ["dense"],
});
export const GROUPS = Object.freeze(Object.keys(FIELDS));

/** The answer with exactly the fields that the wire knows; the viewport belongs to the item. @returns {Answer} */
export function readAnswer({ pose, cad_index, object_status = null, dense = null }) {
  return { pose: Object.fromEntries(PARAMETERS.map((name) => [name, pose[name]])), cad_index, object_status, dense };
}

function field(answer, name) {
  return name in answer.pose ? answer.pose[name] : answer[name];
}

export function valuesOf(answer, group) {
  return Object.fromEntries(FIELDS[group].map((name) => [name, field(answer, name)]));
}

/** The answer with whole groups replaced. @param {GroupValues} groups */
export function withGroups(answer, groups) {
  const next = { ...answer, pose: { ...answer.pose } };
  for (const values of Object.values(groups)) {
    for (const [name, value] of Object.entries(values)) {
      if (name in next.pose) next.pose[name] = value;
      else next[name] = value;
    }
  }
  return next;
}

/** The groups in which two answers differ, exactly. @returns {Changes} */
export function difference(before, after) {
  const changes = {};
  for (const group of GROUPS) {
    if (FIELDS[group].some((name) => field(before, name) !== field(after, name))) {
      changes[group] = { before: valuesOf(before, group), after: valuesOf(after, group) };
    }
  }
  return changes;
}

/** One side of some changes, ready for `withGroups`. @param {"before" | "after"} side @returns {GroupValues} */
export function side(changes, which) {
  return Object.fromEntries(Object.entries(changes).map(([group, change]) => [group, change[which]]));
}

export function same(a, b) {
  return Object.keys(difference(a, b)).length === 0;
}

/** What a save still needs, in the order of the page; a bad object needs nothing more. */
export function missing(answer) {
  if (answer.object_status === "status_bad") return [];
  return ["object_status", "dense"].filter((name) => answer[name] === null);
}
