/**
 * Keys of the box editor, in one table: what the sheet of keys shows is what the keyboard does.
 *
 * @typedef {{keys: string[], action: string, args?: any[], text: string}} Binding `Mod` is Ctrl, on a Mac ⌘
 */

/** @type {Binding[]} */
export const BINDINGS = [
  { keys: ["n"], action: "draw", text: "key_new" },
  { keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], action: "nudge", text: "key_move" },
  { keys: ["Shift+ArrowLeft", "Shift+ArrowRight", "Shift+ArrowUp", "Shift+ArrowDown"], action: "nudge", args: [10], text: "key_move_far" },
  { keys: ["Alt+ArrowLeft", "Alt+ArrowRight", "Alt+ArrowUp", "Alt+ArrowDown"], action: "stretch", text: "key_size" },
  { keys: ["[", "]"], action: "chooseNext", text: "key_choose" },
  { keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], action: "giveCategory", text: "key_category" },
  { keys: ["Delete", "Backspace"], action: "remove", text: "key_delete" },
  { keys: ["Mod+z"], action: "undo", text: "key_undo" },
  { keys: ["Mod+Shift+z", "Mod+y"], action: "redo", text: "key_redo" },
  { keys: ["Enter", "Mod+s"], action: "save", text: "key_save" },
  { keys: ["PageDown", "PageUp"], action: "go", text: "key_go" },
  { keys: ["+", "-", "0"], action: "look", text: "key_zoom" },
  { keys: ["Escape"], action: "escape", text: "key_escape" },
];

const ACTIONS = new Map(BINDINGS.flatMap(({ keys, ...binding }) => keys.map((key) => [key, binding])));
const NAMES = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del", Backspace: "Backspace", PageDown: "Page ↓", PageUp: "Page ↑", Mod: "Ctrl" };

/** @returns {{action: string, args: any[], key: string} | null} what a key event asks for */
export function meant(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const parts = [(event.ctrlKey || event.metaKey) && "Mod", event.altKey && "Alt", event.shiftKey && /^[a-z]$|^.{2,}$/.test(key) && "Shift", key === "=" ? "+" : key];
  const binding = ACTIONS.get(parts.filter(Boolean).join("+"));
  return binding ? { action: binding.action, args: binding.args ?? [], key } : null;
}

/** How the keys of a binding are written on the page. */
export function written({ keys }) {
  const shown = keys.length > 4 ? [keys[0], "…", keys.at(-1)] : keys;
  return shown.map((key) => (key === "+" ? "+" : key.split("+").map((part) => NAMES[part] ?? part.toUpperCase()).join(" + "))).join("  ");
}
