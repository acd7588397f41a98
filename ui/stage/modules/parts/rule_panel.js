/** The category's rule and what counts in it, over the side of the picture: one key opens it, the same or Escape closes it. */

import { tip } from "../words.js";

export const RulePanel = {
  name: "StageRulePanel",
  props: { item: Object, models: Array, guides: Object, texts: Object },
  emits: ["done"],
  template: `
    <aside v-if="shown && item" class="stage-rule" :class="{ 'is-right-side': beside }" :aria-label="texts.rule" data-testid="rule-panel" tabindex="-1" ref="panel"
      @pointerdown.stop @wheel.stop @dblclick.stop @contextmenu.stop>
      <header><h2>{{ name }}</h2><button type="button" class="stage-tool" :title="tip(texts.close, 'rule')" :aria-label="texts.close" data-testid="rule-close" @click="toggle">
        <svg viewBox="0 0 24 24"><path d="m6 6 12 12M18 6 6 18" /></svg></button></header>
      <p v-if="guide">{{ guide.text }}</p>
      <p v-if="item.rule.note && !guide">{{ item.rule.note }}</p>
      <p v-if="item.rule.ignored_reason" class="is-faint">{{ item.rule.ignored_reason }}</p>
      <p v-if="plain">{{ texts.rule_none }}</p>
      <figure v-for="example in guide?.examples ?? []" :key="example.picture" :class="example.right === null ? '' : example.right ? 'is-right' : 'is-wrong'">
        <img :src="'/how-to/pictures/' + example.picture" alt="" loading="lazy" />
        <figcaption><b v-if="example.right !== null">{{ example.right ? '✓ ' + texts.rule_right : '✕ ' + texts.rule_wrong }}</b> {{ example.text }}</figcaption>
      </figure>
      <template v-if="!guide && kinds.length"><h3>{{ texts.rule_counts }}</h3>
        <div class="stage-rule-kinds"><img v-for="model in kinds" :key="model.cad_index" :src="model.thumbnail_url" alt="" /></div></template>
      <h3>{{ texts.rule_reminder_title }}</h3>
      <p>{{ texts.rule_reminder }}</p>
      <p><a href="/how-to" target="posewright-how-to">{{ texts.rule_guide }}</a></p>
    </aside>
  `,
  data: () => ({ shown: false }),
  computed: {
    guide() {
      return this.guides[this.item.category] ?? null;
    },
    name() {
      return this.guide?.title ?? this.item.category.replaceAll("_", " ");
    },
    /** The object is in the photo's left half: the panel goes to the right. */
    beside() {
      const [x1, , x2] = this.item.box;
      return (x1 + x2) / 2 < this.item.image.width / 2;
    },
    plain() {
      return !this.guide && !this.item.rule.note && !this.item.rule.ignored_reason;
    },
    kinds() {
      return (this.models ?? []).filter((model) => model.readable).slice(0, 6);
    },
  },
  methods: {
    tip,
    async toggle() {
      this.shown = !this.shown;
      if (!this.shown) this.$emit("done");
    },
    /** Whether there was something to close. */
    close() {
      const { shown } = this;
      this.shown = false;
      return shown;
    },
  },
};
