/** The CAD models of the category as thumbnails; the present one is marked and kept in sight. */

import { modelName } from "../words.js";

export const Gallery = {
  name: "StageGallery",
  props: { models: Array, cadIndex: Number, disabled: Boolean, texts: Object },
  emits: ["choose"],
  template: `
    <div class="stage-gallery" ref="row" role="radiogroup" :aria-label="texts.gallery" data-testid="gallery" @wheel.prevent="scroll">
      <button v-for="model in models" :key="model.id" type="button" role="radio" class="stage-model"
        :class="{ 'is-current': model.cad_index === cadIndex, 'is-unreadable': !model.readable }"
        :aria-checked="model.cad_index === cadIndex" :disabled="disabled" :title="title(model)" :aria-label="title(model)"
        :data-testid="'model-' + model.cad_index" @click="$emit('choose', model.cad_index)">
        <img v-if="model.readable" :src="model.thumbnail_url" alt="" draggable="false" />
        <svg v-else viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3 2 21h20L12 3Zm0 6v6m0 3v.5" /></svg>
        <span class="stage-model-number">{{ model.cad_index }}</span>
      </button>
    </div>
  `,
  watch: {
    cadIndex: "reveal",
    models: "reveal",
  },
  mounted() {
    this.reveal();
  },
  methods: {
    title(model) {
      const name = modelName(model) && ` · ${modelName(model)}`;
      const trouble = model.readable ? "" : ` · ${this.texts.unreadable}: ${model.reason}`;
      return `${this.texts.model} ${model.cad_index}${name}${trouble}`;
    },
    reveal() {
      this.$nextTick(() => this.$refs.row?.querySelector(".is-current")?.scrollIntoView({ block: "nearest", inline: "nearest" }));
    },
    scroll(event) {
      this.$refs.row.scrollLeft += event.deltaY + event.deltaX;
    },
  },
};
