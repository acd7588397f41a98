/**
 * The drags of others, as outlines over one's own picture: each person's newest frame, moved to their newest pose.
 *
 * The frames are those that the other's own browser gets. Nothing is asked for here, so a ghost costs no drawing.
 */

import { Overlay } from "./overlay.js";
import { personColour } from "./presence.js";
import { warp } from "./warp.js";

const LAYER = /^ghost:(\d+)$/;
const DARK = "rgb(12 14 18)";
/** Device pixels about the object: the person's colour, and the dark line that shows it on any photo. */
const LINE = 2;
const EDGE = 1.25;
const AROUND = [[1, 0], [0.7, 0.7], [0, 1], [-0.7, 0.7], [-1, 0], [-0.7, -0.7], [0, -1], [0.7, -0.7]];

/** @returns {number | null} whose frames a layer has */
export function personOfLayer(layer) {
  const found = LAYER.exec(layer);
  return found ? Number(found[1]) : null;
}

export class Ghosts {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** @type {Map<number, {name: string, pose: object, overlay: Overlay | null, outline: OffscreenCanvas | null}>} */
    this.people = new Map();
  }

  /** Whose there are, for scripts. */
  get shown() {
    return [...this.people].map(([id, { name, overlay }]) => ({ id, name, drawn: overlay !== null }));
  }

  /** @param {object} message `moving` */
  moved({ assignment, by, pose, groups, left }) {
    if (assignment !== this.session.item?.assignment) return;
    if (groups.length === 0 || left) this.#drop(by.id);
    else this.people.set(by.id, { overlay: null, outline: null, ...this.people.get(by.id), name: by.name, pose });
    this.session.picture?.invalidate();
  }

  async drawn(id, header, payload) {
    if (!this.people.has(id)) return;
    const overlay = await Overlay.decode(header, payload).catch(() => null);
    const ghost = this.people.get(id);
    if (!overlay || !ghost || header.assignment !== this.session.item?.assignment || ghost.overlay?.header.seq > header.seq) {
      overlay?.close();
      return;
    }
    ghost.overlay?.close();
    Object.assign(ghost, { overlay, outline: null });
    this.session.picture?.invalidate();
  }

  clear() {
    for (const id of [...this.people.keys()]) this.#drop(id);
  }

  #drop(id) {
    this.people.get(id)?.overlay?.close();
    this.people.delete(id);
  }

  /** @param {CanvasRenderingContext2D} context @param {import("./view.js").View} view @param {number} ratio */
  paint(context, view, ratio) {
    for (const [id, ghost] of this.people) {
      if (ghost.overlay?.plane) this.#paintGhost(context, id, ghost, view, ratio);
    }
  }

  #paintGhost(context, id, ghost, view, ratio) {
    const { overlay, pose, name } = ghost;
    const colour = personColour(id);
    ghost.outline ??= outlined(overlay.tinted("#ffffff"), colour, ratio);
    const transform = warp(overlay, { pose, view });
    const { x, y } = overlay.header;
    const margin = marginOf(ratio);
    context.save();
    context.setTransform(...transform);
    context.drawImage(ghost.outline, x - margin, y - margin);
    context.restore();
    paintName(context, name, colour, topOf(overlay, transform), ratio);
  }
}

function marginOf(ratio) {
  return Math.ceil((LINE + EDGE) * ratio);
}

/** What lies about a shape, in two tones; the shape itself is left out. @param {OffscreenCanvas} shape */
function outlined(shape, colour, ratio) {
  const margin = marginOf(ratio);
  const canvas = new OffscreenCanvas(shape.width + 2 * margin, shape.height + 2 * margin);
  const context = canvas.getContext("2d");
  context.drawImage(widened(shape, margin, (LINE + EDGE) * ratio, DARK), 0, 0);
  context.drawImage(widened(shape, margin, LINE * ratio, colour), 0, 0);
  context.globalCompositeOperation = "destination-out";
  context.drawImage(shape, margin, margin);
  return canvas;
}

/** The shape in one colour, so much wider on all sides. */
function widened(shape, margin, width, colour) {
  const canvas = new OffscreenCanvas(shape.width + 2 * margin, shape.height + 2 * margin);
  const context = canvas.getContext("2d");
  for (const [dx, dy] of AROUND) context.drawImage(shape, margin + width * dx, margin + width * dy);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Middle of the upper side of where a frame is shown, in device pixels. */
function topOf({ header: { x, y, width, height } }, [a, b, c, d, e, f]) {
  const corners = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]];
  const seen = corners.map(([u, v]) => [a * u + c * v + e, b * u + d * v + f]);
  const columns = seen.map(([u]) => u);
  return { x: (Math.min(...columns) + Math.max(...columns)) / 2, y: Math.min(...seen.map(([, v]) => v)) };
}

function paintName(context, name, colour, { x, y }, ratio) {
  context.save();
  context.font = `600 ${12 * ratio}px system-ui, sans-serif`;
  const width = context.measureText(name).width + 12 * ratio;
  const height = 18 * ratio;
  const left = x - width / 2;
  const top = Math.max(2 * ratio, y - height - 6 * ratio);
  context.beginPath();
  context.roundRect(left, top, width, height, height / 2);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = EDGE * ratio;
  context.strokeStyle = DARK;
  context.stroke();
  context.fillStyle = DARK;
  context.textBaseline = "middle";
  context.fillText(name, left + 6 * ratio, top + height / 2 + 0.5 * ratio);
  context.restore();
}
