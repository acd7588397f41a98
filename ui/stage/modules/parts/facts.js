/** Which item this is: place in the task and ways to others, status lights, the category's rule. */

import { ICONS } from "../icons.js";
import { fill, tip } from "../words.js";

const WAYS = [
  { to: "previous", name: "prev", testid: "prev", icon: ICONS.previous },
  { to: "next", name: "next", testid: "next", icon: ICONS.next },
  { to: "nextOpen", name: "next_open", testid: "next-open", icon: ICONS.nextOpen },
];

export const Facts = {
  name: "StageFacts",
  props: { item: Object, lights: Array, saved: Object, online: Boolean, texts: Object },
  emits: ["go", "jump", "leave"],
  template: `
    <header class="stage-facts">
      <div class="stage-places">
        <button v-for="way in ways" :key="way.testid" type="button" class="stage-tool" :disabled="!open(way.to) || !online"
          :title="tip(texts[way.name], way.name)" :aria-label="texts[way.name]" :data-testid="way.testid" @click="$emit('go', way.to)">
          <svg viewBox="0 0 24 24"><path :d="way.icon" /></svg></button>
        <label class="stage-jump" :title="tip(texts.jump, 'jump')">
          <input ref="jump" type="text" inputmode="numeric" autocomplete="off" data-testid="jump" :aria-label="texts.jump" :value="typed ?? item.position"
            :disabled="item.all.length === 0" @focus="$event.target.select()" @input="typed = $event.target.value" @blur="typed = null"
            @keydown.enter.prevent="jump($event.target)" @keydown.esc="$emit('leave')" />
          <span>{{ fill(texts.of_total, { n: item.total }) }}</span>
        </label>
        <span class="stage-progress" :title="texts.progress" data-testid="progress">{{ fill(texts.progress_count, item.progress) }}</span>
      </div>
      <h1 :title="item.image.name">{{ category }}<small>{{ item.image.name }}</small></h1>
      <ul class="stage-lights">
        <li v-for="light in lights" :key="light.name" :class="['is-' + light.name, { 'is-on': light.on }]" :title="lightTitle(light)" :data-testid="'light-' + light.name">
          <i aria-hidden="true"></i>{{ texts['light_' + light.name] }}<span class="stage-hidden">: {{ light.on ? texts.yes : texts.no }}</span></li>
        <li class="stage-fact" :title="item.viewport + '. ' + texts.viewport_help">{{ texts.viewport }} {{ Math.round(item.viewport) }}</li>
      </ul>
      <p v-if="rule" class="stage-rule-note" :title="rule" data-testid="rule-note">{{ rule }}</p>
    </header>
  `,
  data() {
    return { typed: null }; // news of the item comes while somebody types, and must not write over it
  },
  created() {
    this.ways = WAYS;
  },
  computed: {
    category() {
      return this.item.category.replaceAll("_", " ");
    },
    rule() {
      const { note, ignored, ignored_reason: reason } = this.item.rule;
      const names = ignored.map((name) => this.texts[name]).join(", ");
      return [note, ignored.length > 0 && fill(this.texts.rule_ignored, { names }), reason].filter(Boolean).join(" ");
    },
  },
  methods: {
    fill,
    tip,
    /** At the end of what is ours a pool has more. */
    open(way) {
      return this.item[way] !== null || (way === "nextOpen" && this.item.task.is_pool && this.item.canEdit);
    },
    lightTitle({ name, on }) {
      const { prediction } = this.item;
      const facts = {
        prediction: prediction && [prediction.model_version, prediction.score?.toFixed(3)].filter(Boolean).join(" · "),
        annotated: this.saved && fill(this.texts.saved_by, this.saved),
      };
      return [this.texts[`light_${name}_help`], on && facts[name]].filter(Boolean).join(" ");
    },
    focusJump() {
      this.$refs.jump.focus();
    },
    jump(input) {
      const assignment = this.item.all[Number(input.value) - 1];
      if (assignment === undefined) return input.select();
      this.typed = null;
      this.$emit("jump", assignment);
    },
  },
};
