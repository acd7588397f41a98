/** `window.posewright.state()`: what is drawn now, for scripts and tests. Angles in canonical degrees. */

import { PARAMETERS } from "./pose.js";

/** @param {import("./session.js").Session} session @param {import("./picture.js").Picture} picture */
export function publicState(session, picture) {
  const { item, editor, steps } = session;
  const shown = picture.answer ?? editor?.answer;
  return {
    item: item?.assignment ?? null,
    pose: shown ? Object.fromEntries(PARAMETERS.map((name) => [name, steps.shown(shown.pose, name)])) : null,
    viewport: item?.viewport ?? null,
    cad_index: shown?.cad_index ?? null,
    object_status: shown?.object_status ?? null,
    dense: shown?.dense ?? null,
    status: session.status,
    sent_seq: session.frames.newest("main"),
    drawn_seq: picture.drawnSeq,
  };
}
