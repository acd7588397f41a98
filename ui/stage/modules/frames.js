/**
 * Which frames to ask for: on every layer the newest only, and never more than one unanswered; two of what moves under
 * the hand, so that the server draws one while the other is on its way.
 *
 * @typedef {{pose: object, cad_index: number, view: object, mode: string, detail: "drag" | "full"}} Wanted
 * @typedef {{seq: number, wanted: Wanted, pinned?: boolean}} Request
 * @typedef {{flying: Request[], pinned: Request | null, next: Request | null, newest: Request | null}} Layer
 */

const RETRY_MS = 1500;
/** A render worker that died is back within two seconds; what is not answered by then was lost on the way. */
const PATIENCE_MS = 8000;
/** Measured in docs/performance.md: with one, half of a slow line is idle. */
const MOST_MOVING = 2;

export class FrameRequests {
  /** @param {(message: object) => boolean} send */
  constructor(send) {
    this.send = send;
    this.seq = 0;
    /** @type {Map<string, Layer>} */
    this.layers = new Map();
    this.paused = true;
    this.retryTimer = 0;
    this.patienceTimer = 0;
  }

  /**
   * Asks for a frame. A pinned one is drawn even if a newer one is asked for meanwhile: a save speaks of it.
   * @param {string} layer @param {Wanted} wanted @returns {number} its number
   */
  request(layer, wanted, { pinned = false } = {}) {
    this.seq += 1;
    const request = { seq: this.seq, wanted, pinned };
    const state = this.#layer(layer);
    state.newest = request;
    if (pinned) {
      state.pinned = request;
      state.next = null;
    } else {
      state.next = request;
    }
    this.pump();
    return request.seq;
  }

  /** A frame that is there already is what is wanted: counts it as asked for and answered. @returns {number} */
  adopt(layer, wanted) {
    this.seq += 1;
    const state = this.#layer(layer);
    state.newest = { seq: this.seq, wanted };
    state.next = state.pinned = null;
    return this.seq;
  }

  /** Number of the newest frame asked for on a layer. */
  newest(layer) {
    return this.layers.get(layer)?.newest?.seq ?? 0;
  }

  /** A frame came, or the word that there will be none; older ones of the layer will not come any more. */
  answered(layer, seq) {
    const state = this.layers.get(layer);
    if (state) state.flying = state.flying.filter((request) => request.seq > seq);
    clearTimeout(this.patienceTimer);
    if ([...this.layers.values()].some(({ flying }) => flying.length > 0)) this.#wait();
    this.pump();
  }

  /** The server could not draw the newest just now: ask once more in a while. */
  retryLater(layer) {
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => {
      const state = this.layers.get(layer);
      if (state && !state.next && !state.pinned && state.flying.length === 0) state.next = state.newest;
      this.pump();
    }, RETRY_MS);
  }

  /** No connection, or nobody looks: nothing is in flight, and the newest wish of each layer stays. */
  pause() {
    this.paused = true;
    clearTimeout(this.patienceTimer);
    this.#giveUpWaiting();
  }

  /** Ready for an item: asks for what is wanted. */
  resume() {
    this.paused = false;
    this.pump();
  }

  /** Another item: what the old one wanted is void. Numbers go on, so that late frames are known as old. */
  clear() {
    clearTimeout(this.retryTimer);
    clearTimeout(this.patienceTimer);
    this.layers.clear();
  }

  /** The object in hand first; other layers only while it rests, one at a time. */
  pump() {
    if (this.paused) return;
    const main = this.#layer("main");
    this.#send("main", main);
    if (main.flying.length > 0) return;
    for (const [name, state] of this.layers) {
      if (state.flying.length > 0) return;
      this.#send(name, state);
      if (state.flying.length > 0) return;
    }
  }

  #send(name, state) {
    const request = state.pinned ?? state.next;
    if (!request || !this.#mayFly(name, state.flying)) return;
    if (!this.send({ type: "pose", seq: request.seq, layer: name, ...request.wanted })) return;
    state.flying.push(request);
    this.#wait();
    if (request === state.pinned) state.pinned = null;
    else state.next = null;
  }

  /** On the server the newest wins: what follows a pinned frame waits until that is answered. */
  #mayFly(name, flying) {
    if (flying.length === 0) return true;
    return name === "main" && flying.length < MOST_MOVING && !flying.some((other) => other.pinned);
  }

  #wait() {
    clearTimeout(this.patienceTimer);
    this.patienceTimer = setTimeout(() => {
      this.#giveUpWaiting();
      this.pump();
    }, PATIENCE_MS);
  }

  /** What is in flight will not arrive; it is asked for again unless something newer is. */
  #giveUpWaiting() {
    for (const state of this.layers.values()) {
      const [newest] = state.flying.slice(-1);
      if (newest?.pinned) state.pinned ??= newest;
      else if (newest && !state.pinned && !state.next) state.next = newest;
      state.flying = [];
    }
  }

  #layer(name) {
    if (!this.layers.has(name)) this.layers.set(name, { flying: [], pinned: null, next: null, newest: null });
    return this.layers.get(name);
  }
}
