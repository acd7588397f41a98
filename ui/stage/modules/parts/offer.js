/** The card of a proposal: who offers what, and one button for each thing that can be taken. */

import { fill } from "../words.js";

export const OfferCard = {
  name: "StageOfferCard",
  props: { card: Object, locked: Boolean, canEdit: Boolean, texts: Object },
  emits: ["take", "end"],
  template: `
    <section class="stage-offer-card" data-testid="proposal" :aria-label="texts.proposal" @pointerdown.stop @dblclick.stop @wheel.stop>
      <p><i aria-hidden="true"></i><b>{{ fill(texts[card.mine ? 'proposal_mine' : 'proposal_by'], { name: card.proposal.author }) }}</b>
        <span class="stage-offer-numbers">{{ numbers }}</span><span v-if="card.proposal.comment" class="stage-offer-comment">{{ card.proposal.comment }}</span></p>
      <div v-if="canEdit" class="stage-offer-buttons">
        <button type="button" class="stage-button is-main" :disabled="locked || card.parts.length === 0" data-testid="proposal-take-all" @click="$emit('take', card.parts)">{{ texts.take_all }}</button>
        <button v-for="part in card.parts" :key="part" type="button" class="stage-button" :disabled="locked" :data-testid="'proposal-take-' + part"
          :title="texts.take_part_help" @click="$emit('take', [part])">{{ texts['take_' + part] }}</button>
        <button v-for="angle in card.angles" :key="angle" type="button" class="stage-button is-small" :disabled="locked || !card.separable" :data-testid="'proposal-take-' + angle"
          :title="card.separable ? texts.take_angle_help : texts.take_angle_refused" @click="$emit('take', [angle])">{{ texts[angle] }}</button>
        <small v-if="card.angles.length > 0 && !card.separable" class="stage-offer-numbers">{{ texts.take_angle_refused }}</small>
        <span v-if="card.parts.length === 0">{{ texts.proposal_nothing_left }}</span>
        <button type="button" class="stage-button" data-testid="proposal-decline" :title="texts.decline_help" @click="$emit('end', 'proposal_decline')">{{ texts.decline }}</button>
      </div>
      <div v-else-if="card.mine" class="stage-offer-buttons">
        <span>{{ texts.proposal_waits }}</span>
        <button type="button" class="stage-button is-small" data-testid="proposal-withdraw" @click="$emit('end', 'proposal_withdraw')">{{ texts.withdraw }}</button></div>
    </section>
  `,
  computed: {
    numbers() {
      const { turn, shift, distance } = this.card.numbers;
      return `ΔR ${turn.toFixed(1)}° · Δpx ${shift.toFixed(1)} · Δd ${distance > 0 ? "+" : ""}${distance.toFixed(1)} %`;
    },
  },
  methods: { fill },
};
