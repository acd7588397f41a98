/** Small things about the words on the page. */

import { keysOf } from "./keys.js";

/** A text with its {places} filled. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Hover help: what it does, and the keys that do it too. */
export function tip(text, action) {
  const keys = keysOf(action);
  return keys ? `${text}   ${keys}` : text;
}

/** A CAD model's name where it says more than its number does. */
export function modelName({ name, cad_index: index }) {
  return Number(name) === index ? "" : name;
}
