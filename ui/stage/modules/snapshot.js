/** What the page shows of a session, as one plain frozen object: the template reads this and nothing else. */

import { same } from "./answer.js";
import { keysOf } from "./keys.js";
import { PARAMETERS } from "./pose.js";

const QUALITIES = ["good", "partially", "barely", "bad"];
const DENSITIES = ["no", "yes"];
const UNITS = { azimuth: "°", elevation: "°", theta: "°", distance: "", px: "px", py: "px" };

/** @param {import("./session.js").Session} session */
export function snapshot(session, texts) {
  const { item, editor, steps } = session;
  const common = {
    status: session.status,
    notice: session.notice,
    online: session.online,
    ended: session.ended,
    undrawn: session.undrawn,
    stale: Boolean(session.picture?.stale),
    outside: Boolean(session.picture?.outside),
    locked: session.locked,
    slow: session.online ? session.meter.trouble : null,
    people: session.presence.others,
    unsent: session.catchUp.elsewhere,
    replaced: session.replaced.present,
    review: session.review.snapshot(),
    look: session.secondLook.snapshot(),
    watching: session.watch && { name: session.watch.look?.by.name ?? "", followsView: session.watch.followsView },
    troubled: session.troubled.map((job) => ({ assignment: job.assignment, position: job.item.position, notice: job.notice })),
  };
  if (!item) return Object.freeze({ ...common, item: null });
  const { answer } = editor;
  const { saved } = session.job.editor;
  return Object.freeze({
    ...common,
    item,
    saved,
    editable: item.canEdit || session.job.suggestion !== null,
    differs: saved !== null && !same(session.job.editor.answer, saved.answer),
    canUndo: editor.canUndo,
    canRedo: editor.canRedo,
    parameters: PARAMETERS.map((name) => parameter(name, answer.pose, steps, item, texts)),
    models: item.models,
    model: item.models.find((model) => model.cad_index === answer.cad_index) ?? null,
    modelPlace: item.models.findIndex((model) => model.cad_index === answer.cad_index) + 1,
    cadIndex: answer.cad_index,
    qualities: QUALITIES.map((name) => choice("quality", name, `status_${name}`, answer.object_status, texts)),
    densities: DENSITIES.map((name) => choice("dense", name, `dense_${name}`, answer.dense, texts)),
    optional: answer.object_status === "status_bad",
    lights: [
      { name: "prediction", on: item.prediction !== null },
      { name: "annotated", on: saved !== null },
      { name: "sent_back", on: item.state === "sent_back" },
    ],
  });
}

function parameter(name, pose, steps, item, texts) {
  const value = steps.shown(pose, name);
  return {
    name,
    value,
    unit: UNITS[name],
    limits: steps.table[name].limits,
    label: texts[name],
    help: texts[`${name}_help`],
    ignored: item.rule.ignored.includes(name),
    slider: steps.slider(name, value, item.answer.pose.distance),
    steps: stepButtons(name, steps, texts),
  };
}

function stepButtons(name, steps, texts) {
  const [minus, plus] = keysOf(name).split(" ");
  const sizes = [["coarse", "Shift + "], ["fine", ""], ["finest", "Alt + "]];
  const button = (direction, [size, modifier]) => {
    const amount = stepText(steps.table[name], size, steps.diagonal);
    const sign = direction < 0 ? "−" : "+";
    const key = direction < 0 ? minus : plus;
    return {
      direction,
      size,
      testid: `${name}-${direction < 0 ? "minus" : "plus"}${size === "fine" ? "" : `-${size}`}`,
      text: `${sign}${amount.short}`,
      title: `${texts[name]} ${sign}${amount.long}   ${modifier}${key}`,
    };
  };
  return [sizes.map((size) => button(-1, size)), [...sizes].reverse().map((size) => button(1, size))];
}

/** A step's size in few characters for the button, and with its unit. */
function stepText(table, size, diagonal) {
  const { kind, [size]: step } = table;
  const amount = String(Number((kind === "multiply" ? 100 * step : kind === "box" ? diagonal * step : step).toPrecision(2)));
  const unit = { multiply: " %", add: "°", box: " px" }[kind];
  return { short: amount + (kind === "multiply" ? "%" : ""), long: amount + unit };
}

function choice(group, name, value, chosen, texts) {
  const key = `${group}_${name}`;
  return { value, testid: `${group}-${name}`, chosen: value === chosen, label: texts[key], title: `${texts[`${key}_help`]}   ${keysOf(key)}` };
}
