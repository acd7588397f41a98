/**
 * Changes of one's own that somebody else's took the place of at the same time. The later one stands; each is offered
 * back, and taking it back is a gesture like any other.
 */

import { valuesOf, withGroups } from "./answer.js";
import { fill } from "./words.js";

export class ReplacedChanges {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** @type {{assignment: number, group: string, by: string, values: object}[]} the newest of each group */
    this.offers = [];
  }

  /** @param {object} message `changed` */
  receive({ assignment, by, replaced = [] }) {
    const { userId } = this.session;
    for (const { group, of, values } of replaced) {
      if (of !== userId) continue;
      this.offers = this.offers.filter((offer) => offer.assignment !== assignment || offer.group !== group);
      this.offers.push({ assignment, group, by, values });
    }
  }

  /** Those of the present item that are still different from what stands. */
  get present() {
    const { item, editor } = this.session;
    return this.offers.filter(
      ({ assignment, group, values }) =>
        assignment === item?.assignment && Object.entries(valuesOf(editor.answer, group)).some(([name, value]) => values[name] !== value),
    );
  }

  takeBack(offer) {
    this.session.edit((answer) => withGroups(answer, { [offer.group]: offer.values }));
    this.leave(offer);
  }

  /** What stands is right. */
  leave(offer) {
    this.offers = this.offers.filter((other) => other !== offer);
    this.session.listener.onChange();
  }
}

/** Each offer in a line of its own, with the one click that takes it back. */
export const Replaced = {
  name: "StageReplaced",
  props: { offers: Array, texts: Object },
  emits: ["take", "leave"],
  template: `
    <ul v-if="offers.length > 0" class="stage-replaced" role="status">
      <li v-for="offer in offers" :key="offer.group" class="stage-offer" :data-group="offer.group">
        <span>{{ fill(texts.replaced, { name: offer.by, what: texts['group_' + offer.group] }) }}</span>
        <button type="button" class="stage-banner-button" data-testid="take-mine-back" @click="$emit('take', offer)">{{ texts.take_mine_back }}</button>
        <button type="button" class="stage-banner-button" :aria-label="texts.leave_theirs" :title="texts.leave_theirs" data-testid="leave-theirs" @click="$emit('leave', offer)">×</button>
      </li>
    </ul>
  `,
  methods: { fill },
};
