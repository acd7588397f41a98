/** How a person likes the picture drawn; kept in the browser. */

const KEY = "posewright:picture";
export const MODES = Object.freeze(["solid", "wireframe", "silhouette"]);
export const COLOURS = Object.freeze(["#3ddc97", "#4cc9ff", "#ff6fb5", "#ffd166", "#ffffff"]);

const DEFAULTS = Object.freeze({ mode: "solid", opacity: 0.65, colour: COLOURS[0], others: true, room: null });

export function loadSettings(storage) {
  let kept = {};
  try {
    kept = JSON.parse(storage.getItem(KEY)) ?? {};
  } catch {
    // Unreadable settings are as good as none.
  }
  const settings = { ...DEFAULTS, ...kept };
  return {
    ...settings,
    mode: MODES.includes(settings.mode) ? settings.mode : DEFAULTS.mode,
    colour: COLOURS.includes(settings.colour) ? settings.colour : DEFAULTS.colour,
    room: kept?.room > 0 ? Number(kept.room) : null,
    opacity: Math.min(Math.max(Number(settings.opacity) || DEFAULTS.opacity, 0.1), 1),
  };
}

export function keepSettings(storage, settings) {
  try {
    storage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Private windows may refuse; the settings then last as long as the page.
  }
}
