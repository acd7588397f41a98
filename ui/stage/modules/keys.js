/**
 * What keys do, in one table: what the key sheet shows is what the keyboard does. Which keys these are comes from the
 * server (domain/keys.py and a person's own), through `useKeys`.
 *
 * @typedef {{keys: string[], action: string, args?: any[], group: string, text: string,
 *            kind?: "step" | "hold"}} Binding
 *   `kind` step: Shift is coarse, Alt or Ctrl finest; hold: acts while the key is down
 */

/** @type {Binding[]} */
export const BINDINGS = [
  { keys: [], action: "step", args: ["azimuth"], group: "pose", text: "azimuth", kind: "step" },
  { keys: [], action: "step", args: ["elevation"], group: "pose", text: "elevation", kind: "step" },
  { keys: [], action: "step", args: ["theta"], group: "pose", text: "theta", kind: "step" },
  { keys: [], action: "step", args: ["distance"], group: "pose", text: "distance", kind: "step" },
  { keys: [], action: "step", args: ["px"], group: "pose", text: "px", kind: "step" },
  { keys: [], action: "step", args: ["py"], group: "pose", text: "py", kind: "step" },
  { keys: [], action: "turnRound", group: "pose", text: "turn_round" },
  { keys: [], action: "swapFlip", group: "pose", text: "flip_swap" },
  { keys: [], action: "turnModel", args: [-1], group: "answer", text: "model_prev" },
  { keys: [], action: "turnModel", args: [1], group: "answer", text: "model_next" },
  { keys: [], action: "quality", args: ["status_good"], group: "answer", text: "quality_good" },
  { keys: [], action: "quality", args: ["status_partially"], group: "answer", text: "quality_partially" },
  { keys: [], action: "quality", args: ["status_barely"], group: "answer", text: "quality_barely" },
  { keys: [], action: "quality", args: ["status_bad"], group: "answer", text: "quality_bad" },
  { keys: [], action: "density", args: ["dense_no"], group: "answer", text: "dense_no" },
  { keys: [], action: "density", args: ["dense_yes"], group: "answer", text: "dense_yes" },
  { keys: [], action: "save", args: [false], group: "work", text: "save" },
  { keys: [], action: "save", args: [true], group: "work", text: "save_next" },
  { keys: [], action: "undo", group: "work", text: "undo" },
  { keys: [], action: "redo", group: "work", text: "redo" },
  { keys: [], action: "openRevert", group: "work", text: "revert" },
  { keys: [], action: "go", args: ["previous"], group: "work", text: "prev" },
  { keys: [], action: "go", args: ["next"], group: "work", text: "next" },
  { keys: [], action: "go", args: ["nextOpen"], group: "work", text: "next_open" },
  { keys: [], action: "jump", group: "work", text: "jump" },
  { keys: [], action: "openFlag", group: "work", text: "flag" },
  { keys: [], action: "remark", group: "work", text: "remark_add" },
  { keys: [], action: "remarks", group: "work", text: "remarks" },
  { keys: [], action: "escape", group: "work", text: "escape" },
  { keys: [], action: "hold", args: ["photo"], group: "view", text: "hold_photo", kind: "hold" },
  { keys: [], action: "hold", args: ["prediction"], group: "view", text: "hold_prediction", kind: "hold" },
  { keys: [], action: "hold", args: ["saved"], group: "view", text: "hold_saved", kind: "hold" },
  { keys: [], action: "hold", args: ["pose"], group: "view", text: "hold_pose", kind: "hold" },
  { keys: [], action: "cycleMode", group: "view", text: "mode" },
  { keys: [], action: "opacity", group: "view", text: "opacity" },
  { keys: [], action: "cycleColour", group: "view", text: "colour" },
  { keys: [], action: "toggleOthers", group: "view", text: "others" },
  { keys: [], action: "zoom", group: "view", text: "zoom" },
  { keys: [], action: "fit", group: "view", text: "fit" },
  { keys: [], action: "frameBox", group: "view", text: "frame" },
  { keys: [], action: "pan", group: "view", text: "pan", kind: "hold" },
  { keys: [], action: "rule", group: "view", text: "rule" },
  { keys: [], action: "openKeys", group: "view", text: "keys" },
];

/** Gives every action its keys. @param {Object<string, string[]>} keys by the actions' texts */
export function useKeys(keys) {
  for (const binding of BINDINGS) binding.keys = keys[binding.text] ?? [];
}

const isMac = /Mac|iP(hone|ad|od)/.test(navigator.platform);

