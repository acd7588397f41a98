/**
 * One frame from the server: its picture, the picture in the chosen colour, and where the object is in it.
 *
 * A frame is grey and opaque on transparent ground (solid) or white with alpha (wireframe, silhouette).
 */

const MASK_SIDE = 160;

export class Overlay {
  /** @param {object} header as the server sent it @param {ImageBitmap | null} bitmap null where nothing shows */
  constructor(header, bitmap) {
    this.header = header;
    this.bitmap = bitmap;
    this.tints = new Map();
    this.mask = null;
  }

  /** @param {object} header @param {Uint8Array} payload @returns {Promise<Overlay>} */
  static async decode(header, payload) {
    if (header.width * header.height === 0) return new Overlay(header, null);
    const blob = new Blob([payload], { type: header.media_type });
    return new Overlay(header, await createImageBitmap(blob));
  }

  get pose() {
    return this.header.pose;
  }

  get view() {
    return this.header.view;
  }

  close() {
    this.bitmap?.close();
    this.bitmap = null;
    this.tints.clear();
  }

  /** The picture in a colour: shades stay, transparency stays. @param {string} colour */
  tinted(colour) {
    if (!this.tints.has(colour)) {
      const { width, height } = this.bitmap;
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      context.drawImage(this.bitmap, 0, 0);
      context.globalCompositeOperation = "multiply";
      context.fillStyle = colour;
      context.fillRect(0, 0, width, height);
      context.globalCompositeOperation = "destination-in";
      context.drawImage(this.bitmap, 0, 0);
      this.tints.set(colour, canvas);
    }
    return this.tints.get(colour);
  }

  /** Draws it where the transform puts it. @param {number[]} transform see warp.js */
  draw(context, transform, colour, opacity, crisp) {
    if (!this.bitmap) return;
    context.save();
    context.setTransform(...transform);
    context.globalAlpha = opacity;
    context.imageSmoothingEnabled = !crisp;
    context.drawImage(this.tinted(colour), this.header.x, this.header.y);
    context.restore();
  }

  /**
   * Whether a device pixel of the frame's own view lies on the object, holes filled, `slack` pixels about it too.
   */
  covers(x, y, slack) {
    if (!this.bitmap) return false;
    this.mask ??= filledMask(this.bitmap, this.header);
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

/**
 * A coarse mask of the object: everything that cannot be reached from outside without crossing something drawn,
 * so that an outline counts as the whole object. A side cut off by the screen's edge does not count as outside.
 */
function filledMask(bitmap, { x, y, width, height, view }) {
  const step = Math.max(1, Math.max(width, height) / MASK_SIDE);
  const columns = Math.ceil(width / step);
  const rows = Math.ceil(height / step);
  const context = new OffscreenCanvas(columns, rows).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "medium";
  context.drawImage(bitmap, 0, 0, width / step, height / step);
  const alpha = context.getImageData(0, 0, columns, rows).data;
  const drawn = (cell) => alpha[4 * cell + 3] > 8;

  const outside = new Uint8Array(columns * rows);
  const open = [];
  const visit = (column, row) => {
    if (column < 0 || row < 0 || column >= columns || row >= rows) return;
    const cell = row * columns + column;
    if (outside[cell] || drawn(cell)) return;
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
