/** What the keys do, by the names in keys.js. */

import { COLOURS, MODES } from "./settings.js";

const following = (list, present) => list[(list.indexOf(present) + 1) % list.length];

/** What changes the answer waits until the hand lets go of it. @param {object} stage the component */
export function keyActions(stage) {
  const { session } = stage;
  const whole = (actions) =>
    Object.fromEntries(Object.entries(actions).map(([name, act]) => [name, (...args) => stage.gestures.active || act(...args)]));
  return {
    ...whole({
      step: (name, direction, size, repeated) => session.nudge(name, direction, size, repeated),
      stepEnd: () => session.commit(),
      turnRound: () => session.turnRound(),
      swapFlip: () => session.secondLook.swap(),
      turnModel: (direction) => session.turnModel(direction),
      quality: (value) => session.answerQuality(value),
      density: (value) => session.answerDensity(value),
      save: (next) => session.save(next),
      undo: () => session.undo(),
      redo: () => session.redo(),
      openRevert: () => stage.$refs.work?.openMenu(),
      go: (way) => stage.go(way),
      jump: () => stage.$refs.facts?.focusJump(),
      openFlag: () => stage.ui.item && stage.$refs.flagDialog.open(),
      openKeys: () => stage.$refs.keysDialog.open(),
      remark: () => stage.remarkHere(),
      remarks: () => stage.$refs.said.toggle(),
    }),
    escape: () => stage.$refs.rule.close() || stage.escape(),
    rule: () => stage.$refs.rule.toggle(),
    hold: (down, what) => stage.hold(down, what),
    pan: (down) => (stage.heldKeys.space = down),
    cycleMode: () => stage.set({ mode: following(MODES.map(({ name }) => name), stage.settings.mode) }),
    cycleColour: () => stage.set({ colour: following(COLOURS, stage.settings.colour) }),
    opacity: (direction) => stage.changeOpacity(direction),
    toggleOthers: () => stage.toggleOthers(),
    zoom: (direction) => stage.zoom(direction > 0 ? "in" : "out"),
    fit: () => stage.zoom("fit"),
    frameBox: () => stage.zoom("frame"),
  };
}
