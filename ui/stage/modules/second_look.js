/**
 * What the server says of a save after it is done: how an answer was where one is told, and whether a pose is flipped.
 *
 * Each is a card over the picture. It may come when its item has been left; nobody has to answer before going on.
 */

import { fill } from "./words.js";

export class SecondLook {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** The oldest is shown. @type {object[]} messages `told` and `flip_asked` */
    this.cards = [];
    /** @type {string | null} why the last swap was refused */
    this.refusal = null;
  }

  /** @param {object} message `told` or `flip_asked` */
  receive(message) {
    this.cards = [...this.cards.filter((card) => card.assignment !== message.assignment || card.type !== message.type), message];
    this.refusal = null;
  }

  /** @param {object} message `flip_done` or `flip_refused` */
  answered({ type, message, choice }) {
    this.refusal = type === "flip_refused" ? message : null;
    if (choice === "swap") this.session.tell({ level: "note", key: "flip_swapped" });
  }

  /** What was asked of an answer is void once it is changed. */
  changed(assignment) {
    this.refusal = null;
    this.cards = this.cards.filter((card) => card.type === "told" || card.assignment !== assignment);
  }

  /** @returns {boolean} whether there was something to answer */
  swap() {
    return this.#answer("swap");
  }

  keep() {
    this.refusal = null;
    if (!this.#answer("keep")) this.#drop();
  }

  /** From what was told to the next item, or to the result of the test. */
  goOn() {
    const card = this.#drop();
    const { session } = this;
    if (card?.ended) location.assign(card.ended);
    else if (card?.assignment === session.item?.assignment) session.goOn();
  }

  #answer(choice) {
    const [card] = this.cards;
    if (card?.type !== "flip_asked") return false;
    const { question, assignment } = card;
    if (this.session.send({ type: "flip", assignment, question, choice })) this.#drop();
    else this.session.tell({ level: "note", key: "needs_connection" });
    return true;
  }

  #drop() {
    const [card, ...others] = this.cards;
    this.cards = others;
    this.session.listener.onChange();
    return card ?? null;
  }

  /** What the page shows of it. */
  snapshot() {
    const [card] = this.cards;
    const position = card && (this.session.shelf.get(card.assignment)?.item.position ?? this.session.item?.all.indexOf(card.assignment) + 1);
    return { card: card ? { ...card, position, present: card.assignment === this.session.item?.assignment } : null, refusal: this.refusal };
  }
}

export const LookCard = {
  name: "StageLookCard",
  props: { look: Object, keyOf: Function, texts: Object },
  emits: ["swap", "keep", "on"],
  template: `
    <section v-if="card" class="stage-look" :class="['is-' + kind, { 'is-right': card.right }]" role="status" :data-testid="kind" :data-assignment="card.assignment">
      <h2>{{ title }}</h2>
      <p v-if="kind === 'flip'">{{ card.kind }}<small v-if="card.because"> · {{ fill(texts.flip_because, { what: card.because }) }}</small></p>
      <div class="stage-look-pictures">
        <figure v-for="picture in pictures" :key="picture.source">
          <img :src="picture.source" :alt="picture.name" draggable="false" width="320" height="240">
          <figcaption>{{ picture.name }}</figcaption>
        </figure>
      </div>
      <ul v-if="kind === 'told' && card.words.length > 0" data-testid="told-words"><li v-for="word in card.words" :key="word">{{ word }}</li></ul>
      <p v-if="kind === 'told'" class="stage-look-numbers">{{ card.numbers.join(' · ') }}</p>
      <p class="stage-look-buttons">
        <template v-if="kind === 'flip'">
          <button type="button" class="stage-button is-save" data-testid="flip-swap" @click="$emit('swap')">{{ texts.flip_swap }} <kbd>{{ keyOf('flip_swap') }}</kbd></button>
          <button type="button" class="stage-button" data-testid="flip-keep" @click="$emit('keep')">{{ texts.flip_keep }} <kbd>{{ keyOf('escape') }}</kbd></button>
        </template>
        <button v-else ref="on" type="button" class="stage-button is-save" data-testid="told-on" @click="$emit('on')">{{ onText }}</button>
      </p>
    </section>
    <p v-else-if="look.refusal" class="stage-look is-flip" role="status">{{ look.refusal }}</p>
  `,
  computed: {
    card() {
      return this.look.card;
    },
    kind() {
      return this.card.type === "told" ? "told" : "flip";
    },
    title() {
      const { texts, card } = this;
      const item = card.present ? "" : fill(texts.left_trouble, { n: card.position });
      const words = this.kind === "flip" ? texts.flip_title : card.right ? texts.told_right : texts.told_wrong;
      return [item, words].filter(Boolean).join(" ");
    },
    pictures() {
      const { mine, right, other } = this.card.pictures;
      const second = this.kind === "flip" ? { source: other, name: this.texts.flip_other } : { source: right, name: this.texts.told_truth };
      return [{ source: mine, name: this.texts.told_mine }, second];
    },
    onText() {
      const { card, texts } = this;
      return card.ended ? texts.told_result : card.present ? texts.told_next : texts.got_it;
    },
  },
  watch: {
    /** Enter goes on from what was told of the present item; whoever has gone on keeps their keys. */
    card(card, before) {
      if (card?.present && card.assignment !== before?.assignment) this.$nextTick(() => this.$refs.on?.focus({ preventScroll: true }));
    },
  },
  methods: { fill },
};
