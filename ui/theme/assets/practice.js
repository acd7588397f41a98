/** The item to practise on: what is right is known here, so each step says how far off it is. */

const main = document.getElementById("main");
const { PoseCanvas, rotationError } = await import(main.dataset.poseScript);
const item = JSON.parse(main.dataset.item);
const { truth, keys, texts, box } = item;

const DEGREE = Math.PI / 180;
const DIAGONAL = Math.hypot(box[2] - box[0], box[3] - box[1]);
const ENOUGH = { rotation: 9, centre: 0.035 * DIAGONAL, distance: 0.07 };
const MODELS = [...document.querySelectorAll("[data-model]")].map((button) => button.dataset.model);
const ORDER = ["model", "rotation", "centre", "distance", "object_status", "dense"];

const fill = (text, value) => text.replace(/\{\w+\}/, value);
const rightModel = MODELS[truth.cad_index - 1];
const answers = { object_status: null, dense: null };
let opened = "model";
let passed = new Set();

const photo = new Image();
photo.src = item.photo;
await photo.decode();

const canvas = main.querySelector("canvas");
const trouble = main.querySelector(".pw-figure-trouble");
const picture = new PoseCanvas(canvas, {
  size: { width: photo.naturalWidth, height: photo.naturalHeight },
  photo, pose: item.start, model: MODELS[0], viewport: item.viewport, colour: "#3ddc97", steps: keys,
  decorate: drawBox,
  onChange: tell,
  onTrouble: (there) => {
    trouble.hidden = !there;
    trouble.textContent = there ? texts.offline : "";
  },
});

function drawBox(context, project, scale, ratio) {
  const [x1, y1, x2, y2] = box.map((edge) => (edge + 0.5) * scale);
  for (const [width, colour] of [[4, "#1e1a0a"], [2, "#ffdd57"]]) {
    context.lineWidth = width * ratio;
    context.strokeStyle = colour;
    context.setLineDash([9 * ratio, 6 * ratio]);
    context.strokeRect(x1, y1, x2 - x1, y2 - y1);
  }
  context.setLineDash([]);
}

/** How each step stands: whether it is right, and what is off. */
function standing() {
  const { pose, model } = picture;
  const turned = rotationError(pose, truth.pose);
  const beside = Math.hypot(pose.px - truth.pose.px, pose.py - truth.pose.py);
  const size = truth.pose.distance / pose.distance;
  const percent = Math.round(100 * Math.abs(size - 1));
  const answer = (field) => [answers[field] === truth[field], answers[field] ? texts.wrong_answer : texts.not_answered];
  return {
    model: [model === rightModel, texts.wrong_model],
    rotation: [turned <= ENOUGH.rotation, fill(texts.off, Math.round(turned))],
    centre: [beside <= ENOUGH.centre, fill(texts.pixels, Math.round(beside))],
    distance: [Math.abs(size - 1) <= ENOUGH.distance, fill(size < 1 ? texts.too_small : texts.too_large, percent)],
    object_status: answer("object_status"),
    dense: answer("dense"),
  };
}

function tell() {
  const now = standing();
  for (const name of ORDER) {
    const row = main.querySelector(`[data-step="${name}"]`);
    const [right, words] = now[name];
    row.classList.toggle("is-right", right);
    row.classList.toggle("is-open", name === opened);
    row.querySelector("[data-open]").setAttribute("aria-expanded", String(name === opened));
    row.querySelector("output").textContent = right ? `✓ ${texts.good}` : words;
  }
  for (const button of main.querySelectorAll("[data-model]")) button.setAttribute("aria-checked", String(button.dataset.model === picture.model));
  for (const button of main.querySelectorAll("[data-field]")) {
    button.setAttribute("aria-checked", String(answers[button.dataset.field] === button.dataset.value));
  }
  if (!now[opened][0]) passed.delete(opened);
}

/** Goes on once the hand has let go of a step that is right. */
function goOn() {
  const now = standing();
  if (now[opened][0] && !passed.has(opened)) {
    passed.add(opened);
    opened = ORDER.find((name) => !now[name][0]) ?? opened;
  }
  tell();
}

function choose(model) {
  picture.setModel(model);
  goOn();
}

function save() {
  const now = standing();
  const lacking = ORDER.filter((name) => !now[name][0]);
  const said = main.querySelector(".pw-practice-said");
  if (lacking.length) {
    [opened] = lacking;
    const title = main.querySelector(`[data-open="${opened}"]`).textContent.replace(/^\d+\.\s*/, "");
    said.textContent = fill(texts.still, `${title} – ${now[opened][1]}`);
    tell();
    return;
  }
  said.textContent = texts.done;
  fetch("/how-to/practice/seen", { method: "POST" }).catch(() => {});
  document.querySelector(".pw-practice-done").showModal();
}

const shows = {
  model: () => picture.setModel(rightModel),
  rotation: () => picture.set({ azimuth: truth.pose.azimuth, elevation: truth.pose.elevation, theta: truth.pose.theta }),
  centre: () => picture.set({ px: truth.pose.px, py: truth.pose.py }),
  distance: () => picture.set({ distance: truth.pose.distance }),
  object_status: () => (answers.object_status = truth.object_status),
  dense: () => (answers.dense = truth.dense),
};

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  const { open, show, model, field, value, nudge, direction, act } = button?.dataset ?? {};
  if (open) opened = open;
  else if (show) shows[show]();
  else if (model) picture.setModel(model);
  else if (field) answers[field] = value;
  else if (nudge) picture.step(nudge, Number(direction));
  else if (act === "save") return save();
  else return undefined;
  return goOnUnless(open);
});

function goOnUnless(opening) {
  if (opening) tell();
  else goOn();
}

const pressed = {
  save,
  save_next: save,
  model_prev: () => choose(MODELS[(MODELS.indexOf(picture.model) + MODELS.length - 1) % MODELS.length]),
  model_next: () => choose(MODELS[(MODELS.indexOf(picture.model) + 1) % MODELS.length]),
  turn_round: () => picture.set({ azimuth: picture.pose.azimuth + 180 * DEGREE }),
  ...Object.fromEntries(["good", "partially", "barely", "bad"].map((name) => [`quality_${name}`, () => answer("object_status", `status_${name}`)])),
  ...Object.fromEntries(["no", "yes"].map((name) => [`dense_${name}`, () => answer("dense", `dense_${name}`)])),
};

function answer(field, value) {
  answers[field] = value;
  goOn();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const { target, key } = event;
  if (target.closest("button, a, summary") && (key === "Enter" || key === " ")) return;
  const plain = key.length === 1 ? key.toLowerCase() : key;
  const exact = [(event.ctrlKey || event.metaKey) && "Mod", event.shiftKey && "Shift", plain].filter(Boolean).join("+");
  const name = Object.keys(pressed).find((action) => keys[action]?.some((chosen) => chosen === exact));
  if (name) {
    event.preventDefault();
    pressed[name]();
  } else if (target !== canvas) picture.key(event);
});
document.addEventListener("keyup", goOn);
canvas.addEventListener("pointerup", goOn);
tell();
canvas.focus();
