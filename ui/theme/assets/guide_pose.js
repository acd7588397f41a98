/**
 * A picture with a model in it that can be dragged: the guide's figure and the practice item.
 *
 * Poses are as in domain/pose.py: radians, CAD units, picture pixels with their centres at whole numbers. The server
 * draws azimuth and elevation; centre, roll and distance move the last frame at once, and a newer one follows.
 */

const DEGREE = Math.PI / 180;
const DEGREES_PER_PIXEL = 0.4;
const LARGEST_SIDE = 1600;
const AGAIN_MS = 150;
const SLACK = 8;
export const NUMBERS = ["azimuth", "elevation", "theta", "distance", "px", "py"];

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
export const wrapped = (angle) => Math.atan2(Math.sin(angle), Math.cos(angle));

/** R_camera_object, row by row. */
export function rotation({ azimuth, elevation, theta }) {
  const [ca, sa, ce, se, ct, st] = [azimuth, elevation, theta].flatMap((angle) => [Math.cos(angle), Math.sin(angle)]);
  const tilted = [[ca, sa, 0], [se * sa, -se * ca, -ce], [-ce * sa, ce * ca, -se]];
  return [
    tilted[0].map((value, k) => ct * value + st * tilted[1][k]),
    tilted[0].map((value, k) => -st * value + ct * tilted[1][k]),
    tilted[2],
  ];
}

/** Degrees between two rotations. */
export function rotationError(a, b) {
  const [first, second] = [rotation(a), rotation(b)];
  const trace = first.flat().reduce((sum, value, k) => sum + value * second.flat()[k], 0);
  return Math.acos(clamp((trace - 1) / 2, -1, 1)) / DEGREE;
}

