/**
 * The picture: photo, overlays and view on two canvases, painted once a display frame when something changed.
 *
 * The photo lies on a canvas of its own, repainted only when the view changes; everything that moves is above.
 * `drawnSeq` is the number of the newest frame that is on the screen.
 *
 * @typedef {import("./answer.js").Answer} Answer
 * @typedef {"photo" | "pose" | "prediction" | "saved" | null} Hold what a held key shows instead
 */

import { roomOf, viewWith } from "./looking.js";
import { LAYER as MINIATURE, Miniature } from "./miniature.js";
import { LAYER as OFFER, Offer } from "./offer.js";
import { ALONE_COLOUR, ALONE_LINES, REFERENCE_COLOUR, paintBox, paintCentre, paintOthers, paintOverlay, paintRing } from "./painter.js";
import { Overlay } from "./overlay.js";
import { PARAMETERS } from "./pose.js";
import { isShaded } from "./settings.js";
import * as views from "./view.js";
import { showsAnotherSide, warp } from "./warp.js";

/** Thin lines need more opacity than a body to be seen as well. */
const THIN_LINES = 0.4;
/** So much more than the item's box do the small pictures show: a model may be larger than it. */
const PREVIEW_ROOM = 2;

export class Picture {
  /**
   * @param {{photo: HTMLCanvasElement, overlay: HTMLCanvasElement,
   *          previews: {photo: HTMLCanvasElement, pose: HTMLCanvasElement}}} canvases
   * @param {import("./frames.js").FrameRequests} frames
   * @param {{onPainted: (seq: number) => void, onOvertaken: () => void, onLooked?: (room: number | null) => void,
   *          onMoved?: () => void}} listener
   */
  constructor(canvases, frames, settings, listener) {
    this.canvases = canvases;
    this.contexts = { photo: canvases.photo.getContext("2d"), overlay: canvases.overlay.getContext("2d") };
    this.frames = frames;
    this.miniature = new Miniature(canvases.previews.pose, frames);
    this.offer = new Offer(frames);
    this.settings = settings;
    this.listener = listener;
    this.ratio = 1;
    this.screen = { width: 1, height: 1 };
    this.view = null;
    this.drawnSeq = 0;
    this.scheduled = 0;
    /** Painted over everything else: the drags of others. @type {{paint: (context: object, view: object, ratio: number) => void} | null} */
    this.ghosts = null;
    this.hover = { ring: false, near: false };
    /** Without a connection what is not up to date is painted fainter. */
    this.offline = false;
    this.clear();
  }

