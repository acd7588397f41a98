/**
 * How the stage feels, measured here: from the event of the hand to the pixels that show it, over the last seconds
 * of work. Every input counts, those too whose pose was never sent because a newer one was: its pixels are the first
 * that show it or something newer. While nothing is to be drawn, nothing is counted.
 */

const WINDOW_MS = 10_000;
const RESTS_AFTER_MS = 150;
const LONGEST_TICK_MS = 500;
const REPORT_EVERY_MS = 5000;
const PINGS_KEPT = 5;
const SLOW_LINE_MS = 150;
const BUSY_SERVER_MS = 120;

export class Meter {
  constructor() {
    /** @type {{seq: number, at: number}[]} inputs whose pixels are not on the screen yet */
    this.waiting = [];
    /** @type {{at: number, ms: number}[]} */
    this.delays = [];
    /** @type {{at: number, ms: number, painted: number}[]} display frames while there was something to draw */
    this.ticks = [];
    /** @type {{at: number, ms: number}[]} server's part of each frame */
    this.served = [];
    this.rtts = [];
    this.frames = 0;
    this.dropped = 0;
    this.stale = 0;
    this.newestPainted = 0;
    this.newestArrived = 0;
    this.paintedSinceTick = 0;
    this.lastInput = -Infinity;
    this.lastTick = 0;
    this.ticking = 0;
    this.reported = 0;
    this.channel = new MessageChannel();
    this.afterPaint = [];
    this.channel.port1.onmessage = () => {
      for (const work of this.afterPaint.splice(0)) work(performance.now());
    };
  }

  /** A pose was asked for because of what the hand did. @param {number} seq */
  asked(seq) {
    const now = performance.now();
    const { timeStamp = now } = window.event ?? {};
    this.waiting.push({ seq, at: Math.min(now, timeStamp) });
    this.lastInput = now;
    if (!this.ticking) {
      this.lastTick = 0;
      this.ticking = requestAnimationFrame((at) => this.#tick(at));
    }
  }

  /** A frame came. @param {{layer: string, seq: number, took_ms?: number}} header */
  arrived({ layer, seq, took_ms: took }) {
    if (layer !== "main") return;
    if (seq > this.newestArrived) this.newestArrived = seq;
    else this.dropped += 1;
    if (took !== undefined) this.served.push({ at: performance.now(), ms: took });
  }

  /** A frame gave way to a newer one before it was painted. */
  overtaken() {
    this.dropped += 1;
  }

  /** A frame that was not on the screen yet is painted in this display frame. */
  painted(seq) {
    this.frames += 1;
    this.paintedSinceTick += 1;
    if (seq < this.newestPainted) this.stale += 1;
    this.newestPainted = Math.max(seq, this.newestPainted);
    this.afterPaint.push((now) => this.#seen(seq, now));
    this.channel.port2.postMessage(null);
  }

  /** Another item: what was asked for the one before has no pixels any more. */
  clear() {
    this.waiting = [];
  }

  rtt(ms) {
    this.rtts = [...this.rtts, ms].slice(-PINGS_KEPT);
  }

  /** @returns {{frames: number, fps: number | null, p50_ms: number | null, p95_ms: number | null, dropped: number, stale: number, rtt_ms: number | null, raf_fps: number | null}} */
  stats() {
    this.#forget(performance.now());
    const delays = this.delays.map(({ ms }) => ms);
    const seconds = this.ticks.reduce((sum, { ms }) => sum + ms, 0) / 1000;
    const rate = (count) => (seconds > 0 ? rounded(count / seconds) : null);
    return {
      frames: this.frames,
      fps: rate(this.ticks.reduce((sum, { painted }) => sum + painted, 0)),
      p50_ms: rounded(quantile(delays, 0.5)),
      p95_ms: rounded(quantile(delays, 0.95)),
      dropped: this.dropped,
      stale: this.stale,
      rtt_ms: rounded(quantile(this.rtts, 0.5)),
      raf_fps: rate(this.ticks.length),
    };
  }

  /** Why it may feel slow, if it does. @returns {{cause: "line" | "server", ms: number} | null} */
  get trouble() {
    const line = quantile(this.rtts, 0.5);
    if (line > SLOW_LINE_MS) return { cause: "line", ms: Math.round(line) };
    this.#forget(performance.now());
    const server = this.served.length > PINGS_KEPT ? quantile(this.served.map(({ ms }) => ms), 0.5) : null;
    return server > BUSY_SERVER_MS ? { cause: "server", ms: Math.round(server) } : null;
  }

  /** What to tell the server, at most every few seconds and only after work. @returns {object | null} */
  report() {
    const now = performance.now();
    if (now - this.reported < REPORT_EVERY_MS || this.ticks.length === 0) return null;
    this.reported = now;
    return { type: "stats", ...this.stats() };
  }

  #seen(seq, now) {
    const later = this.waiting.findIndex((input) => input.seq > seq);
    const seen = this.waiting.splice(0, later < 0 ? this.waiting.length : later);
    for (const { at } of seen) this.delays.push({ at: now, ms: now - at });
  }

  #tick(at) {
    const ms = this.lastTick ? at - this.lastTick : 0;
    if (ms > 0 && ms < LONGEST_TICK_MS) this.ticks.push({ at, ms, painted: this.paintedSinceTick });
    this.paintedSinceTick = 0;
    this.lastTick = at;
    const rests = this.waiting.length === 0 && performance.now() - this.lastInput > RESTS_AFTER_MS;
    this.ticking = rests || document.hidden ? 0 : requestAnimationFrame((next) => this.#tick(next));
  }

  #forget(now) {
    for (const list of [this.delays, this.ticks, this.served]) {
      const first = list.findIndex(({ at }) => now - at < WINDOW_MS);
      list.splice(0, first < 0 ? list.length : first);
    }
  }
}

function quantile(values, part) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

function rounded(value) {
  return value === null ? null : Math.round(10 * value) / 10;
}
