/**
 * Photos as bitmaps: the last few are kept, each with halved copies so that a large photo is quick to draw small.
 *
 * A very large one is decoded no finer than the screen shows it; its finer copies are decoded, off this thread, when
 * somebody zooms in, and given back when another photo is looked at.
 */

/** Pixels of all photos kept, 4 bytes each; the one in use is always kept. */
const MOST_PIXELS = 100e6;
const SMALLEST_SIDE = 512;
/** Pixels; up to this a photo is decoded whole. */
const LARGE = 12e6;
/** Device pixels of the longer side that a fitted photo has at most on usual screens. */
const FITTED_SIDE = 2560;
const REST_MS = 200;

export class Photos {
  constructor() {
    /** @type {Map<string, Promise<Photo>>} in the order of use */
    this.cache = new Map();
    /** @type {Map<string, Photo>} those that have come */
    this.ready = new Map();
    this.fetching = Promise.resolve();
  }

  /** @returns {Photo | null} without waiting, where it is at hand */
  atHand(url) {
    return this.ready.get(url) ?? null;
  }

  /** @param {string} url @param {{width: number, height: number}} size @returns {Promise<Photo>} rejects where it cannot be had */
  async get(url, size) {
    const loading = this.cache.get(url) ?? load(url, size);
    this.cache.delete(url);
    this.cache.set(url, loading);
    try {
      const photo = await loading;
      if (this.cache.get(url) === loading) this.ready.set(url, photo);
      this.#forgetOldest();
      return photo;
    } catch (error) {
      this.cache.delete(url);
      throw error;
    }
  }

  /**
   * For an item that may be opened soon; a failure shows when it is. One at a time, and none is begun while something
   * moves: decoding a large photo takes the cores that draw.
   * @param {string} url @param {{width: number, height: number}} size @param {() => boolean} isMoving
   */
  fetchAhead(url, size, isMoving) {
    this.fetching = this.fetching.then(async () => {
      while (isMoving()) await new Promise((resolve) => setTimeout(resolve, REST_MS));
      await this.get(url, size).catch(() => {});
    });
  }

  /** Those that nobody looks at keep what a first look needs. @param {Photo} present */
  rest(present) {
    for (const photo of this.ready.values()) if (photo !== present) photo.rest();
  }

  /** The stage may still be painting a photo that is forgotten; the collector frees it once nobody does. */
  #forgetOldest() {
    let pixels = 0;
    const newestFirst = [...this.cache.keys()].reverse();
    for (const url of newestFirst) {
      pixels += this.ready.get(url)?.pixels ?? 0;
      if (pixels <= MOST_PIXELS || url === newestFirst[0]) continue;
      this.cache.delete(url);
      this.ready.delete(url);
    }
  }
}

async function load(url, size) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status}`);
  const photo = new Photo(await response.blob(), size);
  await photo.decode(photo.first);
  return photo;
}

export class Photo {
  /** @param {Blob} blob as it is stored @param {{width: number, height: number}} size in its own pixels */
  constructor(blob, { width, height }) {
    Object.assign(this, { blob, width, height });
    this.isLarge = width * height > LARGE;
    /** The copy that is always there: halved so often. */
    this.first = this.isLarge ? Math.max(0, Math.floor(Math.log2(Math.max(width, height) / FITTED_SIDE))) : 0;
    /** @type {Map<number, ImageBitmap | OffscreenCanvas>} by how often they are halved */
    this.levels = new Map();
    this.decoding = new Map();
  }

  /** Of all its copies. */
  get pixels() {
    return [...this.levels.values()].reduce((sum, image) => sum + image.width * image.height, 0);
  }

  decode(level) {
    if (!this.decoding.has(level)) this.decoding.set(level, this.#decode(level).finally(() => this.decoding.delete(level)));
    return this.decoding.get(level);
  }

  async #decode(level) {
    const options = level === 0 ? {} : {
      resizeWidth: Math.ceil(this.width / 2 ** level), resizeHeight: Math.ceil(this.height / 2 ** level), resizeQuality: "medium",
    };
    this.levels.set(level, await createImageBitmap(this.blob, options));
  }

  /** Keeps the first copy and those coarser than it. */
  rest() {
    for (const [level, image] of this.levels) {
      if (level >= this.first) continue;
      image.close?.();
      this.levels.delete(level);
    }
  }

  /**
   * Draws the part of the photo that a view shows; pixels stay pixels when they are large.
   * @param {() => void} whenFiner called when a finer copy has come that this view needs
   */
  draw(context, view, whenFiner = () => {}) {
    const image = this.#image(view.scale, whenFiner);
    context.imageSmoothingEnabled = view.scale < 3;
    context.imageSmoothingQuality = "high";
    context.setTransform(view.scale, 0, 0, view.scale, -view.left * view.scale, -view.top * view.scale);
    context.drawImage(image, 0, 0, this.width, this.height);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** The smallest copy that still has a pixel for each pixel of the screen, or the finest that is there. */
  #image(scale, whenFiner) {
    let level = 0;
    while (scale <= 0.5 ** (level + 1) && Math.max(this.width, this.height) / 2 ** level > SMALLEST_SIDE) level += 1;
    if (level < this.first && !this.levels.has(level)) {
      this.decode(level).then(whenFiner, () => {});
      return this.levels.get(Math.min(...this.levels.keys()));
    }
    for (let finer = this.first + 1; finer <= level; finer += 1) {
      if (!this.levels.has(finer)) this.levels.set(finer, half(this.levels.get(finer - 1)));
    }
    return this.levels.get(level);
  }
}

function half(image) {
  const canvas = new OffscreenCanvas(Math.ceil(image.width / 2), Math.ceil(image.height / 2));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}
