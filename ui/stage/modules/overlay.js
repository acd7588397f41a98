/**
 * One frame from the server: what each of its pixels shows, that in the chosen colour, and where the object is in it.
 *
 * A frame is one byte a pixel, deflated: 0 where nothing is, else a shade or, of lines, the alpha, as the header says.
 * It is unpacked here and not as an image of the browser's: that would go by way of two other processes, which takes
 * most of a display frame when the machine is busy.
 */

const MASK_SIDE = 160;
/** What lies beside lines, so wide in device pixels: a line as bright as the photo is seen by it. */
const EDGE = 1;
const EDGE_OPACITY = 0.6;
const EDGE_LEVELS = 32;

export class Overlay {
  /** @param {object} header as the server sent it @param {Uint8Array | null} plane row by row; null where nothing shows */
  constructor(header, plane) {
    this.header = header;
    this.plane = plane;
    this.tints = new Map();
    this.mask = null;
  }

  /** @param {object} header @param {Uint8Array} payload @returns {Promise<Overlay>} rejects what is no frame */
  static async decode(header, payload) {
    if (header.width * header.height === 0) return new Overlay(header, null);
    const plane = await inflated(payload);
    if (plane.length !== header.width * header.height) throw new RangeError("a frame of another size than it says");
    return new Overlay(header, plane);
  }

  get pose() {
    return this.header.pose;
  }

  get view() {
    return this.header.view;
  }

  close() {
    this.plane = null;
    this.tints.clear();
  }

  /** The picture in a colour. @param {string} colour as #rrggbb @returns {OffscreenCanvas} */
  tinted(colour) {
    if (!this.tints.has(colour)) {
      const { width, height, shaded } = this.header;
      const canvas = new OffscreenCanvas(width, height);
      const image = new ImageData(width, height);
      const pixels = new Uint32Array(image.data.buffer);
      const colours = palette(shaded, colour);
      for (let index = 0; index < pixels.length; index += 1) pixels[index] = colours[this.plane[index]];
      canvas.getContext("2d").putImageData(image, 0, 0);
      this.tints.set(colour, canvas);
    }
    return this.tints.get(colour);
  }

  /** Lines in a colour, with edges of the opposite brightness: larger than the frame by `EDGE` on every side. */
  #edged(colour) {
    const key = `edged ${colour}`;
    if (!this.tints.has(key)) {
      const { lines, edges, width, height } = withEdges(this.plane, this.header);
      const canvas = new OffscreenCanvas(width, height);
      const image = new ImageData(width, height);
      const pixels = new Uint32Array(image.data.buffer);
      const colours = edgedPalette(colour);
      for (let index = 0; index < pixels.length; index += 1) {
        if (edges[index]) pixels[index] = colours[((edges[index] >> 3) << 8) | lines[index]];
      }
      canvas.getContext("2d").putImageData(image, 0, 0);
      this.tints.set(key, canvas);
    }
    return this.tints.get(key);
  }

  /** Draws it where the transform puts it. @param {number[]} transform see warp.js */
  draw(context, transform, colour, opacity, crisp) {
    if (!this.plane) return;
    context.save();
    context.setTransform(...transform);
    context.globalAlpha = opacity;
    context.imageSmoothingEnabled = !crisp;
    const { shaded, x, y } = this.header;
    if (shaded) context.drawImage(this.tinted(colour), x, y);
    else context.drawImage(this.#edged(colour), x - EDGE, y - EDGE);
    context.restore();
  }

  /**
   * Whether a device pixel of the frame's own view lies on the object, holes filled, `slack` pixels about it too.
   */
  covers(x, y, slack) {
    if (!this.plane) return false;
    this.mask ??= filledMask(this.plane, this.header);
    const { cells, columns, rows, step } = this.mask;
    const reach = Math.ceil(slack / step);
    const column = Math.floor((x - this.header.x) / step);
    const row = Math.floor((y - this.header.y) / step);
    for (let r = Math.max(row - reach, 0); r <= Math.min(row + reach, rows - 1); r += 1) {
      for (let c = Math.max(column - reach, 0); c <= Math.min(column + reach, columns - 1); c += 1) {
        if (cells[r * columns + c]) return true;
      }
    }
    return false;
  }
}

/** @param {Uint8Array} bytes zlib's format @returns {Promise<Uint8Array>} */
async function inflated(bytes) {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  // What is wrong with the bytes is thrown by the reading side.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  return new Uint8Array(await new Response(stream.readable).arrayBuffer());
}

const palettes = new Map();

