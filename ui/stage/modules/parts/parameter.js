/**
 * One of the six parameters: steps both ways in three sizes, a number box, a live slider.
 *
 * Tab goes from box to box: the arrow keys in a box do what steps and slider do.
 */

import { fill } from "../words.js";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const COMMENT_STAYS_MS = 6000;
const STEP_KEYS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 };
/** A number as it is read at rest; the box holds every digit while it has the focus. */
const brief = (value, unit) => String(unit ? Number(value.toFixed(3)) : Number(value.toPrecision(6)));
const sizeOf = (event) => (event.shiftKey ? "coarse" : event.altKey || event.ctrlKey ? "finest" : "fine");

export const Parameter = {
  name: "StageParameter",
  props: { parameter: Object, ignoredReason: String, disabled: Boolean, texts: Object },
  emits: ["step", "type", "typing", "slide", "slide-end", "save", "leave"],
  template: `
    <div class="stage-parameter" :class="{ 'is-ignored': parameter.ignored }" role="group" :aria-label="parameter.label">
      <label class="stage-parameter-label" :for="'param-' + parameter.name" :title="parameter.help">
        <span class="stage-parameter-name">{{ parameter.label }}</span>
        <span v-if="parameter.ignored" class="stage-tag" :title="ignoredReason">{{ texts.ignored }}</span>
      </label>
      <input class="stage-slider" type="range" tabindex="-1" min="0" max="1000" step="any" :value="parameter.slider"
        :disabled="disabled" :aria-label="texts.slider_of.replace('{name}', parameter.label)"
        :aria-valuetext="shown + parameter.unit" :title="parameter.help"
        :data-testid="'slider-' + parameter.name" :style="{ '--filled': parameter.slider / 10 + '%' }"
        @input="$emit('slide', Number($event.target.value))" @change="$emit('slide-end')" @keydown="sliderKey" />
      <div class="stage-steps">
        <button v-for="step in parameter.steps[0]" :key="step.testid" type="button" tabindex="-1" class="stage-step" :class="'is-' + step.size"
          :disabled="disabled" :title="step.title" :aria-label="step.title" :data-testid="step.testid"
          @click="$emit('step', step.direction, step.size)">{{ step.text }}</button>
        <span class="stage-box" :class="{ 'is-wrong': wrong }">
          <input :id="'param-' + parameter.name" ref="box" type="text" inputmode="decimal" autocomplete="off" spellcheck="false"
            :data-testid="'param-' + parameter.name" :value="text ?? (focused ? whole : shown)" :disabled="disabled" :aria-invalid="wrong"
            :title="parameter.help + '   ' + whole"
            @input="typing($event.target.value)" @keydown="boxKey" @focus="enter" @blur="finish" />
          <span v-if="parameter.unit" class="stage-unit" aria-hidden="true">{{ parameter.unit }}</span>
        </span>
        <button v-for="step in parameter.steps[1]" :key="step.testid" type="button" tabindex="-1" class="stage-step" :class="'is-' + step.size"
          :disabled="disabled" :title="step.title" :aria-label="step.title" :data-testid="step.testid"
          @click="$emit('step', step.direction, step.size)">{{ step.text }}</button>
      </div>
      <p class="stage-comment" :class="{ 'is-shown': comment }" role="status" :data-testid="'comment-' + parameter.name">{{ comment }}</p>
    </div>
  `,
  data: () => ({ text: null, wrong: false, focused: false, comment: "" }),
  unmounted() {
    clearTimeout(this.commentTimer);
  },
  computed: {
    shown() {
      return brief(this.parameter.value, this.parameter.unit);
    },
    whole() {
      return String(this.parameter.value);
    },
  },
  methods: {
    enter(event) {
      this.focused = true;
      this.comment = "";
      this.$nextTick(() => event.target.select());
    },

    typing(text) {
      this.text = text;
      this.wrong = false;
      this.comment = "";
      this.$emit("typing", true);
    },

    /** Takes the typed text over. @returns {boolean} whether the box holds a number now */
    apply() {
      if (this.text === null) return true;
      const { parameter, texts } = this;
      const text = this.text.trim().replace(",", ".").replace("−", "-");
      const value = NUMBER.test(text) ? Number(text) : NaN;
      const tooSmall = parameter.name === "distance" && value <= 0;
      if (!Number.isFinite(value) || tooSmall) {
        this.wrong = true;
        this.say(fill(tooSmall ? texts.typed_not_above_zero : texts.typed_no_number, { value: this.shown }));
        return false;
      }
      this.say(this.remark(value));
      this.text = null;
      this.$emit("typing", false);
      if (value !== this.parameter.value) this.$emit("type", value);
      return true;
    },

    /** What becomes of a number beyond the ends, in words. */
    remark(value) {
      const { limits, unit } = this.parameter;
      if (!limits || (value >= limits[0] && value <= limits[1])) return "";
      const { texts } = this;
      return unit === "°" ? texts.typed_rewritten : fill(texts.typed_limited, { value: limits[Number(value > limits[1])] });
    },

    say(comment) {
      clearTimeout(this.commentTimer);
      this.comment = comment;
      if (comment) this.commentTimer = setTimeout(() => (this.comment = ""), COMMENT_STAYS_MS);
    },

    restore() {
      this.text = null;
      this.wrong = false;
      this.$emit("typing", false);
    },

    /** Leaving the box takes the number over; what is none is given up. */
    finish() {
      this.focused = false;
      if (!this.apply()) this.restore();
    },

    boxKey(event) {
      if (event.isComposing) return;
      if (event.key === "Enter") {
        event.preventDefault();
        if (this.apply()) this.$emit("save", event.shiftKey);
      } else if (event.key === "Escape") {
        this.restore();
        this.say("");
        this.$emit("leave");
      } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
        event.preventDefault();
        if (this.apply()) this.$emit("step", STEP_KEYS[event.key], sizeOf(event));
      }
    },

    sliderKey(event) {
      if (!STEP_KEYS[event.key]) return;
      event.preventDefault();
      this.$emit("step", STEP_KEYS[event.key], sizeOf(event));
    },
  },
};
