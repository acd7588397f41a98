/**
 * Photos as bitmaps: the last few are kept, each with halved copies so that a large photo is quick to draw small.
 */

/** Pixels of all photos kept, 4 bytes each; the one in use is always kept. */
const MOST_PIXELS = 100e6;
const SMALLEST_SIDE = 512;

export class Photos {
  constructor() {
    /** @type {Map<string, Promise<Photo>>} in the order of use */
    this.cache = new Map();
  }

  /** @param {string} url @returns {Promise<Photo>} rejects where the photo cannot be had */
  async get(url) {
    const loading = this.cache.get(url) ?? load(url);
    this.cache.delete(url);
    this.cache.set(url, loading);
    try {
      const photo = await loading;
      await this.#forgetOldest();
      return photo;
    } catch (error) {
      this.cache.delete(url);
      throw error;
    }
  }

  /** The stage may still be painting a photo that is forgotten; the collector frees it once nobody does. */
  async #forgetOldest() {
    let pixels = 0;
    for (const [url, loading] of [...this.cache].reverse()) {
      const photo = await loading.catch(() => null);
      pixels += photo ? photo.width * photo.height : 0;
      if (pixels > MOST_PIXELS && url !== [...this.cache.keys()].at(-1)) this.cache.delete(url);
    }
  }
}

async function load(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status}`);
  return new Photo([await createImageBitmap(await response.blob())]);
}

class Photo {
  /** @param {ImageBitmap[]} levels the photo, then halves of it as they are needed */
  constructor(levels) {
    this.levels = levels;
    this.width = levels[0].width;
    this.height = levels[0].height;
  }

  /** Draws the part of the photo that a view shows; pixels stay pixels when they are large. */
  draw(context, view) {
    const level = this.#level(view.scale);
    const image = this.levels[level];
    context.imageSmoothingEnabled = view.scale < 3;
    context.imageSmoothingQuality = "high";
    context.setTransform(view.scale, 0, 0, view.scale, -view.left * view.scale, -view.top * view.scale);
    context.drawImage(image, 0, 0, this.width, this.height);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** The smallest copy that still has a pixel for each pixel of the screen. */
  #level(scale) {
    let level = 0;
    while (scale <= 0.5 ** (level + 1) && Math.max(this.levels[level].width, this.levels[level].height) > SMALLEST_SIDE) {
      if (level + 1 === this.levels.length) this.levels.push(half(this.levels[level]));
      level += 1;
    }
    return level;
  }
}

function half(image) {
  const canvas = new OffscreenCanvas(Math.ceil(image.width / 2), Math.ceil(image.height / 2));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