/** @param {string} colour as #rrggbb @returns {number[]} red, green and blue, 0 to 255 */
function channelsOf(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/** What each byte looks like, as ImageData keeps pixels. @param {boolean} shaded or lines @param {string} colour */
function palette(shaded, colour) {
  const key = `${shaded} ${colour}`;
  if (!palettes.has(key)) {
    const channels = channelsOf(colour);
    const bytes = new Uint8ClampedArray(4 * 256);
    for (let value = 1; value < 256; value += 1) {
      const rgb = shaded ? channels.map((channel) => (channel * value) / 255) : channels;
      bytes.set([...rgb, shaded ? 255 : value], 4 * value);
    }
    palettes.set(key, new Uint32Array(bytes.buffer));
  }
  return palettes.get(key);
}

/** What a line looks like on its edge, at `(edge >> 3) << 8 | line` for the alpha of both; see `palette`. */
function edgedPalette(colour) {
  const key = `edged ${colour}`;
  if (!palettes.has(key)) {
    const channels = channelsOf(colour);
    const [red, green, blue] = channels;
    const beside = 0.3 * red + 0.6 * green + 0.1 * blue > 96 ? 0 : 255;
    const bytes = new Uint8ClampedArray(4 * 256 * EDGE_LEVELS);
    for (let index = 0; index < 256 * EDGE_LEVELS; index += 1) {
      const line = (index & 255) / 255;
      const edge = ((1 - line) * EDGE_OPACITY * (index >> 8)) / (EDGE_LEVELS - 1);
      const alpha = line + edge;
      if (alpha === 0) continue;
      const rgb = channels.map((channel) => (channel * line + beside * edge) / alpha);
      bytes.set([...rgb, 255 * alpha], 4 * index);
    }
    palettes.set(key, new Uint32Array(bytes.buffer));
  }
  return palettes.get(key);
}

/** The alpha of lines and of what lies under and beside them, both with room for it on every side. */
function withEdges(plane, header) {
  const [width, height] = [header.width + 2 * EDGE, header.height + 2 * EDGE];
  const lines = new Uint8Array(width * height);
  const edges = new Uint8Array(width * height);
  const around = [];
  for (let v = -EDGE; v <= EDGE; v += 1) for (let u = -EDGE; u <= EDGE; u += 1) around.push(v * width + u);
  for (let v = 0, index = 0; v < header.height; v += 1) {
    const row = (v + EDGE) * width + EDGE;
    for (let u = 0; u < header.width; u += 1, index += 1) {
      const value = plane[index];
      if (value === 0) continue;
      lines[row + u] = value;
      for (const step of around) if (edges[row + u + step] < value) edges[row + u + step] = value;
    }
  }
  return { lines, edges, width, height };
}

/**
 * A coarse mask of the object: everything that cannot be reached from outside without crossing something drawn,
 * so that an outline counts as the whole object. A side cut off by the screen's edge does not count as outside.
 */
function filledMask(plane, { x, y, width, height, view }) {
  const step = Math.max(1, Math.max(width, height) / MASK_SIDE);
  const columns = Math.ceil(width / step);
  const rows = Math.ceil(height / step);
  const shown = new Uint8Array(columns * rows);
  for (let v = 0, index = 0; v < height; v += 1) {
    const row = Math.floor(v / step) * columns;
    for (let u = 0; u < width; u += 1, index += 1) if (plane[index]) shown[row + Math.floor(u / step)] = 1;
  }

  const outside = new Uint8Array(columns * rows);
  const open = [];
  const visit = (column, row) => {
    if (column < 0 || row < 0 || column >= columns || row >= rows) return;
    const cell = row * columns + column;
    if (outside[cell] || shown[cell]) return;
    outside[cell] = 1;
    open.push(cell);
  };
  for (let column = 0; column < columns; column += 1) {
    if (y > 0) visit(column, 0);
    if (y + height < view.height) visit(column, rows - 1);
  }
  for (let row = 0; row < rows; row += 1) {
    if (x > 0) visit(0, row);
    if (x + width < view.width) visit(columns - 1, row);
  }
  while (open.length > 0) {
    const cell = open.pop();
    const column = cell % columns;
    const row = (cell - column) / columns;
    visit(column - 1, row);
    visit(column + 1, row);
    visit(column, row - 1);
    visit(column, row + 1);
  }
  // An object that fills the screen in solid mode is fully inside; a bare line there would have no inside at all.
  const cells = outside.map((value) => 1 - value);
  return { cells, columns, rows, step };
}
