/** How a person likes the picture drawn; kept in the browser. */

const KEY = "posewright:picture";

/**
 * The overlay modes that are offered, as rendering/modes.py has them.
 * @type {{name: string, shaded: boolean, title: string, help: string}[]}
 */
export const MODES = [];

/** Called once, before anything is drawn. */
export function useModes(modes) {
  MODES.splice(0, MODES.length, ...modes);
}

/** Whether it shows a body in light; else lines. @param {string} name of a mode */
export function isShaded(name) {
  return MODES.some((mode) => mode.name === name && mode.shaded);
}

export const COLOURS = Object.freeze(["#3ddc97", "#4cc9ff", "#ff6fb5", "#ffd166", "#ffffff"]);

const DEFAULTS = Object.freeze({ opacity: 0.65, colour: COLOURS[0], others: true, room: null });

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
    mode: MODES.some(({ name }) => name === settings.mode) ? settings.mode : MODES[0]?.name,
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