/** How a key is written on the page. */
export function keyName(key) {
  const names = {
    ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", PageUp: "Page ↑", PageDown: "Page ↓",
    Escape: "Esc", Mod: isMac ? "⌘" : "Ctrl", Enter: "Enter", Backspace: "Backspace",
  };
  return key.split("+").map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(" + ") || "+";
}

/** The keys of an action, for tooltips. */
export function keysOf(text) {
  return (BINDINGS.find((binding) => binding.text === text)?.keys ?? []).map(keyName).join(" ");
}

/** The letter whatever the modifiers make of it: Alt writes other characters on some systems. */
function plainKey(event) {
  if (event.code === "Space") return "Space";
  if (event.key.length === 1 && /[!-~]/.test(event.key)) return event.key === "=" ? "+" : event.key.toLowerCase();
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
}

/** The key as it is written in the table; a step or a hold is without its modifiers. */
export function pressedKey(event, kind) {
  const key = plainKey(event);
  const symbol = key.length === 1 && !/[a-z0-9]/.test(key);
  const mod = !kind && (event.ctrlKey || event.metaKey);
  return [mod && "Mod", !kind && event.shiftKey && !(symbol && !mod) && "Shift", key].filter(Boolean).join("+");
}

const isText = (target) => target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement ||
  target.isContentEditable || (target instanceof HTMLInputElement && !["radio", "range", "checkbox"].includes(target.type));

export class Keys {
  /**
   * @param {HTMLElement} root the stage; keys count there and where nothing else has the focus
   * @param {Object<string, Function>} actions by the names in BINDINGS; a `hold` gets true, then false;
   *   `step` gets (name, direction, size, repeated) and `stepEnd` follows the last of a held key
   */
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    /** @type {Map<string, Binding>} physical keys that are down */
    this.down = new Map();
    this.abort = new AbortController();
    const { signal } = this.abort;
    document.addEventListener("keydown", (event) => this.#down(event), { signal });
    document.addEventListener("keyup", (event) => this.#up(event.code), { signal });
    window.addEventListener("blur", () => this.releaseAll(), { signal });
  }

  dispose() {
    this.abort.abort();
  }

  releaseAll() {
    for (const code of [...this.down.keys()]) this.#up(code);
  }

  #down(event) {
    const { target } = event;
    const ours = target === document.body || this.root.contains(target);
    if (event.defaultPrevented || event.isComposing || !ours || document.querySelector("dialog[open]")) return;
    if (isText(target)) return;
    const found = this.#find(event);
    if (!found || this.#belongsToControl(event, found.binding)) return;
    event.preventDefault();
    this.#act(event, found);
  }

  /** A control reached by Tab keeps the keys that work it. */
  #belongsToControl({ target, key }, { action }) {
    if (target === document.body || target === this.root) return false;
    if (target instanceof HTMLInputElement && key.startsWith("Arrow")) return true;
    const presses = key === " " || (key === "Enter" && !(target instanceof HTMLInputElement));
    return presses && action !== "hold" && target.matches("button, a, summary, input");
  }

  #find(event) {
    const key = plainKey(event);
    const mod = event.ctrlKey || event.metaKey;
    const exact = [mod && "Mod", event.shiftKey && "Shift", key].filter(Boolean).join("+");
    for (const binding of BINDINGS) {
      const place = binding.keys.findIndex((candidate) => {
        if (binding.kind === "step") return candidate === key && !event.metaKey && !(mod && key.length === 1);
        // A character that needs Shift on some keyboards says so by itself.
        const symbol = key.length === 1 && !/[a-z0-9]/.test(key) && !mod;
        return candidate === (symbol ? key : exact) && !event.altKey;
      });
      if (place >= 0) return { binding, place };
    }
    return null;
  }

  #act(event, { binding, place }) {
    const { action, args = [], keys, kind } = binding;
    const direction = place === 0 ? -1 : 1;
    if (kind === "step") {
      const size = event.shiftKey ? "coarse" : event.altKey || event.ctrlKey ? "finest" : "fine";
      this.actions.step(...args, direction, size, event.repeat);
      this.down.set(event.code, binding);
    } else if (kind === "hold") {
      if (!event.repeat) this.actions[action](true, ...args);
      this.down.set(event.code, binding);
    } else if (keys.length === 2 && action !== "redo") {
      this.actions[action](direction);
    } else if (!event.repeat || ["undo", "redo", "turnModel", "go"].includes(action)) {
      this.actions[action](...args);
    }
  }

  #up(code) {
    const binding = this.down.get(code);
    this.down.delete(code);
    if (binding?.kind === "hold") this.actions[binding.action](false, ...(binding.args ?? []));
    else if (binding?.kind === "step") this.actions.stepEnd();
  }
}