  /** Nothing to show: between two items. */
  clear() {
    for (const overlay of this.#overlays()) overlay.close();
    this.miniature.clear();
    this.offer.clear();
    /** @type {Answer | null} */
    this.answer = null;
    this.item = null;
    this.photo = null;
    this.main = null;
    this.reference = null;
    this.others = new Map();
    /** @type {Hold} */
    this.hold = null;
    this.fitted = true;
    this.photoChanged = this.previewChanged = true;
    this.invalidate();
  }

  /**
   * @param {{assignment: number, image: {width: number, height: number}, box: number[],
   *          others: {id: number, box: number[], answer: Answer | null}[],
   *          prediction: Answer | null}} item
   * @param {Overlay | null} overlay a frame that was fetched ahead, or is left from the last visit
   */
  setItem(item, answer, overlay = null) {
    this.clear();
    this.item = item;
    this.answer = answer;
    this.#lookFirst();
    this.main = overlay;
    if (overlay && shows(overlay.header, this.#wanted(answer))) {
      overlay.header = { ...overlay.header, layer: "main", seq: this.frames.adopt("main", this.#wanted(answer)) };
    } else {
      if (overlay) overlay.header = { ...overlay.header, layer: "main", seq: 0 };
      this.show(answer, { detail: "full" });
    }
    this.miniature.show(answer, item.viewport);
    this.#showOthers();
  }

  /** As near as this person looks from item to item. */
  #lookFirst() {
    const { item, screen } = this;
    this.view = this.firstView = viewWith(this.settings.room, item.box, item.image, screen);
    this.fitted = this.view.scale === views.fit(item.image, screen).scale;
  }

  /** Gives the present frame away, for when the item is shown again. @returns {Overlay | null} */
  release() {
    const { main } = this;
    this.main = null;
    if (main?.header.detail === "full") return main;
    main?.close();
    return null;
  }

  setPhoto(photo) {
    this.photo = photo;
    this.photoChanged = this.previewChanged = true;
    this.invalidate();
  }

  /** The size of the canvases in CSS pixels, and device pixels for each. */
  resize(width, height, ratio) {
    const screen = { width: Math.max(1, Math.round(width * ratio)), height: Math.max(1, Math.round(height * ratio)) };
    if (screen.width === this.screen.width && screen.height === this.screen.height) return;
    this.ratio = ratio;
    this.screen = screen;
    this.previewChanged = true;
    for (const canvas of [this.canvases.photo, this.canvases.overlay]) Object.assign(canvas, screen);
    for (const canvas of Object.values(this.canvases.previews)) {
      canvas.width = Math.round(canvas.clientWidth * ratio);
      canvas.height = Math.round(canvas.clientHeight * ratio);
    }
    if (!this.item) return this.invalidate();
    if (this.view === this.firstView) {
      this.#lookFirst();
      this.setView(this.view, this.fitted);
    } else {
      this.setView(this.fitted ? views.fit(this.item.image, screen) : views.resized(this.view, screen), this.fitted);
    }
  }

  setView(view, fitted = false) {
    this.view = view;
    this.fitted = fitted;
    this.photoChanged = true;
    this.invalidate();
    if (this.answer) this.show(this.answer, { detail: "full" });
    this.#showOthers();
    this.#showReference();
    this.showBeside(this.offer.answer, this.offer.colour);
  }

  /** Another answer as an outline, or none. @param {Answer | null} answer */
  showBeside(answer, colour) {
    if (this.item && this.view && this.offer.show(answer, colour, this.view)) this.invalidate();
  }

  fit() {
    if (this.item) this.#look(views.fit(this.item.image, this.screen), { fitted: true, room: null });
  }

  frameBox() {
    if (this.item) this.#look(views.frame(this.item.box, this.item.image, this.screen));
  }

  zoom(factor, x = this.screen.width / 2, y = this.screen.height / 2) {
    if (this.item) this.#look(views.zoomed(this.view, x, y, factor, this.item.image));
  }

  pan(dx, dy) {
    if (this.item) this.#look(views.panned(this.view, dx, dy, this.item.image), { room: this.settings.room });
  }

  /** A part of the photo that the person at this screen chose. */
  #look(view, { fitted = false, room = roomOf(view, this.item.box, this.item.image) } = {}) {
    this.listener.onLooked?.(room);
    this.setView(view, fitted);
  }

  /** Shows an answer at once as far as the last frame allows, and asks for its own frame. @returns {number} */
  show(answer, { detail, pinned = false }) {
    this.answer = answer;
    this.invalidate();
    const wanted = this.#wanted(answer);
    if (detail === "full") this.miniature.show(answer, this.item.viewport);
    if (detail === "full" && this.#isThere(wanted)) return this.main.header.seq;
    return this.frames.request("main", { ...wanted, detail }, { pinned });
  }

  setSettings(settings) {
    const modeChanged = settings.mode !== this.settings.mode;
    const othersChanged = settings.others !== this.settings.others;
    this.settings = settings;
    if (modeChanged && this.answer) this.show(this.answer, { detail: "full" });
    if (othersChanged) this.#showOthers();
    this.invalidate();
  }

  /** @param {Hold} hold */
  setHold(hold, answer = null) {
    this.hold = hold;
    this.referenceAnswer = answer;
    this.reference = null;
    this.#showReference();
    this.invalidate();
  }

  async receive(header, payload) {
    let overlay;
    try {
      overlay = await Overlay.decode(header, payload);
    } catch {
      return;
    }
    const older = (other) => other && other.header.seq > header.seq;
    if (header.assignment !== this.item?.assignment || older(this.#layer(header.layer))) {
      overlay.close();
      return;
    }
    if (header.layer === MINIATURE || header.layer === OFFER) {
      (header.layer === OFFER ? this.offer : this.miniature).receive(overlay);
      this.invalidate();
      return;
    }
    if (header.layer === "main" && this.main && this.main.header.seq !== this.drawnSeq) this.listener.onOvertaken();
    this.#layer(header.layer)?.close();
    if (header.layer === "main") this.main = overlay;
    else if (header.layer === "reference") this.reference = overlay;
    else this.others.set(header.layer, overlay);
    this.invalidate();
  }

  /** The object can't be drawn: better none than another one. */
  dropMain() {
    this.main?.close();
    this.main = null;
    this.miniature.clear();
    this.invalidate();
  }

  /** The pose in hand, and that of the overlay which is painted, in radians: for measurements. */
  get poses() {
    const painted = this.main?.header.seq === this.drawnSeq ? this.main.pose : null;
    return { wanted: this.answer?.pose ?? null, painted };
  }

  /** Whether nothing of the object can be in the photo. */
  get outside() {
    return this.answer !== null && this.miniature.outside(this.answer, this.item.image);
  }

  /** Whether what is on the screen shows another side or another model than the answer. */
  get stale() {
    if (!this.main || !this.answer) return false;
    return showsAnotherSide(this.main, this.answer) || this.main.header.cad_index !== this.answer.cad_index;
  }

  /** Whether the object is at a device pixel, or within `slack` of it. */
  covers(x, y, slack) {
    if (!this.main || !this.answer) return false;
    const [a, b, c, d, e, f] = warp(this.main, this.#now());
    const size = a * d - b * c;
    return this.main.covers((d * (x - e) - c * (y - f)) / size, (a * (y - f) - b * (x - e)) / size, slack);
  }

  /** Where the ring about the object is, in device pixels. */
  ring() {
    const centre = views.toScreen(this.view, this.answer.pose.px, this.answer.pose.py);
    const limits = [48 * this.ratio, 0.46 * Math.min(this.screen.width, this.screen.height)];
    let reach = 0;
    if (this.main?.plane) {
      const { x, y, width, height, view, pose } = this.main.header;
      const own = views.toScreen(view, pose.px, pose.py);
      const extents = [own.x - x, x + width - own.x, own.y - y, y + height - own.y];
      reach = Math.max(...extents) * (this.view.scale / view.scale) * (pose.distance / this.answer.pose.distance);
    }
    const radius = Math.min(Math.max(reach + 16 * this.ratio, limits[0]), Math.max(...limits));
    return { ...centre, radius };
  }

  setHover(hover) {
    if (hover.ring === this.hover.ring && hover.near === this.hover.near) return;
    this.hover = hover;
    this.invalidate();
  }

  invalidate() {
    this.scheduled ||= requestAnimationFrame(() => {
      this.scheduled = 0;
      this.#paint();
    });
  }

  /** Paints no more. */
  dispose() {
    cancelAnimationFrame(this.scheduled);
    this.scheduled = -1; // never scheduled again
  }

  #now() {
    return { pose: this.answer.pose, view: this.view };
  }

  #wanted({ pose, cad_index }) {
    return { pose, cad_index, view: this.view, mode: this.settings.mode };
  }

  /** Whether the newest frame asked for has come, in full detail, and is what is wanted: nothing to ask for then. */
  #isThere(wanted) {
    return this.main !== null && this.frames.newest("main") === this.main.header.seq && shows(this.main.header, wanted);
  }

  #showReference() {
    if (!this.referenceAnswer || !this.item) return;
    this.frames.request("reference", { ...this.#wanted(this.referenceAnswer), detail: "full" });
  }

  #showOthers() {
    if (!this.settings.others || !this.item) return;
    for (const { id, answer } of this.item.others) {
      if (!answer) continue;
      this.frames.request(`other:${id}`, { ...this.#wanted(answer), mode: "silhouette", detail: "full" });
    }
  }

  #layer(name) {
    if (name === "main") return this.main;
    if (name === MINIATURE) return this.miniature.overlay;
    if (name === OFFER) return this.offer.overlay;
    return name === "reference" ? this.reference : this.others.get(name);
  }

  #overlays() {
    return [this.main, this.reference, ...(this.others?.values() ?? [])].filter(Boolean);
  }

  #paint() {
    if (this.photoChanged) this.#paintPhoto();
    const { overlay: context } = this.contexts;
    context.clearRect(0, 0, this.screen.width, this.screen.height);
    if (this.answer) this.#paintAnswer(context);
    this.listener.onMoved?.();
    this.#paintPreviews();
    if (this.main?.header.seq && this.answer && this.drawnSeq !== this.main.header.seq) {
      this.drawnSeq = this.main.header.seq;
      this.listener.onPainted(this.drawnSeq);
    }
  }

  #paintPhoto() {
    const { photo: context } = this.contexts;
    context.clearRect(0, 0, this.screen.width, this.screen.height);
    if (this.photo && this.view) this.photo.draw(context, this.view, () => this.#finer());
    this.photoChanged = false;
  }

  #finer() {
    this.photoChanged = true;
    this.invalidate();
  }

