/**
 * The stage's own websocket: text both ways, frames down. It finds its way back after every loss.
 *
 * @typedef {{onOpen: () => void, onClose: () => void, onMessage: (message: object) => void,
 *            onFrame: (header: object, payload: Uint8Array) => void, onEnded: (reason: string) => void,
 *            onRoundTrip: (ms: number) => void}} Listener
 */

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
const PING_EVERY_MS = 4000;
const SILENCE_MS = 8000;
const ATTEMPTS_BEFORE_ASKING = 3;

export class Connection {
  /** @param {string} url @param {Listener} listener */
  constructor(url, listener) {
    this.url = url;
    this.listener = listener;
    this.socket = null;
    this.attempts = 0;
    this.closed = false;
    this.retryTimer = 0;
    this.pingTimer = 0;
    this.silenceTimer = 0;
    this.goOnline = () => this.#retryNow();
    this.goOffline = () => this.#lose();
    addEventListener("online", this.goOnline);
    addEventListener("offline", this.goOffline);
    this.#connect();
  }

  get open() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Sends if there is a connection; what must not be lost is kept by the caller and sent again from `onOpen`. */
  send(message) {
    if (!this.open) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  close() {
    this.closed = true;
    removeEventListener("online", this.goOnline);
    removeEventListener("offline", this.goOffline);
    clearTimeout(this.retryTimer);
    this.#drop();
  }

  #connect() {
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.attempts = 0;
      this.pingTimer = setInterval(() => this.#ping(), PING_EVERY_MS);
      this.#ping();
      this.listener.onOpen();
    };
    socket.onmessage = ({ data }) => {
      clearTimeout(this.silenceTimer);
      this.silenceTimer = 0;
      if (typeof data === "string") this.#receive(JSON.parse(data));
      else this.listener.onFrame(...readFrame(data));
    };
    socket.onclose = () => this.#lose();
    this.socket = socket;
  }

  #receive(message) {
    if (message.type === "pong") {
      this.listener.onRoundTrip(performance.now() - message.t);
      return;
    }
    if (message.type === "ended") {
      this.close();
      this.listener.onEnded(message.reason ?? "");
      return;
    }
    this.listener.onMessage(message);
  }

  #ping() {
    if (document.hidden || this.silenceTimer) return;
    this.send({ type: "ping", t: performance.now() });
    this.silenceTimer = setTimeout(() => this.#lose(), SILENCE_MS);
  }

  #drop() {
    clearInterval(this.pingTimer);
    clearTimeout(this.silenceTimer);
    this.silenceTimer = 0;
    if (!this.socket) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }

  #lose() {
    if (this.closed) return;
    this.#drop();
    this.listener.onClose();
    this.attempts += 1;
    clearTimeout(this.retryTimer);
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (this.attempts - 1), LONGEST_WAIT_MS);
    // Half of it by chance, so that a room full of people does not come back in one instant.
    this.retryTimer = setTimeout(() => this.#retry(), wait * (0.5 + Math.random() / 2));
  }

  async #retry() {
    if (this.attempts >= ATTEMPTS_BEFORE_ASKING && (await loggedOut())) {
      this.close();
      this.listener.onEnded("");
    } else if (!this.closed && this.socket === null) {
      this.#connect();
    }
  }

  #retryNow() {
    if (this.closed || this.socket !== null) return;
    clearTimeout(this.retryTimer);
    this.#connect();
  }
}

/** A frame: header length (uint32, little endian), header (JSON), picture. @returns {[object, Uint8Array]} */
export function readFrame(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return [header, new Uint8Array(buffer, 4 + length)];
}

/** A refused websocket looks like a lost one; this page itself then leads to the login instead of answering. */
async function loggedOut() {
  try {
    const response = await fetch(location.href, { method: "GET", redirect: "manual", cache: "no-store" });
    return response.type === "opaqueredirect" || response.status === 401 || response.status === 403;
  } catch {
    return false;
  }
}
