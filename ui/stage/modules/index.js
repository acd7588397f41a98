/** What the stage component is built from. */

export { Choices } from "./parts/choices.js";
export { FlagDialog } from "./parts/dialogs.js";
export { Facts } from "./parts/facts.js";
export { Gallery } from "./parts/gallery.js";
export { Judge } from "./parts/judge.js";
export { KeysDialog } from "./parts/key_sheet.js";
export { Parameter } from "./parts/parameter.js";
export { RulePanel } from "./parts/rule_panel.js";
export { Said } from "./parts/said.js";
export { Toolbar } from "./parts/toolbar.js";
export { Work } from "./parts/work.js";
export { keyActions } from "./actions.js";
export { banners } from "./banners.js";
export { Connection } from "./connection.js";
export { Gestures } from "./gestures.js";
export { ICONS } from "./icons.js";
export { Keys, keysOf, useKeys } from "./keys.js";
export { Overlay } from "./overlay.js";
export { People } from "./presence.js";
export { Photos } from "./photos.js";
export { Picture } from "./picture.js";
export { publicState } from "./public.js";
export { Replaced } from "./replaced.js";
export { Session } from "./session.js";
export { keepSettings, loadSettings } from "./settings.js";
export { snapshot } from "./snapshot.js";
export { fill, modelName, tip } from "./words.js";
