/**
 * Measures the stage from inside its page; injected by the benchmarks, no part of the program.
 *
 * Looks at the beginning of each display frame: what the hand has done for this one, and what the last one painted.
 * Input counts from the time that the browser gave the event, before it waited for its display frame; pixels count
 * from the call that draws them.
 */
(() => {
  const probe = {
    recording: false,
    frames: 0,          // display frames
    drawn: 0,           // of the server's overlays
    stale: 0,           // older than what was there
    latencies: [],      // input → its overlay, or a newer one, painted
    intervals: [],      // between display frames
    moves: [],          // input → own overlay moved
    events: 0,
    waits: [],          // event → its handlers, the browser's own share of `moves`
    watched: null,      // the parameter that `moves` is about
    next: null,         // key → next item drawn
  };
  const inputs = [];
  const warps = [];
  const fresh = [];
  let asked = 0;
  let drawnSeq = 0;
  let lastFrame = 0;
  let paintedAt = 0;
  let place = "";
  let placeBefore = "";
  let value = null;

  const drawImage = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...args) {
    if (this.canvas === probe.overlay) {
      const { a, b, c, d, e, f } = this.getTransform();
      place = [a, b, c, d, e, f, args[1], args[2]].join();
      paintedAt = performance.now();
    }
    return drawImage.apply(this, args);
  };

  const onInput = (event) => {
    if (!probe.recording) return;
    probe.events += 1;
    probe.waits.push(performance.now() - event.timeStamp);
    fresh.push(event.timeStamp);
  };
  addEventListener("pointermove", onInput);

  function look(now) {
    const state = window.posewright?.state?.();
    if (!state?.pose) return;
    if (probe.next) lookForNext(state, performance.now());
    if (!probe.recording) {
      fresh.length = inputs.length = warps.length = 0;
      remember(state);
      drawnSeq = state.drawn_seq;
      placeBefore = place;
      lastFrame = 0;
      return;
    }
    probe.frames += 1;
    if (lastFrame) probe.intervals.push(now - lastFrame);
    lastFrame = now;
    if (state.drawn_seq !== drawnSeq) {
      probe.drawn += 1;
      if (state.drawn_seq < drawnSeq) probe.stale += 1;
      drawnSeq = state.drawn_seq;
      while (inputs.length > 0 && inputs[0].seq <= drawnSeq) probe.latencies.push(paintedAt - inputs.shift().at);
    }
    if (place !== placeBefore) {
      placeBefore = place;
      while (warps.length > 0) probe.moves.push(paintedAt - warps.shift());
    }
    if (fresh.length > 0) {
      // Of several events for one display frame the first has waited longest.
      if (state.sent_seq !== asked) inputs.push({ at: fresh[0], seq: state.sent_seq });
      if (probe.watched && state.pose[probe.watched] !== value) warps.push(fresh[0]);
      fresh.length = 0;
    }
    remember(state);
  }

  function remember(state) {
    asked = state.sent_seq;
    value = probe.watched && state.pose[probe.watched];
  }

  const tick = (now) => {
    requestAnimationFrame(tick);
    look(now);
  };
  requestAnimationFrame(tick);

  function lookForNext(state, now) {
    const { next } = probe;
    if (next.took !== null || state.item !== next.item) return;
    if (state.sent_seq === 0 || state.drawn_seq !== state.sent_seq) return;
    if (!next.overlay) next.overlay = now - next.at;
    if (!showsPhoto(next.colour)) return;
    if (!next.photo) next.photo = now - next.at;
    const thumbnails = [...document.querySelectorAll("[data-testid^='model-'] img")];
    if (!thumbnails.every((image) => image.complete && image.naturalWidth > 0)) return;
    next.took = now - next.at;
  }

  /** Whether the block in the photo's corner has this colour on the screen. */
  function showsPhoto(colour) {
    const { left, top, scale, ratio } = window.posewright.view();
    const [x, y] = [Math.round((probe.mark / 2 - left) * scale), Math.round((probe.mark / 2 - top) * scale)];
    const pixel = probe.photo.getContext("2d").getImageData(x, y, 1, 1).data;
    return pixel[3] === 255 && colour.every((value, channel) => Math.abs(value - pixel[channel]) < 20);
  }

  window.benchmark = {
    /** Once the stage is there. */
    attach(mark) {
      const [photo, overlay] = document.querySelectorAll("[data-testid='stage'] canvas");
      Object.assign(probe, { photo, overlay, mark });
    },
    start(watched = null) {
      Object.assign(probe, { frames: 0, drawn: 0, stale: 0, events: 0, waits: [], latencies: [], intervals: [], moves: [], watched });
      probe.recording = true;
      probe.startedAt = performance.now();
    },
    stop() {
      probe.recording = false;
      const { frames, drawn, stale, events, waits, latencies, intervals, moves } = probe;
      return { seconds: (performance.now() - probe.startedAt) / 1000, frames, drawn, stale, events, waits, latencies, intervals, moves, unanswered: inputs.length };
    },
    /** The next key that goes on is timed until this item is on the screen, its photo known by the colour. */
    expect(item, colour) {
      probe.next = { item, colour, at: Infinity, took: null, overlay: 0, photo: 0 };
      addEventListener("keydown", (event) => (probe.next.at = event.timeStamp), { capture: true, once: true });
    },
    next: () => probe.next,
    showsPhoto,
    overlay: () => probe.overlay.toDataURL("image/png"),
  };
})();
