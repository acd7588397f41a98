/**
 * Who else is on this item: since when, and whether to work or to look on.
 *
 * @typedef {{id: number, name: string, since: string, doing: "editing" | "watching"}} Person
 */

import { recentOf } from "./times.js";
import { fill } from "./words.js";

/** Light enough for a ghost on a dark photo; a person has the same one on everybody's screen. */
const PERSON_COLOURS = ["#ff8a3d", "#b388ff", "#4cc9ff", "#ffd166", "#ff6fb5", "#7ee081"];

export function personColour(id) {
  return PERSON_COLOURS[id % PERSON_COLOURS.length];
}

export class Presence {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** @type {Person[]} */
    this.people = [];
    this.assignment = 0;
  }

  /** Everybody but ourselves; nobody is known of while there is no connection. @type {Person[]} */
  get others() {
    const { online, item, userId } = this.session;
    return online && item?.assignment === this.assignment ? this.people.filter(({ id }) => id !== userId) : [];
  }

  receive({ assignment, people }) {
    Object.assign(this, { assignment, people });
  }
}

/** The others as chips: a coloured dot and a name; who only looks on has an open dot. */
export const People = {
  name: "StagePeople",
  props: { people: Array, texts: Object },
  template: `
    <ul v-if="people.length > 0" class="stage-people" :aria-label="texts.people">
      <li v-for="person in people" :key="person.id" class="stage-person" :class="'is-' + person.doing" :style="{ '--person': colour(person.id) }"
        :title="title(person)" :data-person="person.id" :data-doing="person.doing" data-testid="presence"><i aria-hidden="true"></i>{{ person.name }}
        <small>{{ texts['person_' + person.doing] }}</small></li>
    </ul>
  `,
  methods: {
    colour: personColour,
    title({ name, since, doing }) {
      return fill(this.texts[`person_${doing}_since`], { name, time: recentOf(since) });
    },
  },
};
