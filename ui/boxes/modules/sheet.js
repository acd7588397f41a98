/**
 * The boxes of one photo as somebody works on them: what is there, which one is chosen, and the way back.
 *
 * @typedef {import("./geometry.js").Corners} Corners
 * @typedef {{key: number, item: number | null, category: number, box: Corners, has: {anything: boolean, people: boolean},
 *            note: string}} Entry `item` null: not saved yet
 * @typedef {{image: number, name: string, width: number, height: number, version: number, boxes: object[]}} Photo
 */

import { sameBox } from "./geometry.js";

const NOTHING = Object.freeze({ anything: false, people: false });

export class Sheet {
  /** @param {Photo} photo @param {() => void} onChange */
  constructor(photo, onChange) {
    this.photo = photo;
    this.onChange = onChange;
    this.nextKey = 1;
    /** @type {readonly Entry[]} never changed in place: each state is a list of its own */
    this.entries = photo.boxes.map((one) =>
      Object.freeze({ key: this.nextKey++, item: one.item, category: one.category, box: one.box, has: one.has, note: one.note }));
    this.saved = this.entries;
    this.past = [];
    this.future = [];
    this.chosen = null;
    this.drag = null;
  }

  get size() {
    return this.photo;
  }

  /** @returns {Entry | null} */
  get chosenEntry() {
    return this.entries.find((entry) => entry.key === this.chosen) ?? null;
  }

  get changed() {
    return this.entries.length !== this.saved.length || this.entries.some((entry) => {
      const before = this.saved.find((other) => other.key === entry.key);
      return !before || before.category !== entry.category || !sameBox(before.box, entry.box);
    });
  }

  choose(key) {
    this.chosen = key;
    this.onChange();
  }

  /** The next box of the list, round and round. */
  chooseNext(step) {
    const { length } = this.entries;
    if (!length) return;
    const at = this.entries.findIndex((entry) => entry.key === this.chosen);
    this.choose(this.entries[at < 0 ? (step > 0 ? 0 : length - 1) : (at + step + length) % length].key);
  }

  add(category, box) {
    const entry = Object.freeze({ key: this.nextKey++, item: null, category, box, has: NOTHING, note: "" });
    this.#become([...this.entries, entry]);
    this.choose(entry.key);
  }

  remove(key) {
    const entry = this.entries.find((other) => other.key === key);
    if (!entry || entry.has.people) return;
    this.#become(this.entries.filter((other) => other !== entry));
    this.choose(null);
  }

  /** @param {Partial<Entry>} change */
  change(key, change) {
    this.#become(this.entries.map((entry) => (entry.key === key ? Object.freeze({ ...entry, ...change }) : entry)));
    this.onChange();
  }

  /** Many small changes that are one step back: from `begin` to `end`, or to `cancel`, which takes them back. */
  begin() {
    this.drag = { entries: this.entries, past: this.past, future: this.future };
  }

  end() {
    const { entries, past } = this.drag;
    this.drag = null;
    if (this.entries !== entries) {
      this.past = [...past, entries];
      this.future = [];
    }
    this.onChange();
  }

  cancel() {
    if (!this.drag) return false;
    Object.assign(this, this.drag);
    this.drag = null;
    this.onChange();
    return true;
  }

  undo() {
    this.#step(this.past, this.future);
  }

  redo() {
    this.#step(this.future, this.past);
  }

  /** What the server is asked to make of the photo. */
  wanted() {
    return this.entries.map(({ item, category, box }) => ({ item, category, box }));
  }

  #step(from, to) {
    if (this.drag || !from.length) return;
    to.push(this.entries);
    this.entries = from.pop();
    if (!this.chosenEntry) this.chosen = null;
    this.onChange();
  }

  #become(entries) {
    if (!this.drag) {
      this.past = [...this.past, this.entries];
      this.future = [];
    }
    this.entries = entries;
  }
}
