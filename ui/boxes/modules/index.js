/** What the box editor is built from. */

export { moved, resized, sameBox } from "./geometry.js";
export { BINDINGS, meant, written } from "./keys.js";
export { Sheet } from "./sheet.js";
export { colourOf, Surface } from "./surface.js";
