/**
 * What must reach the server, in order: gestures, and between them saves and clears.
 *
 * Gestures go out one after another without waiting. A save or a clear speaks of everything before it, so it
 * waits until that is acknowledged (a save also until it may be seen, `ready`), and what comes after waits for it.
 * Gestures are kept in the browser's storage until acknowledged: a crash loses none.
 *
 * @typedef {{id: string, kind: "op" | "clear" | "save", message: object, ready?: () => boolean,
 *            sent: boolean}} Entry
 */

export class Outbox {
  /** @param {(message: object) => boolean} send @param {() => number} version newest version that we know of */
  constructor(send, version) {
    this.send = send;
    this.version = version;
    /** @type {Entry[]} */
    this.entries = [];
  }

  get empty() {
    return this.entries.length === 0;
  }

  has(kind) {
    return this.entries.some((entry) => entry.kind === kind);
  }

  add(kind, id, message, ready) {
    this.entries.push({ id, kind, message, ready, sent: false });
    this.pump();
  }

  /** Sends whatever may go now. */
  pump() {
    for (const [place, entry] of this.entries.entries()) {
      if (entry.kind === "op") {
        if (!entry.sent) entry.sent = this.send(entry.message);
        if (!entry.sent) return;
        continue;
      }
      if (!entry.sent && place === 0 && (entry.ready?.() ?? true)) {
        entry.sent = this.send({ ...entry.message, base_version: this.version() });
      }
      return;
    }
  }

  /** The server answered an entry, well or badly; it is done with. @returns {Entry | undefined} */
  settle(id) {
    const place = this.entries.findIndex((entry) => entry.id === id);
    if (place < 0) return undefined;
    const [entry] = this.entries.splice(place, 1);
    this.pump();
    return entry;
  }

  /** Takes an entry back that has not gone out yet. */
  withdraw(id) {
    this.entries = this.entries.filter((entry) => entry.id !== id || entry.sent);
    this.pump();
  }

  /** The connection is gone: whatever was not acknowledged will be sent again. */
  lost() {
    for (const entry of this.entries) entry.sent = false;
  }
}

/** Unacknowledged gestures in the browser's storage, one record each, so that two tabs do not overwrite. */
export class OpJournal {
  /** @param {Storage} storage @param {number} userId whose gestures these are */
  constructor(storage, userId) {
    this.storage = storage;
    this.prefix = `posewright:op:${userId}:`;
    this.savePrefix = `posewright:save:${userId}:`;
    this.order = 0;
  }

  keep(assignment, op) {
    this.order += 1;
    try {
      this.storage.setItem(`${this.prefix}${assignment}:${op.op_id}`, JSON.stringify({ op, order: this.order }));
    } catch {
      // Storage full or forbidden: the gesture still goes out, it only would not survive a crash of this tab.
    }
  }

  forget(assignment, opId) {
    this.storage.removeItem(`${this.prefix}${assignment}:${opId}`);
  }

  /** The kept gestures of an assignment, oldest first. */
  of(assignment) {
    return this.#records()
      .filter((record) => record.assignment === assignment)
      .sort((a, b) => (a.op.ended_at < b.op.ended_at ? -1 : a.op.ended_at > b.op.ended_at ? 1 : a.order - b.order))
      .map((record) => record.op);
  }

  /** The newest save of an assignment, until the server has answered it. @param {{id: string, answer: object}} save */
  keepSave(assignment, save) {
    try {
      this.storage.setItem(`${this.savePrefix}${assignment}`, JSON.stringify(save));
    } catch {
      // As above.
    }
  }

  saveOf(assignment) {
    return this.#read(`${this.savePrefix}${assignment}`, null);
  }

  forgetSave(assignment, id) {
    if (this.saveOf(assignment)?.id === id) this.storage.removeItem(`${this.savePrefix}${assignment}`);
  }

  /** The assignments with a save that the server has not answered. */
  saves() {
    return Object.keys(this.storage)
      .filter((key) => key.startsWith(this.savePrefix))
      .map((key) => Number(key.slice(this.savePrefix.length)));
  }

  assignments() {
    return [...new Set(this.#records().map((record) => record.assignment))];
  }

  #records() {
    return Object.keys(this.storage)
      .filter((key) => key.startsWith(this.prefix))
      .map((key) => ({ assignment: Number(key.slice(this.prefix.length).split(":")[0]), ...this.#read(key) }))
      .filter((record) => record.op);
  }

  #read(key, otherwise = {}) {
    try {
      return JSON.parse(this.storage.getItem(key)) ?? otherwise;
    } catch {
      this.storage.removeItem(key);
      return otherwise;
    }
  }
}