  #paintAnswer(context) {
    const { mode, colour, opacity: chosen, others } = this.settings;
    const opacity = isShaded(mode) ? chosen : chosen ** THIN_LINES;
    if (this.hold === "photo") return;
    if (this.hold === "pose") {
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, this.screen.width, this.screen.height);
      if (this.main) paintOverlay(context, this.main, this.#now(), { colour: this.#aloneColour(), opacity: 1 });
      return;
    }
    if (others) {
      paintOthers(context, this.others.values(), this.view);
      for (const { box } of this.item.others) paintBox(context, box, this.view, this.ratio, false);
      paintBox(context, this.item.box, this.view, this.ratio, true);
    }
    if (this.hold) {
      const reference = { pose: this.referenceAnswer?.pose, view: this.view };
      if (this.reference && reference.pose) {
        paintOverlay(context, this.reference, reference, { colour: REFERENCE_COLOUR, opacity });
      }
      return;
    }
    if (this.main) {
      const faint = this.offline && this.stale ? 0.5 : 1;
      paintOverlay(context, this.main, this.#now(), { colour, opacity: opacity * faint });
    }
    paintCentre(context, views.toScreen(this.view, this.answer.pose.px, this.answer.pose.py), this.ratio);
    this.offer.paint(context, this.view);
    this.ghosts?.paint(context, this.view, this.ratio);
    if (this.hover.near) paintRing(context, this.ring(), this.answer.pose.theta, this.ratio, this.hover.ring);
  }

  /** The two small pictures: the photo without overlay, framed on the item, and the pose alone on white. */
  #paintPreviews() {
    const { photo } = this.canvases.previews;
    this.miniature.paint(this.answer, this.item?.viewport);
    if (this.item && this.previewChanged) {
      const view = views.frame(this.item.box, this.item.image, photo, PREVIEW_ROOM);
      const small = photo.getContext("2d");
      small.clearRect(0, 0, photo.width, photo.height);
      this.photo?.draw(small, view);
      this.previewChanged = false;
    }
  }

  #aloneColour() {
    return isShaded(this.settings.mode) ? ALONE_COLOUR : ALONE_LINES;
  }
}

/** Whether a frame is exactly what is wanted, in full detail. */
function shows(header, { pose, cad_index: cadIndex, view, mode }) {
  const samePose = PARAMETERS.every((name) => header.pose[name] === pose[name]);
  const sameKind = header.detail === "full" && header.mode === mode && header.cad_index === cadIndex;
  return samePose && sameKind && views.sameView(header.view, view);
}
