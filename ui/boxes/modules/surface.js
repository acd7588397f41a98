/**
 * The photo with its boxes, and what the hand does there.
 *
 * Drag beside the boxes (or anywhere with Shift): draw. On a box: move it. On a handle: correct it. Wheel: zoom. Space
 * or middle button: pan. Coordinates and view are those of the annotate stage, so that a box looks the same there.
 */

import { fit, panned, resized as viewOn, toPixel, toScreen, zoomed } from "posewright-stage/view.js";

import { area, between, contains, handleAt, handlePoint, HANDLES, isBox, moved, resized } from "./geometry.js";

const REACH = 9;
const THRESHOLD = 3;
const LIGHT = "rgba(255, 255, 255, 0.95)";
const DARK = "rgba(0, 0, 0, 0.6)";
const CURSORS = { "-1-1": "nwse-resize", 11: "nwse-resize", "1-1": "nesw-resize", "-11": "nesw-resize" };

/** A colour for each category, far from its neighbours'. */
export const colourOf = (place) => `hsl(${(place * 137.5 + 205) % 360} 85% 62%)`;

export class Surface {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{sheet: () => import("./sheet.js").Sheet | null, category: () => number, place: (category: number) => number,
   *          name: (category: number) => string}} page
   */
  constructor(canvas, page) {
    Object.assign(this, { canvas, page });
    this.context = canvas.getContext("2d");
    this.photo = this.view = this.gesture = this.hover = null;
    this.pending = 0;
    this.panning = false;
    this.abort = new AbortController();
    const listen = (type, handler, options = {}) =>
      canvas.addEventListener(type, handler, { signal: this.abort.signal, ...options });
    listen("pointerdown", (event) => this.#down(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", () => this.#up());
    listen("pointercancel", () => this.cancel());
    listen("contextmenu", (event) => event.preventDefault());
    listen("wheel", (event) => this.#wheel(event), { passive: false });
    this.resizing = new ResizeObserver(() => this.#resize());
    this.resizing.observe(canvas);
    this.#resize();
  }

  dispose() {
    this.abort.abort();
    this.resizing.disconnect();
    cancelAnimationFrame(this.pending);
  }

  /** @param {ImageBitmap | HTMLImageElement | null} photo null while it is on its way */
  show(photo) {
    this.photo = photo;
    this.fit();
  }

  fit() {
    const sheet = this.page.sheet();
    this.view = sheet && this.canvas.width > 1 ? fit(sheet.size, this.#screen()) : null;
    this.paint();
  }

  zoom(factor, x = this.canvas.width / 2, y = this.canvas.height / 2) {
    if (!this.view) return;
    this.view = zoomed(this.view, x, y, factor, this.page.sheet().size);
    this.paint();
  }

  /** The middle of what is seen, as a box of a third of it: where a box made by key begins. */
  middle() {
    const { width, height } = this.canvas;
    return between(this.#at(width / 3, height / 3), this.#at((2 * width) / 3, (2 * height) / 3), this.page.sheet().size);
  }

  cancel() {
    const had = this.gesture !== null;
    this.gesture = null;
    this.page.sheet()?.cancel();
    this.paint();
    return had;
  }

  paint() {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      this.#draw();
    });
  }

  #screen() {
    return { width: this.canvas.width, height: this.canvas.height };
  }

  #resize() {
    this.ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth || !clientHeight) return;
    this.canvas.width = Math.round(clientWidth * this.ratio);
    this.canvas.height = Math.round(clientHeight * this.ratio);
    if (this.view) this.view = viewOn(this.view, this.#screen());
    else this.fit();
    this.#draw();
  }

  #point(event) {
    const frame = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - frame.left) * this.ratio, y: (event.clientY - frame.top) * this.ratio };
  }

  /** Pixel of the photo under a device pixel. */
  #at(x, y) {
    const { px, py } = toPixel(this.view, x, y);
    return { x: px, y: py };
  }

  /** What a drag that starts here would do. */
  #aim(event, { x, y }) {
    const sheet = this.page.sheet();
    const at = this.#at(x, y);
    if (event.button === 1 || event.buttons === 4 || this.panning) return { kind: "pan" };
    const chosen = sheet.chosenEntry;
    const handle = chosen && !event.shiftKey && handleAt(chosen.box, at, (REACH * this.ratio) / this.view.scale);
    if (handle) return { kind: "resize", entry: chosen, handle };
    const under = event.shiftKey ? [] : sheet.entries.filter((entry) => contains(entry.box, at));
    const entry = under.includes(chosen) ? chosen : under.sort((a, b) => area(a.box) - area(b.box))[0];
    return entry ? { kind: "move", entry } : { kind: "draw" };
  }

  #down(event) {
    if (!this.view || this.gesture || event.button > 1) return;
    if (event.button === 1) event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    const point = this.#point(event);
    const aim = this.#aim(event, point);
    this.gesture = { ...aim, point, from: point, start: this.#at(point.x, point.y), begun: false };
    if (aim.kind === "move") this.page.sheet().choose(aim.entry.key);
  }

  #move(event) {
    if (!this.view) return;
    const point = this.#point(event);
    const { gesture } = this;
    if (!gesture) {
      const aim = this.#aim(event, point);
      this.canvas.style.cursor = cursorOf(aim);
      this.#hoverOver(aim.kind === "move" ? aim.entry.key : null);
      return;
    }
    if (!gesture.begun) {
      if (Math.hypot(point.x - gesture.from.x, point.y - gesture.from.y) < THRESHOLD * this.ratio) return;
      gesture.begun = true;
      if (gesture.kind !== "pan") this.page.sheet().begin();
    }
    this[`_${gesture.kind}`](gesture, point, this.#at(point.x, point.y));
    gesture.point = point;
    this.paint();
  }

  _pan(gesture, point) {
    this.view = panned(this.view, point.x - gesture.point.x, point.y - gesture.point.y, this.page.sheet().size);
  }

  _move({ entry, start }, _point, at) {
    const sheet = this.page.sheet();
    sheet.change(entry.key, { box: moved(entry.box, at.x - start.x, at.y - start.y, sheet.size) });
  }

  _resize({ entry, handle }, _point, at) {
    const sheet = this.page.sheet();
    sheet.change(entry.key, { box: resized(entry.box, handle, at, sheet.size) });
  }

  _draw(gesture, _point, at) {
    gesture.made = between(gesture.start, at, this.page.sheet().size);
  }

  #up() {
    const { gesture } = this;
    if (!gesture) return;
    this.gesture = null;
    const sheet = this.page.sheet();
    if (gesture.begun && gesture.kind !== "pan") sheet.end();
    if (gesture.kind === "draw" && gesture.made && isBox(gesture.made)) sheet.add(this.page.category(), gesture.made);
    else if (gesture.kind === "draw" && !gesture.begun) sheet.choose(null);
    this.paint();
  }

  #hoverOver(key) {
    if (this.hover === key) return;
    this.hover = key;
    this.paint();
  }

  #wheel(event) {
    event.preventDefault();
    if (!this.view || this.gesture) return;
    const { x, y } = this.#point(event);
    const travel = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 40);
    this.zoom(1.2 ** -Math.max(-4, Math.min(4, travel / 100)), x, y);
  }

  #draw() {
    const { context, view } = this;
    const sheet = this.page.sheet();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!view || !sheet) return;
    const corner = toScreen(view, -0.5, -0.5);
    const [width, height] = [sheet.size.width * view.scale, sheet.size.height * view.scale];
    context.imageSmoothingEnabled = view.scale < 3;
    context.imageSmoothingQuality = "high";
    if (this.photo) context.drawImage(this.photo, corner.x, corner.y, width, height);
    for (const entry of sheet.entries) if (entry.key !== sheet.chosen) this.#box(entry.box, entry.category, entry.key === this.hover);
    const { chosenEntry } = sheet;
    if (chosenEntry) this.#chosen(chosenEntry);
    if (this.gesture?.made) this.#box(this.gesture.made, this.page.category(), true);
  }

  #frame(box) {
    const [a, b] = [toScreen(this.view, box[0], box[1]), toScreen(this.view, box[2], box[3])];
    return [Math.round(a.x) + 0.5, Math.round(a.y) + 0.5, Math.round(b.x - a.x), Math.round(b.y - a.y)];
  }

  #box(box, category, strong) {
    const { context, ratio } = this;
    const frame = this.#frame(box);
    const colour = colourOf(this.page.place(category));
    this.#stroke(frame, DARK, (strong ? 4 : 3) * ratio);
    this.#stroke(frame, colour, (strong ? 2.5 : 1.5) * ratio);
    context.font = `600 ${12 * ratio}px system-ui, sans-serif`;
    const name = this.page.name(category);
    const room = context.measureText(name).width + 10 * ratio;
    const top = frame[1] >= 18 * ratio ? frame[1] - 18 * ratio : frame[1];
    context.fillStyle = colour;
    context.fillRect(frame[0] - ratio, top, room, 18 * ratio);
    context.fillStyle = "#10141a";
    context.fillText(name, frame[0] + 4 * ratio, top + 13 * ratio);
  }

  #chosen({ box, category }) {
    const { context, ratio } = this;
    this.#box(box, category, true);
    this.#stroke(this.#frame(box), LIGHT, ratio);
    const side = 8 * ratio;
    for (const handle of HANDLES) {
      const point = handlePoint(box, handle);
      const { x, y } = toScreen(this.view, point.x, point.y);
      context.fillStyle = LIGHT;
      context.strokeStyle = DARK;
      context.lineWidth = ratio;
      context.beginPath();
      context.rect(x - side / 2, y - side / 2, side, side);
      context.fill();
      context.stroke();
    }
  }

  #stroke([x, y, width, height], colour, line) {
    this.context.strokeStyle = colour;
    this.context.lineWidth = line;
    this.context.strokeRect(x, y, width, height);
  }
}

function cursorOf({ kind, handle }) {
  if (kind === "pan") return "grab";
  if (kind === "move") return "move";
  if (kind === "draw") return "crosshair";
  return CURSORS[`${handle.x}${handle.y}`] ?? (handle.x ? "ew-resize" : "ns-resize");
}