export class PoseCanvas {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{size: {width: number, height: number}, pose: object, model: string, viewport: number, colour: string,
   *   photo?: HTMLImageElement, steps?: Object<string, string[]>, decorate?: Function,
   *   onChange?: Function, onTrouble?: (trouble: boolean) => void}} options
   *   `steps`: keys by number, less and more; `decorate(context, project, scale, ratio)` draws
   *   over the model; ratio: canvas pixels for a pixel of the page
   */
  constructor(canvas, options) {
    Object.assign(this, { steps: {}, onChange() {}, onTrouble() {}, ...options, canvas });
    this.context = canvas.getContext("2d");
    this.frame = null;
    this.asking = false;
    this.listen();
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  get scale() {
    return this.canvas.width / this.size.width;
  }

  set(change) {
    const pose = { ...this.pose, ...change };
    pose.elevation = clamp(pose.elevation, -Math.PI / 2, Math.PI / 2);
    pose.px = clamp(pose.px, 0, this.size.width);
    pose.py = clamp(pose.py, 0, this.size.height);
    pose.distance = clamp(pose.distance, 0.5, 200);
    this.pose = pose;
    this.changed();
  }

  setModel(model) {
    this.model = model;
    this.changed();
  }

  changed() {
    this.onChange(this.pose);
    this.paintSoon();
    this.ask();
  }

  resize() {
    // Frames have hard edges: drawn finer than the screen and scaled down they are smooth.
    const ratio = Math.min(2, LARGEST_SIDE / Math.max(this.canvas.clientWidth, 1));
    this.canvas.width = Math.round(this.canvas.clientWidth * ratio);
    this.canvas.height = Math.round((this.canvas.width * this.size.height) / this.size.width);
    this.paintSoon();
    this.ask();
  }

  /** Asks for the newest pose; never more than one question at a time. */
  async ask() {
    this.wanted = true;
    if (this.asking || !this.canvas.width) return;
    this.asking = true;
    while (this.wanted) {
      this.wanted = false;
      const { pose, model } = this;
      const view = { left: 0, top: 0, scale: this.scale, width: this.canvas.width, height: this.canvas.height };
      try {
        const answer = await fetch(`/how-to/frame?${new URLSearchParams({ model, ...pose, viewport: this.viewport, ...view })}`);
        if (answer.status === 429) {
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
          this.wanted = true;
          continue;
        }
        if (!answer.ok) throw new Error(String(answer.status));
        this.frame = { pose, scale: this.scale, ...(await this.unpack(answer)) };
        this.onTrouble(false);
        this.paintSoon();
      } catch {
        this.onTrouble(true);
      }
    }
    this.asking = false;
  }

  async unpack(answer) {
    const [x, y, width, height] = answer.headers.get("X-Frame").split(" ").map(Number);
    if (!width || !height) return { x, y, width: 0, height: 0, plane: new Uint8Array(), picture: null };
    const plain = new Response(answer.body.pipeThrough(new DecompressionStream("deflate")));
    const plane = new Uint8Array(await plain.arrayBuffer());
    const pixels = new ImageData(width, height);
    const tint = [1, 3, 5].map((place) => parseInt(this.colour.slice(place, place + 2), 16) / 255);
    plane.forEach((shade, k) => shade && pixels.data.set([...tint.map((part) => part * shade), 255], 4 * k));
    const picture = new OffscreenCanvas(width, height);
    picture.getContext("2d").putImageData(pixels, 0, 0);
    return { x, y, width, height, plane, picture };
  }

  paintSoon() {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      this.paint();
    });
  }

  paint() {
    const { context, canvas, scale, frame, pose } = this;
    context.resetTransform();
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (this.photo?.complete) context.drawImage(this.photo, 0, 0, canvas.width, canvas.height);
    if (frame?.picture) {
      context.globalAlpha = this.photo ? 0.68 : 1;
      context.setTransform(this.warp());
      context.drawImage(frame.picture, frame.x, frame.y);
      context.resetTransform();
      context.globalAlpha = 1;
    }
    this.decorate?.(context, (point) => this.project(point, pose), scale, canvas.width / canvas.clientWidth);
    canvas.dataset.drawn = String(Boolean(frame) && !this.asking);
  }

  /** From the last frame's pixels to where they belong with the present pose. */
  warp() {
    const { frame, pose, scale } = this;
    const zoom = (frame.pose.distance / pose.distance) * (scale / frame.scale);
    return new DOMMatrix()
      .translate((pose.px + 0.5) * scale, (pose.py + 0.5) * scale)
      .rotate(-(pose.theta - frame.pose.theta) / DEGREE)
      .scale(zoom)
      .translate(-(frame.pose.px + 0.5) * frame.scale, -(frame.pose.py + 0.5) * frame.scale);
  }

  /** Canvas pixels of a point of the object. */
  project(point, pose = this.pose) {
    const [x, y, z] = rotation(pose).map((row) => row[0] * point[0] + row[1] * point[1] + row[2] * point[2]);
    const reach = this.viewport / (z + pose.distance);
    return { x: (reach * x + pose.px + 0.5) * this.scale, y: (reach * y + pose.py + 0.5) * this.scale };
  }

  covers(x, y) {
    const { frame } = this;
    if (!frame?.picture) return false;
    const spot = this.warp().inverse().transformPoint({ x, y });
    const [u, v] = [Math.floor(spot.x) - frame.x, Math.floor(spot.y) - frame.y];
    for (const du of [-SLACK, 0, SLACK]) {
      for (const dv of [-SLACK, 0, SLACK]) {
        const inside = u + du >= 0 && u + du < frame.width && v + dv >= 0 && v + dv < frame.height;
        if (inside && frame.plane[(v + dv) * frame.width + u + du]) return true;
      }
    }
    return false;
  }

  listen() {
    const { canvas } = this;
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      const ratio = canvas.width / box.width;
      return { x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio, ratio };
    };
    let drag = null;
    canvas.addEventListener("pointerdown", (event) => {
      const from = at(event);
      const kind = event.shiftKey ? "theta" : event.button === 0 && this.covers(from.x, from.y) ? "move" : "turn";
      drag = { from, kind, pose: this.pose };
      canvas.setPointerCapture(event.pointerId);
      canvas.dataset.doing = kind;
    });
    canvas.addEventListener("pointermove", (event) => {
      const spot = at(event);
      if (!drag) {
        canvas.dataset.over = this.covers(spot.x, spot.y) ? "move" : "turn";
        return;
      }
      const { pose, from, kind } = drag;
      const [dx, dy] = [spot.x - from.x, spot.y - from.y];
      if (kind === "move") this.set({ px: pose.px + dx / this.scale, py: pose.py + dy / this.scale });
      else if (kind === "theta") {
        const angle = ({ x, y }) => Math.atan2(y - (pose.py + 0.5) * this.scale, x - (pose.px + 0.5) * this.scale);
        this.set({ theta: wrapped(pose.theta - angle(spot) + angle(from)) });
      } else {
        const reach = (DEGREES_PER_PIXEL / spot.ratio) * DEGREE;
        const [cos, sin] = [Math.cos(pose.theta), Math.sin(pose.theta)];
        const azimuth = pose.azimuth - reach * (cos * dx - sin * dy);
        this.set({ azimuth, elevation: pose.elevation + reach * (sin * dx + cos * dy) });
      }
    });
    const stop = () => {
      drag = null;
      delete canvas.dataset.doing;
    };
    canvas.addEventListener("pointerup", stop);
    canvas.addEventListener("pointercancel", stop);
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /** A person's own keys; Shift is coarse, Alt finest, as while labelling. */
  key(event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const name = NUMBERS.find((number) => this.steps[number]?.includes(key));
    if (!name || event.metaKey || (event.ctrlKey && key.length === 1)) return false;
    event.preventDefault();
    this.step(name, this.steps[name].indexOf(key) ? 1 : -1, event.shiftKey ? "coarse" : event.altKey || event.ctrlKey ? "finest" : "fine");
    return true;
  }

  step(name, direction, size = "fine") {
    const { pose } = this;
    const angle = { finest: 0.1, fine: 1, coarse: 30 }[size] * DEGREE;
    const diagonal = 0.4 * Math.hypot(this.size.width, this.size.height);
    const move = diagonal / { finest: 500, fine: 60, coarse: 10 }[size];
    const factor = 1 + { finest: 0.002, fine: 0.02, coarse: 0.15 }[size];
    if (name === "distance") this.set({ distance: pose.distance * factor ** direction });
    else this.set({ [name]: pose[name] + direction * (name.startsWith("p") ? move : angle) });
  }
}
